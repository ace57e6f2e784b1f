"""Which leads have an outcome to learn from: old enough to be decided, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Min

from onegoal.apps.company.queries import current_company
from onegoal.apps.sales.models import Deal, Lead, Outcome
from onegoal.apps.scoring.models import Target

MATURE_SHARE: Final = 0.9
"""A lead is old enough when so many of the decided ones were decided sooner."""
ASSUMED_DAYS: Final = 30
"""How long decisions take where too few of them are dated to tell."""
LEAST_DATED: Final = 30
MOST_LEADS: Final = 200_000
"""Only so many of the newest leads teach: older ones tell of another market."""

_finders: list[Callable[[], Iterable[int]]] = []


def register_wrong_rejections(find: Callable[[], Iterable[int]]) -> None:
    """Add a source of leads that were rejected wrongly; called from an app's `ready`."""
    _finders.append(find)


@dataclass(frozen=True)
class Labelled:
    """Leads in the order they came, the business day of each (days since year 1) and its outcome, and what was left out.

    `corrected` leads stand rejected but were found to be wrongly so: they count as good ones.
    """

    ids: list[int]
    days: list[int]
    outcomes: list[int]
    maturity: dt.timedelta
    is_assumed: bool
    young: int
    undecided: int
    corrected: int
    first_at: dt.datetime | None
    last_at: dt.datetime | None

    def only(self, ids: Sequence[int]) -> Labelled:
        """Return the same without leads that are gone meanwhile."""
        if len(ids) == len(self.ids):
            return self
        there = set(ids)
        kept = [at for at, pk in enumerate(self.ids) if pk in there]
        days, outcomes = [self.days[at] for at in kept], [self.outcomes[at] for at in kept]
        return replace(self, ids=[self.ids[at] for at in kept], days=days, outcomes=outcomes)


@dataclass(frozen=True)
class _Told:
    pk: int
    came_at: dt.datetime
    outcome: int | None
    decided_at: dt.datetime | None
    is_corrected: bool = False


def labelled_leads(target: str, now: dt.datetime) -> Labelled:
    """Return the leads to learn from. Leads younger than the time decisions take are left out, decided or not.

    Else the newest leads would be only those that were decided quickly.
    """
    told = _won() if target == Target.WON else _qualified()
    delays = sorted(
        (one.decided_at - one.came_at).total_seconds()
        for one in told
        if one.decided_at is not None and one.decided_at > one.came_at and (target != Target.WON or one.outcome == 1)
    )
    maturity, is_assumed = _maturity(delays)
    old = [one for one in told if one.came_at <= now - maturity][-MOST_LEADS:]
    decided = [(one, one.outcome) for one in old if one.outcome is not None]
    zone = ZoneInfo(current_company().time_zone)
    return Labelled(
        ids=[one.pk for one, _ in decided],
        days=[one.came_at.astimezone(zone).toordinal() for one, _ in decided],
        outcomes=[outcome for _, outcome in decided],
        maturity=maturity,
        is_assumed=is_assumed,
        young=sum(one.came_at > now - maturity for one in told),
        undecided=len(old) - len(decided),
        corrected=sum(one.is_corrected for one, _ in decided),
        first_at=decided[0][0].came_at if decided else None,
        last_at=decided[-1][0].came_at if decided else None,
    )


def _qualified() -> list[_Told]:
    """Good: ever qualified, or rejected and found to be wrongly so. Bad: stands rejected. Others are undecided."""
    wrong = _wrongly_rejected()
    rows = Lead.objects.order_by("created_at", "id").values_list(
        "id", "created_at", "outcome", "outcome_at", "qualified_at"
    )
    found = []
    for pk, came_at, outcome, outcome_at, qualified_at in rows.iterator(chunk_size=5_000):
        if qualified_at is not None:
            found.append(_Told(pk, came_at, 1, qualified_at))
        elif outcome == Outcome.REJECTED:
            found.append(_Told(pk, came_at, int(pk in wrong), outcome_at, pk in wrong))
        else:
            found.append(_Told(pk, came_at, None, None))
    return found


def _won() -> list[_Told]:
    """Good: brought a signed deal. Everything else is bad once it is old enough: it brought none in the usual time."""
    wrong = _wrongly_rejected()
    won = dict(
        Deal.objects.filter(lead__isnull=False, won_at__isnull=False)
        .values_list("lead_id")
        .annotate(first=Min("won_at"))
        .values_list("lead_id", "first")
    )
    rows = Lead.objects.order_by("created_at", "id").values_list("id", "created_at", "outcome")
    return [
        _Told(pk, came_at, 1, won[pk])
        if pk in won
        # A lead that sales gave up wrongly had no chance to be won: it tells nothing.
        else _Told(pk, came_at, None if outcome == Outcome.REJECTED and pk in wrong else 0, None)
        for pk, came_at, outcome in rows.iterator(chunk_size=5_000)
    ]


def _wrongly_rejected() -> set[int]:
    return {pk for find in _finders for pk in find()}


def _maturity(delays: Sequence[float]) -> tuple[dt.timedelta, bool]:
    if len(delays) < LEAST_DATED:
        return dt.timedelta(days=ASSUMED_DAYS), True
    return dt.timedelta(seconds=delays[int(MATURE_SHARE * (len(delays) - 1))]), False
