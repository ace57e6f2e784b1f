"""Whether the plans of two departments can meet: what planned leads bring at the company's own conversion."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from onegoal.core.periods import Period, add_months
from onegoal.core.statistics import wilson

CONVERSION_MONTHS = 12


@dataclass(frozen=True)
class PlanGap:
    """Planned deals against what the planned leads feed: `likely` deals, between `low` and `high` at 95 %.

    `leads_needed` is how many leads the planned deals take at the same conversion.
    """

    planned_deals: int
    planned_leads: int
    likely: int
    low: int
    high: int
    leads_needed: int

    @property
    def is_beyond_reach(self) -> bool:
        """Whether the planned deals are more than the planned leads can feed, chance allowed for."""
        return self.planned_deals > self.high


def plan_gap(*, planned_deals: int, planned_leads: int, won: int, leads: int) -> PlanGap | None:
    """Compare two plans through the conversion `won / leads`; None where there is no conversion to go by.

    The interval is that of the conversion (Wilson), times the planned leads, rounded outwards.
    """
    if not leads or not won:
        return None
    rate = wilson(won, leads)
    low, high = rate.low or 0.0, rate.high or 1.0
    return PlanGap(
        planned_deals=planned_deals,
        planned_leads=planned_leads,
        likely=round(planned_leads * won / leads),
        low=int(planned_leads * low),
        high=math.ceil(planned_leads * high),
        leads_needed=-(-planned_deals * leads // won),
    )


def conversion_period(month: dt.date) -> Period:
    """Return the twelve whole months before `month`, over which the company's own conversion is measured."""
    start = month.replace(day=1)
    return Period(add_months(start, -CONVERSION_MONTHS), start - dt.timedelta(days=1))


def planned_months(period: Period) -> tuple[dt.date, dt.date] | None:
    """Return the first and last month whose plan a period can be held against; None if it cuts months apart.

    A period that begins with a month may end within its last one: a month in progress has a plan.
    """
    return (period.start, period.end.replace(day=1)) if period.start.day == 1 else None
