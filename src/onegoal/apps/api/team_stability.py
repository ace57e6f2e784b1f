"""How stable the sellers' team is, over the API: turnover, tenure, the ramp of new people and what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader
from onegoal.apps.api.control import IntervalOut, interval
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.company.queries import current_company
from onegoal.apps.organisation.stability import stability_of
from onegoal.core.team_stability import Ramp, RampMonth, Turnover

router = Router(tags=["control"])


class TurnoverOut(Schema):
    """People who left over the average headcount, as a rate a year; `year` is null for the last twelve months."""

    year: int | None
    left: int
    joined: int
    headcount: float
    rate: IntervalOut


class RampMonthOut(Schema):
    """What was brought in a month of tenure (1 is the first; 0 for settled colleagues), for each person and month."""

    month: int
    people: int
    person_months: float
    results: int
    rate: IntervalOut


class RampOut(Schema):
    """New people's way to the level of settled colleagues; `reached` is the first month there, null where not told."""

    metric: str
    is_told: bool
    reached: int | None
    newcomers: int
    missing: IntervalOut
    settled: RampMonthOut
    months: list[RampMonthOut]


class TenureOut(Schema):
    """Stays of people, those still there counted as lasting; the median in days, null where it is not reached."""

    people: int
    left: int
    median_days: IntervalOut


class StabilityOut(Schema):
    """How stable the team is on a day; `cost_minor` is money that new people's missing deals would have signed."""

    today: dt.date
    people: int
    undated: int
    recent: TurnoverOut
    years: list[TurnoverOut]
    tenure: TenureOut
    ramps: list[RampOut]
    cost_minor: IntervalOut
    currency: str


@router.get("/team-stability", response=StabilityOut, summary="Turnover, tenure and ramp of new people")
def read_stability(request: HttpRequest) -> Any:
    """Read how stable the sellers' team is, as far as the caller may see its people."""
    user, today = figures_reader(request, Right.ASSIGN).user, timezone.localdate()
    check_parameters(request, ())
    told = stability_of(user, today=today)
    stays = told.tenure
    return {
        "today": today, "people": told.people, "undated": told.undated, "currency": current_company().currency,
        "recent": _turnover(None, told.recent), "years": [_turnover(*one) for one in told.years],
        "tenure": {"people": stays.count, "left": stays.events, "median_days": interval(stays.median)},
        "ramps": [_ramp(metric, ramp) for metric, ramp in told.ramps.items()], "cost_minor": interval(told.cost),
    }  # fmt: skip


def _turnover(year: int | None, one: Turnover) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("left", "joined", "headcount")}
    return {"year": year, **plain, "rate": interval(one.rate)}


def _ramp(metric: str, ramp: Ramp) -> dict[str, Any]:
    plain = {name: getattr(ramp, name) for name in ("is_told", "reached", "newcomers")}
    months = [_month(one) for one in ramp.months]
    return {
        "metric": metric,
        **plain,
        "missing": interval(ramp.missing),
        "settled": _month(ramp.settled),
        "months": months,
    }


def _month(one: RampMonth) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in ("month", "people", "person_months", "results")}
    return plain | {"rate": interval(one.rate)}
