"""The bottleneck: named when a step runs below normal, silent when chance explains it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from onegoal.core.bottleneck import Step, dispersion_of, mean_step, shortfalls


def test_the_step_whose_return_would_add_most_stands_first() -> None:
    steps = [
        Step("leads", 900, 28, 12_000, 365),  # 32 a day as ever
        Step("qualified", 270, 900, 4_800, 12_000),  # 30 % instead of 40 %
        Step("signed", 20, 270, 480, 4_800),  # 7.4 % instead of 10 %, on few
    ]
    first, *rest = shortfalls(steps, worth=20)
    assert first.step.name == "qualified"
    assert first.gain.estimate == pytest.approx(20 * (0.4 / 0.3 - 1))
    assert first.gain.low > 0  # type: ignore[operator]
    assert not rest


def test_the_p_value_is_the_conditional_binomial_one() -> None:
    step = Step("a", 12, 28, 400, 365)
    below, at = scipy.stats.binom.cdf([11, 12], 412, 28 / 393)
    assert shortfalls([step], 1)[0].p == pytest.approx((below + at) / 2)


def test_a_quiet_chain_names_no_bottleneck_more_than_once_in_twenty() -> None:
    chance, named = np.random.default_rng(3), 0
    for _ in range(300):
        leads, won = chance.poisson(300), chance.poisson(24)
        before, won_before = chance.poisson(3900), chance.poisson(312)
        steps = [
            Step("leads", leads, 28, before, 364),
            Step("won", won, leads, won_before, before),
        ]
        named += bool(shortfalls(steps, won))
    assert named <= 25  # 15 expected


def test_weeks_that_differ_by_more_than_chance_make_it_silent() -> None:
    plain, uneven = Step("leads", 240, 28, 3900, 364), Step("leads", 240, 28, 3900, 364, dispersion=6.0)
    assert shortfalls([plain], 1)
    assert not shortfalls([uneven], 1)
    assert dispersion_of([10, 50, 5, 60, 12, 45], [7] * 6) > 6
    assert dispersion_of([10, 11, 9, 10], [7] * 4) == 1.0


def test_nothing_at_all_is_a_bottleneck_with_an_end() -> None:
    found = shortfalls([Step("leads", 0, 28, 3900, 364)], worth=5)[0]
    assert found.gain.high is not None and found.gain.high < float("inf")


def test_a_lower_price_is_a_step_too() -> None:
    chance = np.random.default_rng(1)
    usual, now = chance.normal(100, 15, 300), chance.normal(80, 15, 25)
    found = shortfalls([step for step in [mean_step("price", list(now), list(usual))] if step], worth=25)
    assert found[0].step.value == pytest.approx(now.mean())
    assert found[0].ratio.estimate == pytest.approx(usual.mean() / now.mean())
    assert mean_step("price", [80, 81], list(usual)) is None
