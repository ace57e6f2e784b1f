"""Intervals against published figures and SciPy's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from onegoal.core.statistics import (
    Interval,
    difference_of_rates,
    mean_interval,
    mean_interval_of,
    poisson_interval,
    ratio_interval,
    wilson,
    wilson_bounds,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombe_s_published_bounds(successes, trials, low, high):
    interval = wilson(successes, trials)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.integers(0, 500), st.integers(1, 500), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_agrees_with_scipy(successes, more, level):
    trials = successes + more
    known = stats.binomtest(successes, trials).proportion_ci(level, method="wilson")
    interval = wilson(successes, trials, level)
    assert (interval.low, interval.high) == pytest.approx((known.low, known.high), abs=1e-9)
    assert interval.low <= interval.estimate <= interval.high


def test_no_trials_give_no_rate():
    assert wilson(0, 0) == Interval(None, 0.0, 1.0)


def test_more_successes_than_trials_are_refused():
    with pytest.raises(ValueError, match="successes"):
        wilson_bounds([2], [1])


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10.
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
        ((0, 10), (0, 10), -0.2775, 0.2775),
    ],
)
def test_the_difference_of_rates_has_newcombe_s_published_bounds(first, second, low, high):
    interval = difference_of_rates(first, second)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=6e-5)


def test_the_difference_with_an_empty_group_is_unknown():
    assert difference_of_rates((1, 2), (0, 0)) == Interval(None, -1.0, 1.0)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood 1936, Biometrika 28:437, table 1 (as in Ulm 1990, Am J Epidemiol 131:373).
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_a_count_has_garwood_s_published_bounds(count, low, high):
    interval = poisson_interval(count)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=6e-4)


def test_the_cost_of_ten_leads_is_bounded_by_their_count():
    interval = ratio_interval(100_000, 10)
    assert interval.estimate == 10_000
    assert (interval.low, interval.high) == pytest.approx((100_000 / 18.390, 100_000 / 4.7954), rel=1e-4)


def test_without_leads_the_cost_of_one_has_no_upper_bound():
    interval = ratio_interval(100_000, 0)
    assert (interval.estimate, interval.high) == (None, None)
    assert interval.low == pytest.approx(100_000 / 3.689, rel=1e-4)


def test_a_mean_has_student_s_interval():
    # Student's sleep data, difference of the two drugs: mean 1.58, 0.70 to 2.46 (R, t.test(extra ~ ., paired)).
    values = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    interval = mean_interval(values)
    assert (interval.estimate, interval.low, interval.high) == pytest.approx((1.58, 0.7001142, 2.4598858), abs=1e-6)
    assert mean_interval_of(10, 1.58, 1.2299954) == Interval(
        1.58, pytest.approx(interval.low, abs=1e-6), pytest.approx(interval.high, abs=1e-6)
    )


def test_one_value_has_a_mean_without_bounds_and_none_has_neither():
    assert mean_interval([5.0]) == Interval(5.0, None, None)
    assert mean_interval([]) == Interval(None, None, None)


def test_an_unknown_bound_rules_out_nothing():
    assert not Interval(None, None, None).excludes(0)
    assert Interval(2.0, 1.0, None).excludes(0.5)
    assert not Interval(2.0, 1.0, None).excludes(1e9)
