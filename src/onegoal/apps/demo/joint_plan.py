"""The joint plan of the demo's year, in force by override, with scenarios beside it: 500 sales on 100 leads among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import numpy as np

from onegoal.apps.company.models import Project
from onegoal.apps.demo.calendar import SEASON
from onegoal.apps.demo.records import HEAD, MARKETER, Records, done_by
from onegoal.apps.facts.queries import ask_all, values_of
from onegoal.apps.planning.models import PLANNED_MONEY, SALES_SIDE, PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.typed import Typed, cells_typed
from onegoal.apps.planning.services.cells import set_cells
from onegoal.apps.planning.services.plans import add_version, make_plan
from onegoal.apps.planning.services.signing import propose_version, sign_version
from onegoal.apps.regulation.models import Side
from onegoal.core.periods import add_months
from onegoal.core.plan_grid import months_between
from onegoal.metrics.question import Question

PLANNED_SALES, PLANNED_LEADS = 500, 100
GROWTH: Final = 1.04
AMBITION: Final = 1.5
"""By how much this month's planned deals exceed what is usual, on far fewer leads than usual."""
FLOOD: Final = "500 sales"
REASON: Final = (
    "Marketing rebuilds its campaigns this month and brings 100 leads; the launch of the second building must not wait "
    "for it. Anna says by Friday where the missing leads come from."
)
Figures = dict[str, dict[dt.date, float]]


def make_joint_plan(records: Records) -> PlanVersion:
    """Plan the year from the company's history, put it in force by name, and leave three other scenarios as drafts."""
    head, marketer = records.users[HEAD], records.users[MARKETER]
    this_month = records.today.replace(day=1)
    first = this_month.replace(month=1)
    figures = _figures(records, months_between(first, first.replace(month=12)))
    agreed_at = max(records.ago(days=records.today.day - 1), records.ago(days=20)) - dt.timedelta(hours=3)
    with done_by(marketer):
        history = make_plan(
            name=f"Plan {first:%Y}", first_month=first, last_month=first.replace(month=12), author=marketer,
            now=agreed_at - dt.timedelta(days=6), scenario="From history",
            projects=list(Project.objects.order_by("name").values_list("name", flat=True)),
            product_types=values_of("product_type"), channels=values_of("channel"),
        )  # fmt: skip
        _type(history, figures, agreed_at)
        agreed = add_version(plan=history.plan, author=marketer, now=agreed_at, like=history, name="Agreed")
        _type(agreed, _this_month(figures, this_month), agreed_at)
    with done_by(head):
        proposed = propose_version(version=agreed, author=head, now=agreed_at, reason=REASON)
    with done_by(marketer):
        sign_version(version=proposed, side=Side.MARKETING, user=marketer, now=agreed_at + dt.timedelta(hours=1))
    with done_by(head):
        proposed = sign_version(version=proposed, side=Side.SALES, user=head, now=agreed_at + dt.timedelta(hours=2))
        flood = add_version(plan=agreed.plan, author=head, now=records.ago(days=1), like=agreed, name=FLOOD)
        wanted = {"deals_won": {this_month: PLANNED_SALES}, "leads": {this_month: PLANNED_LEADS}}
        _type(flood, wanted, records.ago(days=1))
    return proposed


def _type(version: PlanVersion, figures: Mapping[str, Mapping[dt.date, float]], now: dt.datetime) -> None:
    """Type totals of months; they are spread over projects, types and channels as the company's history divides them."""
    typed = [
        Typed(metric, f"{month:%Y-%m}", f"{round(value / 100) if metric in PLANNED_MONEY else round(value)}")
        for metric, months in figures.items()
        for month, value in months.items()
    ]
    set_cells(version=version, values=cells_typed(version, typed, language="en", today=now.date()), now=now)


def _figures(records: Records, months: list[dt.date]) -> Figures:
    """Plan past months near what came, this and later ones at the usual level of their season and a little more."""
    this_month, dice = records.today.replace(day=1), records.dice("plan")
    past = _facts(add_months(this_month, -6), this_month, months[0])
    # One swing for all figures of a month: its conversions stay the company's own.
    swings = {month: float(dice.uniform(0.95, 1.1)) for month in months}
    found: Figures = {}
    for metric in PlannedMetric.values:
        own = past[metric]
        recent = [add_months(this_month, -back) for back in range(1, 7 if metric != "money_received" else 4)]
        level = sum(own.get(month, 0.0) for month in recent) / sum(_season(metric, month) for month in recent)
        found[metric] = {}
        for month in months:
            usual = level * _season(metric, month) * GROWTH
            found[metric][month] = own.get(month, 0.0) * swings[month] if month < this_month else usual
    return found


def _season(metric: str, month: dt.date) -> float:
    """Return how busy a month is; contracts follow their leads by about two months, payments go on all year."""
    if metric == PlannedMetric.MONEY_RECEIVED:
        return 1.0
    if metric in SALES_SIDE:
        return float(np.mean([SEASON[(month.month - 1 - back) % 12] for back in (1, 2, 3)]))
    return float(SEASON[month.month - 1])


def _this_month(figures: Figures, this_month: dt.date) -> Figures:
    """Marketing plans PLANNED_LEADS and what belongs to them, sales half as many deals again as usual."""
    usual = {metric: months[this_month] for metric, months in figures.items()}
    fewer = min(0.25, PLANNED_LEADS / usual["leads"]) if usual["leads"] else 1.0
    changed = {metric: usual[metric] * fewer for metric in ("leads", "qualified_leads", "visitors", "spend")}
    changed |= {metric: usual[metric] * AMBITION for metric in ("deals_won", "money_signed")}
    return {metric: {this_month: value} for metric, value in changed.items()}


def _facts(recent: dt.date, this_month: dt.date, first: dt.date) -> dict[str, dict[dt.date, float]]:
    start, end = min(recent, first), this_month - dt.timedelta(days=1)
    answers = ask_all([Question(metric, ("month",), start, end) for metric in PlannedMetric.values])
    return {
        answer.question.metric: {
            dt.date.fromisoformat(f"{row.by['month']}"[:7] + "-01"): float(row.value or 0) for row in answer.rows
        }
        for answer in answers
    }
