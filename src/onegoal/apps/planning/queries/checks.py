"""The checks and chances of a version of a plan, remembered until the plan or the facts change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

import numpy as np
from django.utils import timezone

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.company.models import Project
from onegoal.apps.desk.models import Absence
from onegoal.apps.facts.queries import data_version
from onegoal.apps.organisation.models import HandlingTime
from onegoal.apps.planning.models import SALES_SIDE, PlanCell, PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.basis import OwnHistory, history_of
from onegoal.apps.planning.queries.outlook import Outlook
from onegoal.apps.planning.queries.payment_forecast import forecast_of
from onegoal.core.joint_plan.chain import deals_after, feed_of
from onegoal.core.joint_plan.checks import check
from onegoal.core.joint_plan.figures import Check, Floats, PlanFigures
from onegoal.core.joint_plan.simulation import simulate
from onegoal.core.memory import Memory
from onegoal.core.periods import add_months
from onegoal.core.plan_grid import months_between

_OUTLOOKS: Final = Memory(200)
_HISTORIES: Final = Memory(50)
SHOWN_MONTHS: Final = 3


def checks_of(version: PlanVersion, now: dt.datetime) -> Outlook:
    """Return what stands against a version, how likely its targets are, and what that rests on.

    Remembered by what is planned, the version of the facts, and the day: a plan is judged as of this morning.
    """
    today = timezone.localtime(now).date()
    plan, project = figures_of(version), version.plan.project.name if version.plan.project else ""
    key = (_content(plan), project, *_state(today))
    return _OUTLOOKS.remember(key, lambda: _outlook(plan, project, now))


def present_history(*, project: str = "", now: dt.datetime) -> OwnHistory:
    """Return what plans that begin this month are checked against: of the company, or of one project by its name."""
    today = timezone.localtime(now).date()
    months = tuple(months_between(today.replace(day=1), add_months(today, SHOWN_MONTHS - 1)))
    return _history(PlanFigures(months, ("",), ("",), ("",), {}, {}), project, now)


def gap_of_month(first_month: dt.date, last_month: dt.date, *, project: str = "", now: dt.datetime) -> Check | None:
    """Return whether the plan in force for whole months can be fed by its leads; None where none is, or nothing tells."""
    from onegoal.apps.planning.queries.in_force import version_in_force

    version = version_in_force(project=project or None, month=last_month)
    if version is None:
        return None
    found = [one for one in checks_of(version, now).checks if one.code == "leads_short" and one.level != "unknown"]
    inside = [one for one in found if one.month and first_month <= one.month <= last_month]
    return next(iter([*inside, *(one for one in found if one.month is None)]), None)


def figures_of(version: PlanVersion) -> PlanFigures:
    """Return the cells of a version as arrays over the plan's months."""
    cells = list(version.cells.order_by())
    plan = version.plan
    months = tuple(months_between(plan.first_month, plan.last_month))
    sold = [cell for cell in cells if cell.metric in SALES_SIDE]
    bought = [cell for cell in cells if cell.metric not in SALES_SIDE]
    projects = _names(plan.projects, (cell.project for cell in cells))
    types, channels = (
        _names(plan.product_types, (c.product_type for c in sold)),
        _names(plan.channels, (c.channel for c in bought)),
    )
    shape = (len(months), len(projects))
    places = months, projects
    return PlanFigures(
        months, projects, types, channels,
        _arrays(sold, (*shape, len(types)), places, types, "product_type"),
        _arrays(bought, (*shape, len(channels)), places, channels, "channel"),
    )  # fmt: skip


def _arrays(
    cells: list[PlanCell], shape: tuple[int, ...], places: tuple[tuple[dt.date, ...], tuple[str, ...]],
    names: tuple[str, ...], attribute: str,
) -> dict[str, Floats]:  # fmt: skip
    found: dict[str, Floats] = {}
    months, projects = ({name: at for at, name in enumerate(line)} for line in places)
    last = {name: at for at, name in enumerate(names)}
    for cell in cells:
        if cell.month in months:
            table = found.setdefault(PlannedMetric(cell.metric).value, np.zeros(shape))
            table[months[cell.month], projects[cell.project], last[getattr(cell, attribute)]] += cell.value
    return found


def _names(listed: Iterable[str], used: Iterable[str]) -> tuple[str, ...]:
    """The names of a dimension that cells use, in the plan's order; one without a name where there are none."""
    there = set(used)
    ordered = [name for name in dict.fromkeys([*listed, *sorted(there)]) if name in there]
    return tuple(ordered) or ("",)


def _content(plan: PlanFigures) -> tuple[object, ...]:
    tables = sorted((*plan.sales.items(), *plan.marketing.items()), key=lambda one: one[0])
    return (
        plan.months,
        plan.projects,
        plan.types,
        plan.channels,
        tuple((name, table.tobytes()) for name, table in tables),
    )


def _outlook(plan: PlanFigures, project: str, now: dt.datetime) -> Outlook:
    basis = _history(plan, project, now).basis
    known = "" in basis.won and "" in basis.delays
    after = deals_after(plan, basis, feed_of(plan, basis)) if known else 0.0
    return Outlook(check(plan, basis), simulate(plan, basis), basis, after, known)


def _history(plan: PlanFigures, project: str, now: dt.datetime) -> OwnHistory:
    today = timezone.localtime(now).date()
    key = (plan.months, plan.channels, project, *_state(today))
    return _HISTORIES.remember(
        key, lambda: history_of(plan, project=project, today=today, told=_payments(project, now))
    )


def _payments(project: str, now: dt.datetime) -> dict[dt.date, float]:
    """What the forecast of payments expects in the coming months."""
    chosen = Project.objects.filter(name=project).first() if project else None
    months = forecast_of(project=chosen, now=now).months
    return {one.month: one.expected.estimate for one in months if one.expected.estimate is not None}


def _state(today: dt.date) -> tuple[object, ...]:
    """What the facts and the settings behind the hours are at; changes when any of them does."""
    times = tuple(HandlingTime.objects.order_by("kind").values_list("kind", "minutes"))
    sellers = User.objects.filter(role=Role.SELLER, left_on=None).count()
    return data_version(), today, times, sellers, Absence.objects.filter(last_on__gte=today).count()
