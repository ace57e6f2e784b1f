"""Reads of blockers: which a colleague may see, who is to mend what, and how long mending takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Case, F, Q, QuerySet, Value, When

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.models import Project
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.queries import visible_deals, visible_leads
from onegoal.core.differences import Difference
from onegoal.core.statistics import Interval
from onegoal.core.survival import durations_differ, time_to_event

OPEN, LATE, RESOLVED = "open", "late", "resolved"
MARKETINGS: Final = frozenset({Link.TOUCH, Link.LEAD})
"""Links that marketing answers for; sales answers for the others."""
TREND_DAYS: Final = 90


def visible_blockers(user: User) -> QuerySet[Blocker]:
    """Return what the user raised or is to mend, what stands on leads and deals they see; all of it with SEE_DESK.

    Somebody limited to projects sees none of other projects, unless raised by or given to them.
    """
    blockers = Blocker.objects.select_related("owner", "raised_by", "project", "lead__person", "deal", "campaign")
    if not has_right(user, Right.RAISE_BLOCKER):
        return blockers.none()
    own = Q(raised_by=user) | Q(owner=user)
    limit = project_limit(user)
    if not has_right(user, Right.SEE_DESK):
        # Leads and deals as sets of keys: a blocker stands once, however many ways lead to it.
        about = Q(lead__in=visible_leads(user).values("pk")) | Q(deal__in=visible_deals(user).values("pk"))
        return blockers.filter(own | about)
    if limit is None:
        return blockers
    within = (
        (Q(project=None) | Q(project__in=limit))
        & (Q(lead=None) | Q(lead__project__in=limit))
        & (Q(deal=None) | Q(deal__project__in=limit))
    )
    return blockers.filter(own | within)


def with_state(blockers: QuerySet[Blocker], *, today: dt.date) -> QuerySet[Blocker]:
    """Give each blocker its `state`: open, late or resolved."""
    return blockers.annotate(
        state=Case(
            When(resolved_at__isnull=False, then=Value(RESOLVED)),
            When(due_on__lt=today, then=Value(LATE)),
            default=Value(OPEN),
        )
    )


def open_blockers(user: User) -> QuerySet[Blocker]:
    """Return the open blockers a user may see, the largest stake first."""
    return visible_blockers(user).filter(resolved_at=None).order_by(F("stake_minor").desc(nulls_last=True), "raised_at")


def side_of_link(link: str) -> str:
    """Return the department that answers for a link of the chain."""
    return Side.MARKETING if link in MARKETINGS else Side.SALES


def may_manage(user: User, blocker: Blocker) -> bool:
    """Tell whether the user may change, resolve and reopen a blocker: who raised it, who is to mend it, the head."""
    return user.pk in (blocker.owner_id, blocker.raised_by_id) or has_right(user, Right.SEE_DESK)


def owners() -> QuerySet[User]:
    """Return the colleagues a blocker can be given to."""
    return User.objects.filter(is_active=True, left_on=None, email__isnull=False).exclude(email="").order_by("name")


def suggested_owner(link: str, *, seller: User | None = None, project: Project | None = None) -> User | None:
    """Return who most likely mends it: the one marketer of the project, the seller's supervisor, else the head."""
    there = owners()
    if project is not None:
        there = there.filter(Q(projects=None) | Q(projects=project))
    if side_of_link(link) == Side.MARKETING:
        candidates = list(there.filter(role=Role.MARKETER)[:2])
    else:
        led = seller.team.supervisor if seller and seller.team else None
        candidates = [led] if led and led.is_active else list(there.filter(role=Role.SUPERVISOR)[:2])
    # Of several nobody can say which one: the head decides.
    return candidates[0] if len(candidates) == 1 else there.filter(role=Role.HEAD).first()


@dataclass(frozen=True)
class TimeTaken:
    """How long mending takes, in days, open ones counted as not mended yet: now, and in as many days before.

    `differs` tells whether the two differ beyond chance; None where one of them has nothing.
    """

    raised: int
    resolved: int
    median: Interval
    before: Interval
    differs: Difference | None


def time_taken(user: User, *, now: dt.datetime) -> TimeTaken:
    """Return how long blockers raised in the last TREND_DAYS took, against those of as many days before."""
    bound = now - dt.timedelta(days=TREND_DAYS)
    rows = list(
        visible_blockers(user)
        .filter(raised_at__gte=bound - dt.timedelta(days=TREND_DAYS))
        .values_list("raised_at", "resolved_at")
    )
    recent, before = ([row for row in rows if (row[0] >= bound) is is_recent] for is_recent in (True, False))
    # What was still open when the recent days began is judged as it stood then: both halves are watched for equally long.
    groups = [_durations(recent, now), _durations(before, bound)]
    told = [time_to_event(*group) for group in groups]
    differs = durations_differ(groups) if all(any(observed) for _days, observed in groups) else None
    return TimeTaken(told[0].count, told[0].events, told[0].median, told[1].median, differs)


def _durations(
    rows: list[tuple[dt.datetime, dt.datetime | None]], until: dt.datetime
) -> tuple[list[float], list[bool]]:
    observed = [resolved is not None and resolved <= until for _raised, resolved in rows]
    ends = [resolved if seen and resolved else until for (_raised, resolved), seen in zip(rows, observed, strict=True)]
    return [(end - raised).total_seconds() / 86_400 for (raised, _), end in zip(rows, ends, strict=True)], observed
