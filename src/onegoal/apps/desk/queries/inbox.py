"""Which leads stand in a reader's inbox, and the order in which to work on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.reach import reach_of
from onegoal.apps.desk.models import DistributionRule, Offer
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.desk.queries.rules import sellers_of
from onegoal.apps.sales.models import Lead, Outcome, Task
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.scoring.models import Training

MOST_OFFERED: Final = 500
MOST_TO_DO: Final = 500
_MOST_TASKS: Final = 1_000
_TAKERS: Final = frozenset({Role.SELLER, Role.SUPERVISOR})


def inbox(user: User) -> QuerySet[Lead]:
    """Return the leads a reader may see, and those offered to them that nobody has taken yet.

    Of an offered lead that is not visible otherwise show the name, project and request only, no contact.
    """
    offered = offered_ids(user)
    return Lead.objects.filter(reach_of(user).leads() | Q(pk__in=offered)) if offered else visible_leads(user)


def offered_leads(user: User) -> QuerySet[Lead]:
    """Return the leads nobody has that this colleague may take: their rule names them."""
    return Lead.objects.filter(pk__in=offered_ids(user), seller=None)


def offered_ids(user: User) -> list[int]:
    """Return the ids of the offered leads, the oldest offers first, at most MOST_OFFERED."""
    if user.role not in _TAKERS:
        return []
    offers = Offer.objects.filter(lead__seller=None, lead__outcome=Outcome.OPEN).select_related("rule")
    limit = project_limit(user)
    if limit is not None:
        offers = offers.filter(lead__project__in=limit)
    found = list(offers.order_by("pk")[:MOST_OFFERED])
    rules = {offer.rule_id: offer.rule for offer in found}
    mine = {pk for pk, rule in rules.items() if rule.is_active and sellers_of(rule).filter(pk=user.pk).exists()}
    return [offer.lead_id for offer in found if offer.rule_id in mine]


def to_do(leads: QuerySet[Lead], *, now: dt.datetime, end_of_day: dt.datetime, assignee: User | None) -> list[int]:
    """Return the ids of the leads with something to do now, what to do first at the head; at most MOST_TO_DO.

    First the answers that are late, then those due, leads quality control sent back, tasks of today and late ones,
    leads nobody has, then leads without a next step: promising ones first, then the latest. `assignee` narrows tasks
    to one colleague's.
    """
    found: dict[int, None] = {}
    for ids in _in_order(leads, now, end_of_day, assignee):
        found.update(dict.fromkeys(ids))
        if len(found) >= MOST_TO_DO:
            break
    return list(found)[:MOST_TO_DO]


def _in_order(
    leads: QuerySet[Lead], now: dt.datetime, end_of_day: dt.datetime, assignee: User | None
) -> Iterator[Iterable[int]]:
    waiting = leads.filter(WAITING).order_by("response_due_at", "pk")
    late, due = Q(response_due_at__lte=now), Q(response_due_at__gt=now)
    yield _ids(waiting.filter(late))
    yield _ids(waiting.filter(due, returned_at=None))
    yield _ids(waiting.filter(due))
    yield _with_tasks(leads, now, end_of_day, assignee)
    in_work = leads.filter(outcome=Outcome.OPEN)
    yield _ids(in_work.filter(seller=None).order_by("-created_at", "-pk"))
    bare = in_work.filter(~Exists(Task.objects.filter(lead=OuterRef("pk"), done_at=None)))
    if Training.objects.filter(is_used=True).exists():
        yield _ids(bare.filter(score__isnull=False).order_by("-score__chance_bp", "-pk"))
    yield _ids(bare.order_by("-created_at", "-pk"))


def _ids(leads: QuerySet[Lead]) -> list[int]:
    return list(leads.values_list("pk", flat=True)[:MOST_TO_DO])


def _with_tasks(
    leads: QuerySet[Lead], now: dt.datetime, end_of_day: dt.datetime, assignee: User | None
) -> Iterable[int]:
    """Leads with a task: today's to come by their time, then late ones, the latest first."""
    tasks = Task.objects.filter(done_at=None, due_at__lt=end_of_day, lead__isnull=False)
    if assignee is not None:
        tasks = tasks.filter(assignee=assignee)
    latest_first = tasks.order_by("-due_at", "pk")
    coming = latest_first.filter(due_at__gte=now).values_list("lead_id", flat=True)[:_MOST_TASKS]
    late = latest_first.filter(due_at__lt=now).values_list("lead_id", flat=True)[:_MOST_TASKS]
    wanted = [pk for pk in dict.fromkeys([*reversed(coming), *late]) if pk is not None]
    seen: set[int] = set()
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        seen.update(leads.filter(outcome=Outcome.OPEN, pk__in=chunk).values_list("pk", flat=True))
        if len(seen) >= MOST_TO_DO:
            break
    return [pk for pk in wanted if pk in seen]


def claimable(user: User) -> QuerySet[Lead]:
    """Return the leads a colleague may try to take: those they see, and those ever offered to them.

    Somebody may be quicker: `assign_lead` refuses then and tells who it was.
    """
    rules = [rule.pk for rule in DistributionRule.objects.all() if sellers_of(rule).filter(pk=user.pk).exists()]
    offered = Offer.objects.filter(rule__in=rules).values("lead")
    return Lead.objects.filter(Q(pk__in=visible_leads(user).values("pk")) | Q(pk__in=offered))
