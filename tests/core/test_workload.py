"""How full a day is: intervals cover what they promise, queues wait as theory says."""

from __future__ import annotations

import numpy as np
import pytest

from onegoal.core.statistics import poisson_interval
from onegoal.core.workload import Work, load_of, span_verdict, waiting_factor, weighted_poisson


def test_one_kind_of_work_has_the_exact_poisson_interval() -> None:
    own, exact = weighted_poisson([(20, 1.0)]), poisson_interval(20)
    assert own.low == pytest.approx(exact.low) and own.high == pytest.approx(exact.high)


def test_the_interval_of_a_weighted_sum_covers_the_truth() -> None:
    """By simulation: at least 95 of 100 intervals hold the mean, as Fay and Feuer show theirs to do."""
    drawn, means, weights = np.random.default_rng(7), (30.0, 12.0, 3.0), (0.1, 0.5, 1.0)
    truth = sum(mean * weight for mean, weight in zip(means, weights, strict=True))
    held = 0
    for _ in range(2_000):
        counts = [int(drawn.poisson(mean)) for mean in means]
        found = weighted_poisson(list(zip(counts, weights, strict=True)))
        assert found.low is not None and found.high is not None
        held += found.low <= truth <= found.high
    assert 0.945 <= held / 2_000 <= 0.99


def test_a_day_is_filled_by_calls_leads_and_deals() -> None:
    """100 calls of 6 minutes and 20 leads of 15 in ten days are 1.5 hours a day; five deals of 6 minutes half an hour."""
    work = [Work("call", 100, 6), Work("new_lead", 20, 15), Work("deal", 5, 6, is_random=False)]
    load = load_of(work, days=10, capacity=8)
    assert load.hours.estimate == pytest.approx(2.0) and load.share == pytest.approx(0.25)
    assert load.hours.low is not None and 0.5 < load.hours.low < 2.0 and load.verdict == "free"


def test_only_the_whole_interval_gives_a_verdict() -> None:
    assert load_of([Work("call", 6_000, 6)], days=10, capacity=8).verdict == "over"
    assert load_of([Work("call", 700, 6)], days=10, capacity=8).verdict == ""
    assert load_of([Work("call", 7, 60)], days=1, capacity=8).verdict == ""
    assert load_of([], days=1, capacity=0).share is None


def test_work_waits_longer_the_fuller_the_day() -> None:
    assert waiting_factor(0.5) == 1.0 and waiting_factor(0.85) == pytest.approx(5.67, abs=0.01)
    assert waiting_factor(1.0) is None


def test_a_simulated_queue_waits_as_the_formula_says() -> None:
    drawn, share, wait, total = np.random.default_rng(1), 0.8, 0.0, 0.0
    gaps, lengths = drawn.exponential(1 / share, 400_000), drawn.exponential(1.0, 400_000)
    for gap, length in zip(gaps, lengths, strict=True):
        total += wait
        wait = max(0.0, wait + length - gap)
    assert total / 400_000 == pytest.approx(waiting_factor(share), rel=0.05)


def test_a_span_is_six_or_seven_at_most() -> None:
    assert [span_verdict(count) for count in (5, 6, 7, 8)] == ["", "needs_second_team", "needs_second_team", "too_wide"]
    assert [span_verdict(count, teams=2) for count in (5, 7, 8)] == ["", "", "too_wide"]


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        load_of([], days=0, capacity=8)
    with pytest.raises(ValueError, match="negative"):
        weighted_poisson([(-1, 1.0)])
