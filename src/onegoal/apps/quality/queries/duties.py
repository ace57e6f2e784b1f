"""Reads of the calls that were drawn for review: what is owed, by whom, for whom, and why somebody owes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.quality.models import QualitySettings, ReviewDuty
from onegoal.apps.quality.queries.settings import quality_settings
from onegoal.apps.sales.models import Call
from onegoal.core.working_hours import Calendar


def visible_duties(user: User) -> QuerySet[ReviewDuty]:
    """Return the duties about the sellers whose calls a person may hear, and their own."""
    reach = reach_of(user)
    if reach.is_everything:
        return ReviewDuty.objects.all()
    from onegoal.apps.quality.queries.reviews import calls_to_hear

    return ReviewDuty.objects.filter(Q(reviewer_id=user.pk) | Q(call__in=calls_to_hear(user).values("pk")))


def owed(duties: QuerySet[ReviewDuty]) -> QuerySet[ReviewDuty]:
    """Return the duties that are neither done nor excused."""
    return duties.filter(done_at=None, excused="")


@dataclass(frozen=True)
class Debt:
    """What one person owes, or is owed: how many calls since which day, and how many were drawn in all."""

    name: str
    count: int
    since: dt.date | None
    drawn: int


def debts(user: User, of: str, since: dt.date) -> list[Debt]:
    """Return the debt for each `seller`, or of each `reviewer`, with what was drawn since a day; the largest first."""
    is_open = Q(done_at=None, excused="")
    rows = (
        visible_duties(user)
        .filter(Q(day__gte=since) | is_open)
        .order_by()
        .values(f"{of}_id", f"{of}__name")
        .annotate(count=Count("pk", filter=is_open), since=Min("day", filter=is_open), drawn=Count("pk"))
    )
    found = [Debt(row[f"{of}__name"] or "", row["count"], row["since"], row["drawn"]) for row in rows]
    return sorted(found, key=lambda debt: (-debt.count, debt.name))


def eligible(calls: QuerySet[Call], agreed: QualitySettings | None = None) -> QuerySet[Call]:
    """Return the calls long enough to be judged: answered, and talked for as long as was agreed."""
    shortest = (agreed or quality_settings()).shortest_seconds
    return calls.filter(is_answered=True, talk_seconds__gte=shortest, seller__isnull=False)


def pool_of(calendar: Calendar, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Return from when until when calls belong to a working day: its own and those of the days off before it, in UTC."""
    first = calendar.working_day_before(day) + dt.timedelta(days=1)
    bounds = (first, day + dt.timedelta(days=1))
    begins, ends = (dt.datetime.combine(one, dt.time(), calendar.zone).astimezone(dt.UTC) for one in bounds)
    return begins, ends


@dataclass(frozen=True)
class SellerDay:
    """One seller's calls of a working day: all, answered, long enough, drawn, done and excused."""

    seller: User
    calls: int
    answered: int
    eligible: int
    drawn: int
    done: int
    excused: int

    @property
    def owed(self) -> int:
        """Return how many of the drawn are still to be done."""
        return self.drawn - self.done - self.excused

    @property
    def why(self) -> str:
        """Return why nothing was drawn: `no_calls`, `none_answered`, `too_short`; empty where something was, or will be."""
        if self.drawn or self.eligible:
            return ""
        return "no_calls" if not self.calls else "too_short" if self.answered else "none_answered"


def seller_days(user: User, day: dt.date, bounds: tuple[dt.datetime, dt.datetime]) -> list[SellerDay]:
    """Return each seller's working day as the reader may see it, sellers without calls too."""
    sellers = {one.pk: one for one in sellers_seen(user)}
    long_enough = Q(is_answered=True, talk_seconds__gte=quality_settings().shortest_seconds)
    calls = Call.objects.filter(seller_id__in=sellers, started_at__gte=bounds[0], started_at__lt=bounds[1]).order_by()
    counted = _by_seller(
        calls.values("seller_id").annotate(
            calls=Count("pk"),
            answered=Count("pk", filter=Q(is_answered=True)),
            eligible=Count("pk", filter=long_enough),
        )
    )
    duties = ReviewDuty.objects.filter(day=day, seller_id__in=sellers).order_by().values("seller_id")
    is_done = Q(done_at__isnull=False)
    drawn = _by_seller(
        duties.annotate(
            drawn=Count("pk"), done=Count("pk", filter=is_done), excused=Count("pk", filter=~is_done & ~Q(excused=""))
        )
    )
    none = dict.fromkeys(("calls", "answered", "eligible", "drawn", "done", "excused"), 0)
    return [SellerDay(one, **(none | counted.get(pk, {}) | drawn.get(pk, {}))) for pk, one in sellers.items()]


def sellers_seen(user: User) -> QuerySet[User]:
    """Return the sellers and supervisors at work whose calls a person reviews: everybody's, or their teams'."""
    people = User.objects.filter(role__in=("seller", "supervisor"), left_on=None).exclude(pk=user.pk).order_by("name")
    reach = reach_of(user)
    if reach.width is Width.ALL:
        return people
    return people.filter(team_id__in=reach.team_ids) if reach.width is Width.TEAM else people.none()


def _by_seller(rows: Iterable[Any]) -> dict[int, dict[str, int]]:
    return {row["seller_id"]: {key: value for key, value in row.items() if key != "seller_id"} for row in rows}
