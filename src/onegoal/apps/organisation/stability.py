"""Reads of how stable the team is: turnover, tenure, the way of new people to the normal level and what it costs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import led_team_ids, project_limit
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import ask_all, scope_of
from onegoal.core.stakes import product_of
from onegoal.core.statistics import Interval
from onegoal.core.survival import SurvivalSummary
from onegoal.core.team_stability import Ramp, Stay, Turnover, ramp_of, tenure, turnover
from onegoal.metrics.question import Question, Row

RESULTS: Final = ("deals_won", "opportunities")
"""What a seller's month is measured by: signed deals, and leads that were qualified."""
YEARS: Final = 3
RAMP_YEARS: Final = 2
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stability:
    """All the page tells. `roles` names whose stays are told; `undated` are people whose first day nobody recorded.

    `years` are turnover by calendar year, the present one up to today; `ramps` by figure of RESULTS; `cost` is money that
    new people's missing deals would have signed, in minor units, with its bounds.
    """

    people: int
    undated: int
    years: tuple[tuple[int, Turnover], ...]
    recent: Turnover
    tenure: SurvivalSummary
    ramps: dict[str, Ramp]
    cost: Interval
    price: Interval


def stability_of(user: User, *, today: dt.date) -> Stability:
    """Return how stable the sellers' team is, as far as the user may see its people.

    Those of every role that sells; supervisors see their teams, people who left are told by the team they left.
    """
    people = list(_people(user))
    dated = [one for one in people if one.joined_on is not None]
    stays = [Stay(str(one.pk), one.joined_on, one.left_on) for one in dated if one.joined_on]
    ramps, price = _ramps(user, dated, stays, today)
    missing = ramps["deals_won"].missing
    return Stability(
        people=len(people), undated=len(people) - len(dated), years=_years(stays, today),
        recent=turnover(stays, today - 364 * _DAY, today), tenure=tenure(stays, today), ramps=ramps,
        cost=_cost(missing, price), price=price,
    )  # fmt: skip


def _people(user: User) -> Iterable[User]:
    people = User.objects.filter(role=Role.SELLER).order_by("name", "pk")
    if user.role == Role.SUPERVISOR:
        people = people.filter(team__in=led_team_ids(user))
    limit = project_limit(user)
    # Somebody limited to projects meets those who work there or anywhere.
    return people if limit is None else (people.filter(projects=None) | people.filter(projects__in=limit)).distinct()


def _years(stays: list[Stay], today: dt.date) -> tuple[tuple[int, Turnover], ...]:
    first = min((stay.joined_on.year for stay in stays), default=today.year)
    found = []
    for year in range(today.year, max(first, today.year - YEARS + 1) - 1, -1):
        start, end = dt.date(year, 1, 1), min(today, dt.date(year, 12, 31))
        found.append((year, turnover(stays, start, end)))
    return tuple(found)


def _ramps(user: User, people: list[User], stays: list[Stay], today: dt.date) -> tuple[dict[str, Ramp], Interval]:
    """Each figure's ramp over the days that have records: RAMP_YEARS at most, from the first result on."""
    scope = scope_of(user)
    start, end = today - dt.timedelta(days=round(RAMP_YEARS * 365.25)), today - _DAY
    *answers, price = ask_all(
        [Question(metric, ("seller", "day"), start, end, (), scope) for metric in RESULTS]
        + [Question("average_price", (), end - 364 * _DAY, end, (), scope)]
    )
    names = {str(one.pk): one.name for one in people}
    ramps = {}
    for metric, answer in zip(RESULTS, answers, strict=True):
        by_name: dict[str, list[tuple[dt.date, int]]] = defaultdict(list)
        for row in answer.rows:
            if row.value and row.by["day"] and row.by["seller"]:
                by_name[row.by["seller"]].append((dt.date.fromisoformat(row.by["day"]), int(row.value)))
        first = min((day for days in by_name.values() for day, _count in days), default=end)
        ramps[metric] = ramp_of(stays, lambda key, found=by_name: found[names[key]], first, end)  # type: ignore[misc]
    return ramps, _price(price.rows)


def _price(rows: Iterable[Row]) -> Interval:
    own = current_company().currency
    row = next((row for row in rows if row.by.get("currency", own) == own), None)
    if row is None or row.value is None:
        return Interval(None, None, None)
    bounds = (row.value if bound is None else bound for bound in (row.low, row.high))
    low, high = (float(bound) for bound in bounds)
    return Interval(float(row.value), max(0.0, low), high)


def _cost(missing: Interval, price: Interval) -> Interval:
    """Missing deals at the average price; nothing where new people bring as much as others."""
    if missing.estimate is None or missing.estimate <= 0:
        return Interval(None if missing.estimate is None else 0.0, None, None)
    return product_of([Interval(missing.estimate, max(0.0, missing.low or 0.0), missing.high), price])
