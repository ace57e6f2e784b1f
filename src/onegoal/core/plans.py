"""Which months' plan a period of days can be held against."""

from __future__ import annotations

import datetime as dt

from onegoal.core.periods import Period


def planned_months(period: Period) -> tuple[dt.date, dt.date] | None:
    """Return the first and last month whose plan a period can be held against; None if it cuts months apart.

    A period that begins with a month may end within its last one: a month in progress has a plan.
    """
    return (period.start, period.end.replace(day=1)) if period.start.day == 1 else None
