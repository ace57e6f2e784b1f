"""What the company did before, as a starting point of a plan and as the proportion in which a total is spread."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.planning.models import PLANNED_MONEY, SALES_SIDE, Plan, PlannedMetric
from onegoal.apps.planning.queries.grid import place
from onegoal.core.periods import add_months
from onegoal.core.plan_grid import Place, months_between
from onegoal.metrics.question import Question

Start = Literal["last_year", "run_rate"]
RUN_RATE_MONTHS: Final = 3
_YEAR: Final = 12
_ANY: Final = dt.date.min
_DAY: Final = dt.timedelta(days=1)


def starting_point(plan: Plan, start: Start, *, today: dt.date) -> dict[Place, int]:
    """Return the figures a plan may start from, by place: those of the same months a year before, or the run rate.

    The run rate is the mean month of the last three whole months, rounded so that its months add up. What the company
    has no history of is left out; what bears a name the plan does not divide by stands undivided.
    """
    months = months_between(plan.first_month, plan.last_month)
    if start == "last_year":
        past = _facts(plan, add_months(months[0], -_YEAR), add_months(months[-1], -_YEAR))
        return {_in_month(one, add_months(one.month, _YEAR)): value for one, value in past.items()}
    this_month = today.replace(day=1)
    rates = _summed(_facts(plan, add_months(this_month, -RUN_RATE_MONTHS), add_months(this_month, -1)))
    return {
        _in_month(one, month): value * (at + 1) // RUN_RATE_MONTHS - value * at // RUN_RATE_MONTHS
        for at, month in enumerate(months)
        for one, value in rates.items()
    }


def history_weights(plan: Plan, metric: str, places: Sequence[Place], *, today: dt.date) -> dict[Place, Fraction]:
    """Return the proportion in which the company's last twelve whole months fall on the places of one figure.

    A place has its row's sum over the year, times its calendar month's part of the year where each month of the plan
    had something a year before. Empty where there is no history.
    """
    this_month = today.replace(day=1)
    past = _facts(plan, add_months(this_month, -_YEAR), add_months(this_month, -1), metric)
    rows = _summed(past)
    of_month: dict[int, int] = defaultdict(int)
    for one, value in past.items():
        of_month[one.month.month] += value
    has_seasons = all(of_month[one.month.month] for one in places)
    return {
        one: Fraction(rows[row]) * (of_month[one.month.month] if has_seasons else 1)
        for one in places
        if rows.get(row := _in_month(one, _ANY), 0)
    }


def _summed(past: Mapping[Place, int]) -> dict[Place, int]:
    """Return the sums over all months, under one month that is none of them."""
    sums: dict[Place, int] = defaultdict(int)
    for one, value in past.items():
        sums[_in_month(one, _ANY)] += value
    return dict(sums)


def _in_month(one: Place, month: dt.date) -> Place:
    return Place(month, one.metric, one.project, one.product_type, one.channel)


def _facts(plan: Plan, first: dt.date, last: dt.date, only: str = "") -> dict[Place, int]:
    """Return what was, by the places of the plan, for the whole months from `first` to `last`."""
    metrics = [only] if only else list(PlannedMetric.values)
    narrowed = (("project", plan.project.name),) if plan.project else ()
    questions = [
        Question(
            metric=metric, by=("month", "project", _part(metric)), start=first, end=add_months(last, 1) - _DAY,
            where=narrowed,
        )
        for metric in metrics
    ]  # fmt: skip
    currency = current_company().currency
    found: dict[Place, int] = defaultdict(int)
    for metric, answer in zip(metrics, ask_all(questions), strict=True):
        for row in answer.rows:
            is_other = metric in PLANNED_MONEY and (row.by.get("currency") or answer.currency or currency) != currency
            if row.value is None or row.by.get("month") is None or is_other:
                continue
            found[_place_of(plan, metric, row.by)] += int(row.value)
    return {one: value for one, value in found.items() if value > 0}


def _place_of(plan: Plan, metric: str, by: Mapping[str, str | None]) -> Place:
    part_names = plan.product_types if metric in SALES_SIDE else plan.channels
    project, part = by.get("project") or "", by.get(_part(metric)) or ""
    month = dt.date.fromisoformat(f"{by['month']}"[:7] + "-01")
    return place(
        month, metric, project if project in plan.projects else "", part if part in part_names else ""
    )  # fmt: skip


def _part(metric: str) -> str:
    return "product_type" if metric in SALES_SIDE else "channel"
