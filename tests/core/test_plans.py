"""The months whose plan a period of days is held against."""

from __future__ import annotations

import datetime as dt

from onegoal.core.periods import Period
from onegoal.core.plans import planned_months


def test_a_period_that_cuts_its_first_month_has_no_plan() -> None:
    assert planned_months(Period(dt.date(2026, 11, 2), dt.date(2026, 11, 30))) is None
    assert planned_months(Period(dt.date(2026, 10, 1), dt.date(2026, 11, 21))) == (
        dt.date(2026, 10, 1),
        dt.date(2026, 11, 1),
    )
