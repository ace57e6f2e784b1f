"""What stands against a plan and how likely its targets are, and the figures that are planned for good, over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader
from onegoal.apps.api.control import IntervalOut, interval
from onegoal.apps.api.figures import DAYS, read_day
from onegoal.apps.api.listing import found
from onegoal.apps.api.pages import Narrow, check_parameters, parameter
from onegoal.apps.api.problems import Problem
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.planning.check_words import check_sentence, check_title, closing_words
from onegoal.apps.planning.models import PlannedMetric
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.planning.queries.in_force import planned_by_day, planned_by_month
from onegoal.apps.planning.queries.versions import visible_versions
from onegoal.core.joint_plan.figures import Chance, Check

router = Router(tags=["plan"])
PROJECT = Narrow("project_id", "project_id")
LONGEST: Final = 1_100
"""The most days that planned figures are told of at once: three years."""
_PARAMETERS = [*DAYS, parameter("by", type="string", enum=["month", "day"], default="month"), PROJECT.parameter]


class ClosingOut(Schema):
    """One way to close a gap: what, how much of it, and in which unit."""

    what: str
    amount: float
    unit: str
    month: dt.date | None


class CheckOut(Schema):
    """One thing a plan must stand; `missing` is what lacks: leads for `leads_short`, else in `unit`. Red refuses the plan."""

    code: str
    level: str
    title: str
    message: str
    month: dt.date | None
    subject: str
    project: str
    planned: float
    possible: IntervalOut
    missing: float
    unit: str
    too_late: float
    by_month: list[tuple[dt.date, float]]
    closes: list[ClosingOut]
    remedies: list[str]


class ChanceOut(Schema):
    """How likely a target is reached, of the month or (null) the whole plan, and what is likely: the middle 95 %."""

    metric: str
    month: dt.date | None
    planned: float
    likely: IntervalOut
    chance: float | None


class OutlookOut(Schema):
    """The checks, the red first, and the chances; without history every check is `unknown`."""

    is_red: bool
    has_history: bool
    deals_after_end: float
    checks: list[CheckOut]
    chances: list[ChanceOut]


class PlannedOut(Schema):
    """One planned figure of a month (its first day) or a day."""

    on: dt.date
    metric: str
    value: int


class PlannedFiguresOut(Schema):
    """What is planned for good; money in minor units of `currency`."""

    currency: str
    by: str
    rows: list[PlannedOut]


@router.get("/plan-versions/{int:pk}/checks", response=OutlookOut, summary="Checks and chances of a version")
def read_checks(request: HttpRequest, pk: int) -> Any:
    """Hold a version against the company's own conversions, delays, costs, hours, units and money."""
    user = figures_reader(request, Right.SEE_PLAN).user
    check_parameters(request, ())
    told = checks_of(found(visible_versions(user), pk), timezone.now())
    currency = current_company().currency
    return {
        "is_red": told.is_red, "has_history": told.has_history, "deals_after_end": told.after_end,
        "checks": [check_document(one, currency) for one in told.checks], "chances": [_chance(one) for one in told.chances],
    }  # fmt: skip


@router.get("/planned-figures", response=PlannedFiguresOut, summary="Planned figures by month or day",
            openapi_extra={"parameters": _PARAMETERS})  # fmt: skip
def read_planned(request: HttpRequest) -> Any:
    """Read what the plan in force says of some months or days, of the company or of one project."""
    user = figures_reader(request, Right.SEE_PLAN).user
    check_parameters(request, ("from", "to", "by", "project_id"))
    project, (start, end), by = asked_project(request, user), _asked_days(request), request.GET.get("by", "month")
    if by not in ("month", "day"):
        raise Problem(400, "parameter_not_valid", "by must be one of month, day.", field="by")
    rows = _by_day(start, end, project) if by == "day" else _by_month(start, end, project)
    return {"currency": current_company().currency, "by": by, "rows": rows}


def asked_project(request: HttpRequest, user: User) -> Project | None:
    """Return the project of the address, None for the company.

    Raises: Problem 404 for one the caller does not see, 422 where somebody limited to projects names none.
    """
    if "project_id" in request.GET:
        pk = PROJECT.read(request.GET["project_id"])
        project: Project = found(visible_projects(user), int(pk))
        return project
    if project_limit(user) is not None:
        raise Problem(422, "project_missing", "Name one of your projects.", field="project_id")
    return None


def check_document(check: Check, currency: str) -> dict[str, Any]:
    """Return a check as plain values, with the words of the screens."""
    plain = ("code", "level", "month", "subject", "project", "planned", "missing", "unit", "too_late", "by_month")
    return {name: getattr(check, name) for name in plain} | {
        "title": check_title(check), "message": check_sentence(check, currency),
        "possible": interval(check.possible), "remedies": closing_words(check, currency),
        "closes": [
            {"what": one.what, "amount": one.amount, "unit": one.unit, "month": one.month} for one in check.closes
        ],
    }  # fmt: skip


def _chance(one: Chance) -> dict[str, Any]:
    plain = ("metric", "month", "planned", "chance")
    return {name: getattr(one, name) for name in plain} | {"likely": interval(one.likely)}


def _asked_days(request: HttpRequest) -> tuple[dt.date, dt.date]:
    start, end = read_day(request, "from"), read_day(request, "to")
    if start is None or end is None:
        raise Problem(422, "period_missing", "Name the days by from and to.", field="to" if start else "from")
    if start > end:
        raise Problem(422, "period_reversed", "The period ends before it begins.", field="to")
    if (end - start).days > LONGEST:
        raise Problem(422, "period_too_long", "Ask for at most three years at once.", field="to")
    return start, end


def _by_month(start: dt.date, end: dt.date, project: Project | None) -> list[dict[str, Any]]:
    months = planned_by_month(start, end, project=project)
    return [
        {"on": month, "metric": metric, "value": figures[metric]}
        for month, figures in months.items()
        for metric in sorted(figures)
    ]


def _by_day(start: dt.date, end: dt.date, project: Project | None) -> list[dict[str, Any]]:
    return [
        {"on": day, "metric": metric, "value": value}
        for metric in PlannedMetric.values
        for day, value in planned_by_day(metric, start, end, project=project).items()
    ]
