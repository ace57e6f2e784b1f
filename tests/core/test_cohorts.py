"""Cohorts: what customers bring over time and when they have paid for themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from onegoal.core.cohorts import CohortInput, cohort_triangle

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def triangle(*cohorts, today=date(2026, 4, 15), months=4):
    return cohort_triangle(cohorts, today=today, months=months)


def test_margin_accumulates_per_customer_and_pays_back_in_the_month_it_covers_the_cost():
    (row,) = triangle(CohortInput(JANUARY, 4, 1000, {0: 300, 1: 500, 2: 200}))
    assert row.ltv_minor == (Decimal(75), Decimal(200), Decimal(250), None)
    assert (row.cac_minor, row.payback_month) == (Decimal(250), 2)


def test_months_that_are_not_over_are_unknown_not_zero():
    rows = triangle(CohortInput(MARCH, 1, 10, {0: 5}), CohortInput(FEBRUARY, 1, 10, {0: 5}))
    assert [row.month for row in rows] == [FEBRUARY, MARCH]
    assert rows[0].ltv_minor == (5, 5, None, None)
    assert rows[1].ltv_minor == (5, None, None, None)
    assert rows[0].payback_month is rows[1].payback_month is None


def test_money_of_the_running_month_does_not_count_yet():
    (row,) = triangle(CohortInput(date(2026, 4, 1), 1, 10, {0: 500}))
    assert row.ltv_minor == (None,) * 4 and row.payback_month is None


def test_a_refund_after_payback_keeps_the_first_month():
    (row,) = triangle(CohortInput(JANUARY, 1, 100, {0: 100, 1: -50}))
    assert (row.payback_month, row.ltv_minor[1]) == (0, 50)


def test_an_unknown_cost_leaves_payback_unknown():
    (row,) = triangle(CohortInput(JANUARY, 1, None, {0: 100}))
    assert (row.cac_minor, row.payback_month) == (None, None)


def test_a_cohort_without_customers_has_no_value_per_customer():
    (row,) = triangle(CohortInput(JANUARY, 0, 500, {}))
    assert row.ltv_minor == (None,) * 4 and (row.cac_minor, row.payback_month) == (None, None)


def test_impossible_cohorts_are_refused():
    with pytest.raises(ValueError, match="customers"):
        triangle(CohortInput(JANUARY, 0, 1, {0: 5}))
    with pytest.raises(ValueError, match="first day"):
        triangle(CohortInput(date(2026, 1, 2), 1, 1, {}))
