"""Products with bounds, held against a published method's own arithmetic and against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from onegoal.core.stakes import product_of
from onegoal.core.statistics import Interval, poisson_interval, wilson


def test_one_factor_keeps_its_own_bounds() -> None:
    found = product_of([Interval(10.0, 6.0, 15.0)])
    assert (found.estimate, found.low, found.high) == pytest.approx((10.0, 6.0, 15.0))


def test_a_factor_known_for_certain_only_scales() -> None:
    found = product_of([Interval(10.0, 5.0, 20.0), Interval(3.0, 3.0, 3.0)])
    assert (found.estimate, found.low, found.high) == pytest.approx((30.0, 15.0, 60.0))


def test_the_distances_add_up_as_squares_of_logarithms() -> None:
    """Twice a halving is not a quarter: sqrt(2) halvings are 2 ** -1.414 = 0.375."""
    found = product_of([Interval(10.0, 5.0, 20.0), Interval(10.0, 5.0, 20.0)])
    assert found.low == pytest.approx(100 * 2 ** -(2**0.5))
    assert found.high == pytest.approx(100 * 2 ** (2**0.5))


def test_nothing_seen_and_nothing_known() -> None:
    assert product_of([Interval(None, 0.0, 1.0), Interval(5.0, 4.0, 6.0)]) == Interval(None, None, None)
    assert product_of([Interval(0.0, 0.0, 0.1), Interval(100.0, 80.0, 120.0)]) == Interval(
        0.0, 0.0, pytest.approx(12.0)
    )
    without = product_of([Interval(2.0, None, None), Interval(5.0, 4.0, 6.0)])
    assert without == Interval(pytest.approx(10.0), None, None)


def test_the_bounds_hold_the_truth_about_as_often_as_they_say() -> None:
    """Leads a month times their conversion: 400 draws of a company with 120 leads and 8 % must be held 93 to 98 times in 100."""
    random, held = np.random.default_rng(7), 0
    for _run in range(400):
        leads = int(random.poisson(120))
        won = int(random.binomial(leads * 6, 0.08))
        found = product_of([poisson_interval(leads), wilson(won, leads * 6)])
        held += (found.low or 0) <= 120 * 0.08 <= (found.high or 0)
    assert 0.93 <= held / 400 <= 0.98
