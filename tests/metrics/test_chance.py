"""What chance explains of costs, means and returns."""

from __future__ import annotations

import numpy as np
import pytest

from onegoal.metrics.chance import compare_costs, compare_means, compare_rates, return_bounds


def test_the_price_of_a_lead_differs_when_leads_do_not_follow_the_spend() -> None:
    p, verdicts = compare_costs([100, 100], [10, 30]) or (1.0, ())
    assert p == pytest.approx(0.0015654, abs=1e-6)
    assert verdicts == ("above", "below")


def test_rows_without_spend_take_no_part() -> None:
    p, verdicts = compare_costs([100, 100, 0], [20, 22, 900]) or (0.0, ())
    assert p > 0.7
    assert verdicts == ("", "", "")
    assert compare_costs([100, 0], [20, 900]) is None


def test_few_results_are_compared_exactly() -> None:
    p, verdicts = compare_costs([100, 100, 100], [1, 0, 2]) or (0.0, ())
    assert 0.3 < p < 0.8
    assert set(verdicts) == {""}


def test_equal_prices_are_told_apart_in_at_most_one_case_of_twenty() -> None:
    draw = np.random.default_rng(7)
    spent = [400, 300, 200, 100]
    alarms = sum(
        any(found[1]) for _ in range(400) if (found := compare_costs(spent, draw.multinomial(120, [0.4, 0.3, 0.2, 0.1]).tolist()))
    )  # fmt: skip
    assert alarms <= 32  # one in twenty is 20; 32 is three standard deviations above


def test_means_of_skewed_prices_are_compared_by_their_spread() -> None:
    alike = compare_means([[100, 120, 300], [90, 150, 280], [110, 100, 310]])
    assert alike is not None and alike[0] > 0.5
    apart = compare_means([[100, 101, 99, 100], [100, 102, 98, 100], [200, 199, 201, 202]])
    assert apart is not None and apart[1][2] == "above"


def test_a_single_row_is_compared_with_nothing() -> None:
    assert compare_rates([(1, 2)]) is None
    assert compare_means([[1.0, 2.0], [3.0]]) is None


def test_the_return_of_four_deals_tells_little() -> None:
    low, high = return_bounds(400, 4 * 100.0**2, 200) or (0, 0)
    assert (low, high) == (pytest.approx(-0.96, abs=0.001), pytest.approx(2.96, abs=0.001))
    assert return_bounds(400, 1.0, 0) is None
