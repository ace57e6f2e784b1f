"""Reads of checks of rejections: whose they are to see, the queue in its order, and how far the sample is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.quality.models import Check, CheckState, QualitySettings
from onegoal.apps.regulation.models import Decision
from onegoal.apps.regulation.queries import standing_decisions
from onegoal.apps.sales.models import Outcome
from onegoal.core.sampling import sample_size, share_needed

FOUND_WRONG: Final = (CheckState.WRONG, CheckState.DISPUTED, CheckState.UPHELD, CheckState.REVERSED)
SAMPLED_DAYS: Final = dt.timedelta(days=30)
PAUSE: Final = dt.timedelta(minutes=10)  # whoever does nothing for longer has left
_FULL_BP: Final = 10_000


def visible_checks(user: User) -> QuerySet[Check]:
    """Return the checks the user may see.

    Those who check see all within their projects; a seller sees own rejections that were found wrong, whatever the head
    said then, and a supervisor those of the team.
    """
    reach = reach_of(user)
    if has_right(user, Right.CHECK_REJECTIONS):
        return Check.objects.filter(reach.projects("decision__lead__"))
    own = Q(decision__seller_id=user.pk)
    if reach.width is Width.TEAM:
        own |= Q(decision__seller__team_id__in=reach.team_ids)
    elif reach.width is not Width.OWN:
        return Check.objects.none()
    return Check.objects.filter(own, reach.projects("decision__lead__"), state__in=FOUND_WRONG)


def readable_checks(user: User) -> QuerySet[Check]:
    """Return the checks the user may read: those visible to them, and those that sent a lead to them to work on."""
    return visible_checks(user) | Check.objects.filter(returned_to=user, state__in=FOUND_WRONG)


def findings_to_answer(user: User) -> QuerySet[Check]:
    """Return the findings about the user's own rejections that they have not answered."""
    return visible_checks(user).filter(state=CheckState.WRONG, answered_at=None, decision__seller=user)


def in_order(checks: QuerySet[Any]) -> QuerySet[Any]:
    """Return checks in the order they are to be done: against the regulation, promising, drawn; the oldest first.

    Each carries its foremost reason as `why`: 1, 2 or 3.
    """
    why = Case(
        When(is_contradictory=True, then=Value(1)),
        When(is_promising=True, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return checks.annotate(why=why).order_by("why", "queued_on", "pk")


def with_details(checks: QuerySet[Any]) -> QuerySet[Any]:
    """Return checks with all that a line about them shows."""
    return checks.select_related(
        "decision__lead__person", "decision__lead__project", "decision__seller", "decision__clause", "reviewer",
        "opened_by", "returned_to", "ruled_by", "clause", "call",
    )  # fmt: skip


def next_check(user: User, *, after: Check | None, now: dt.datetime) -> Check | None:
    """Return what is to be checked next: the first that nobody else has open, from the start after the last."""
    waiting = visible_checks(user).filter(state=CheckState.WAITING).exclude(_open_elsewhere(user, now))
    ordered: QuerySet[Any] = in_order(waiting.exclude(decision__author=user).exclude(decision__seller=user))
    places = [(why, day, pk) for why, day, pk in ordered.values_list("why", "queued_on", "pk")[:1_000]]
    passed = (_why(after), after.queued_on, after.pk) if after else None
    others = [place for place in places if place != passed]
    later = next((place for place in others if passed is None or place > passed), others[0] if others else None)
    return Check.objects.get(pk=later[2]) if later else None


def is_open_elsewhere(check: Check, user: User, now: dt.datetime) -> bool:
    """Tell whether somebody else is at it: had it open within the last minutes."""
    if check.opened_by_id in (None, user.pk) or check.worked_at is None:
        return False
    return check.worked_at > now - PAUSE


def new_rejections(settings: QualitySettings, *, most: int) -> QuerySet[Decision]:
    """Return rejections the queue has not looked at, oldest first; none from before control began.

    Looks back a little behind the newest one seen: decisions written at the same time may appear out of order.
    """
    if settings.began_at is None:
        return Decision.objects.none()
    new = rejections().filter(pk__gt=settings.seen_decision - 200, at__gte=settings.began_at)
    return new.filter(check_of=None).order_by("pk")[:most]


def rejections() -> QuerySet[Decision]:
    """Return the decisions that reject a lead; neither those taken back at once nor the taking back of something else."""
    return standing_decisions().filter(outcome=Outcome.REJECTED)


def rejections_of_sellers(
    since: dt.datetime, until: dt.datetime, sellers: Iterable[int | None] | None = None
) -> dict[int | None, int]:
    """Return how many leads each seller rejected in a time, by the seller's id."""
    decisions = rejections().filter(at__gte=since, at__lt=until)
    if sellers is not None:
        wanted = set(sellers)
        decisions = decisions.filter(
            Q(seller_id__in=wanted - {None}) | (Q(seller=None) if None in wanted else Q(pk__in=()))
        )
    return dict(decisions.order_by().values_list("seller_id").annotate(count=Count("pk")))


def share_for(settings: QualitySettings, rejections: int) -> float:
    """Return the chance with which a rejection of a seller with so many is to be drawn."""
    return share_needed(
        rejections, expected=settings.expected_bp / _FULL_BP, half_width=settings.precision_bp / _FULL_BP
    )


def wanted_of(settings: QualitySettings, rejections: int) -> int:
    """Return how many of so many rejections of a seller are to be checked for the wanted precision."""
    return sample_size(
        rejections, expected=settings.expected_bp / _FULL_BP, half_width=settings.precision_bp / _FULL_BP
    )


@dataclass(frozen=True)
class SampleProgress:
    """How far one seller's sample of the last thirty days is."""

    seller: User | None
    rejections: int
    wanted: int
    drawn: int
    decided: int

    @property
    def left(self) -> int:
        """Return how many drawn ones are still to be decided."""
        return self.drawn - self.decided


def sample_progress(user: User, settings: QualitySettings, *, now: dt.datetime) -> list[SampleProgress]:
    """Return how far the samples are, seller by seller, as far as the user may see their leads."""
    if settings.began_at is None:
        return []
    since = max(now - SAMPLED_DAYS, settings.began_at)
    within = rejections().filter(reach_of(user).projects("lead__"), at__gte=since)
    drawn, undecided = Q(check_of__is_drawn=True), (CheckState.WAITING, CheckState.DISPUTED)
    rows = list(
        within.order_by().values_list("seller_id").annotate(
            rejections=Count("pk"),
            drawn=Count("pk", filter=drawn),
            decided=Count("pk", filter=drawn & ~Q(check_of__state__in=undecided)),
        )
    )  # fmt: skip
    sellers = User.objects.in_bulk([row[0] for row in rows if row[0]])
    progress = [SampleProgress(sellers.get(pk), all_, wanted_of(settings, all_), *rest) for pk, all_, *rest in rows]
    return sorted(progress, key=lambda one: (-one.left, one.seller.name if one.seller else ""))


def _open_elsewhere(user: User, now: dt.datetime) -> Q:
    return Q(opened_by__isnull=False, worked_at__gt=now - PAUSE) & ~Q(opened_by=user)


def _why(check: Check) -> int:
    return 1 if check.is_contradictory else 2 if check.is_promising else 3
