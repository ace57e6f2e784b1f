"""Plans of sales and marketing held against each other."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.periods import Period
from onegoal.core.plans import conversion_period, plan_gap, planned_months


def test_five_hundred_sales_cannot_come_from_a_hundred_leads() -> None:
    gap = plan_gap(planned_deals=500, planned_leads=100, won=300, leads=4500)
    assert gap is not None
    assert (gap.low, gap.likely, gap.high) == (5, 7, 8)
    assert gap.leads_needed == 7500
    assert gap.is_beyond_reach


def test_plans_that_meet_are_within_reach() -> None:
    gap = plan_gap(planned_deals=7, planned_leads=100, won=300, leads=4500)
    assert gap is not None
    assert not gap.is_beyond_reach


def test_without_a_conversion_nothing_is_claimed() -> None:
    assert plan_gap(planned_deals=5, planned_leads=100, won=0, leads=40) is None
    assert plan_gap(planned_deals=5, planned_leads=100, won=0, leads=0) is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 500), st.integers(0, 500))
def test_the_likely_number_lies_between_its_bounds(deals: int, planned: int, won: int, more: int) -> None:
    gap = plan_gap(planned_deals=deals, planned_leads=planned, won=won, leads=won + more)
    assert gap is not None
    assert gap.low <= gap.likely <= gap.high


def test_the_conversion_is_that_of_the_twelve_months_before() -> None:
    assert conversion_period(dt.date(2026, 11, 1)) == Period(dt.date(2025, 11, 1), dt.date(2026, 10, 31))


def test_a_period_that_cuts_its_first_month_has_no_plan() -> None:
    assert planned_months(Period(dt.date(2026, 11, 2), dt.date(2026, 11, 30))) is None
    assert planned_months(Period(dt.date(2026, 10, 1), dt.date(2026, 11, 21))) == (
        dt.date(2026, 10, 1),
        dt.date(2026, 11, 1),
    )
