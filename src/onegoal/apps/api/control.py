"""Interim control over the API: pace, what the chain's steps are worth now, sags, and what costs the goal most."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of, parameters_of
from onegoal.apps.api.problems import not_found
from onegoal.apps.control.models import Direction, Sag
from onegoal.apps.control.queries.bottleneck import Bottleneck, StepNow, steps_read
from onegoal.apps.control.queries.losses import bottleneck_of
from onegoal.apps.control.queries.pace import Pace, PartPace, pace_of
from onegoal.apps.control.queries.sags import latest_reading, visible_sags
from onegoal.apps.control.words import bottleneck_sentence, sag_sentence
from onegoal.apps.goal.queries import current_kpi
from onegoal.core.statistics import Interval

router = Router(tags=["control"])
_OF_SAGS = (Narrow("direction", "direction", tuple(Direction.values)),)


class IntervalOut(Schema):
    """A figure with its bounds; null where it cannot be told."""

    estimate: float | None
    low: float | None
    high: float | None


class PartPaceOut(Schema):
    """One part tonight: what was to be reached, what today has to bring, and the forecast at the end of the period."""

    kind: str
    target: int | None
    fact: float | None
    expected: float
    pace: float | None
    needed_today: int | None
    missing_today: int | None
    a_day: float | None
    forecast: IntervalOut


class DayOut(Schema):
    """One day: planned, reached, and for days to come the range of the forecast; shares of the goal."""

    day: dt.date
    plan: float
    fact: float | None
    forecast: IntervalOut | None


class PaceOut(Schema):
    """The KPI against what was to be reached by tonight, and the forecast: its range holds in eight of ten cases."""

    kpi_id: int
    today: dt.date
    attained: float
    expected: float
    pace: float | None
    share_gone: float
    days_left: int
    is_planned: bool
    forecast: IntervalOut
    parts: list[PartPaceOut]
    by_day: list[DayOut]


class StepOut(Schema):
    """One step of the chain: its value in the last four weeks and in the year before, with counts.

    `gain` is what a return to normal would add in signed deals (for the price in money), null within chance.
    """

    name: str
    value: float | None
    normal: float | None
    count: float
    base: float
    gain: IntervalOut | None


class BottleneckOut(Schema):
    """The step whose return to normal would add most, in points of the KPI (0.03), and all steps in their order.

    `day` is the morning of the look; null before the first. `step` is null where chance explains everything.
    """

    day: dt.date | None
    step: str | None
    points: IntervalOut | None
    message: str
    steps: list[StepOut]


class SagOut(Schema):
    """A drop or rise of a watched figure that chance does not explain; `ended_on` is null while it lasts.

    `evidence` says how it was found, and how many false alarms a quiet year raises over all watched series.
    """

    id: int
    direction: str
    metric: str
    base: str
    by: dict[str, Any]
    since: dt.date
    found_on: dt.date
    ended_on: dt.date | None
    value: float
    normal: float
    evidence: dict[str, Any]
    message: str

    @staticmethod
    def resolve_message(sag: Sag) -> str:
        return sag_sentence(sag)


@router.get("/pace", response=PaceOut, summary="The pace of the caller's own KPI")
def read_pace(request: HttpRequest) -> Any:
    """Read the pace of the KPI the caller works for today; 404 where none is active."""
    user = figures_reader(request, Right.SEE_GOAL).user
    check_parameters(request, ())
    today = timezone.localdate()
    kpi = current_kpi(user, today)
    pace = pace_of(kpi, today=today) if kpi else None
    if pace is None:
        raise not_found()
    return pace_document(pace)


@router.get("/bottleneck", response=BottleneckOut, summary="The bottleneck now")
def read_bottleneck(request: HttpRequest) -> Any:
    """Read the chain as it was looked at this morning: each step against its own normal value."""
    user = figures_reader(request, Right.SEE_GOAL, Right.SEE_FIGURES).user
    check_parameters(request, ())
    today = timezone.localdate()
    kpi, reading = current_kpi(user, today), latest_reading()
    low = bottleneck_of(pace_of(kpi, today=today) if kpi else None)
    return {
        "day": reading.day if reading else None, "step": low.step.name if low else None,
        "points": _points(low, has_kpi=kpi is not None), "message": bottleneck_sentence(low) if low else "",
        "steps": [_step(one) for one in steps_read()],
    }  # fmt: skip


@router.get("/sags", response=Page[SagOut], summary="Sags and rises", openapi_extra=parameters_of(_OF_SAGS))
def list_sags(request: HttpRequest) -> Any:
    """List what was found, lasting and over; a seller sees no colleague's, a supervisor those of the own teams."""
    user = figures_reader(request, Right.SEE_GOAL, Right.SEE_FIGURES).user
    return page_of(request, visible_sags(user), is_sourced=False, narrows=_OF_SAGS)


def pace_document(pace: Pace) -> dict[str, Any]:
    """Return the pace of a KPI as plain values."""
    plain = ("today", "attained", "expected", "pace", "share_gone", "days_left", "is_planned")
    return {
        "kpi_id": pace.kpi.pk, **{name: getattr(pace, name) for name in plain},
        "forecast": interval(pace.forecast), "parts": [_part_pace(one) for one in pace.parts],
        "by_day": [
            {"day": one.day, "plan": one.plan, "fact": one.fact,
             "forecast": interval(one.forecast) if one.forecast else None}
            for one in pace.by_day
        ],
    }  # fmt: skip


def _part_pace(part: PartPace) -> dict[str, Any]:
    plain = ("kind", "target", "fact", "expected", "pace", "needed_today", "missing_today", "a_day")
    return {name: getattr(part, name) for name in plain} | {"forecast": interval(part.forecast)}


def interval(told: Interval) -> dict[str, float | None]:
    """Return a figure with its bounds as plain values."""
    return {"estimate": told.estimate, "low": told.low, "high": told.high}


def _points(low: Bottleneck | None, *, has_kpi: bool) -> dict[str, float | None] | None:
    return interval(low.points) if low and has_kpi else None


def _step(step: StepNow) -> dict[str, Any]:
    plain = ("name", "value", "normal", "count", "base")
    return {name: getattr(step, name) for name in plain} | {"gain": interval(step.gain) if step.gain else None}
