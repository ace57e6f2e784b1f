"""Pace of the shared KPI; plan and fact of days, months, sellers and teams."""

from __future__ import annotations

from onegoal.apps.control.queries.days import (
    RESULTS,
    DayLine,
    PlanFact,
    Standing,
    by_seller,
    by_team,
    days_of_month,
    plan_of_day,
    plan_of_month,
    planned_days,
)

__all__ = [
    "RESULTS", "DayLine", "PlanFact", "Standing", "by_seller", "by_team", "days_of_month", "plan_of_day", "plan_of_month",
    "planned_days",
]  # fmt: skip
