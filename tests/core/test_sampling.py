"""Samples: published sizes, what the interval promises, and draws that nobody can steer."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.sampling import draw, is_drawn, sample_size, share_needed
from onegoal.core.statistics import wilson, wilson_bounds

TWO_SIGMA = 2 * float(scipy.special.ndtr(2)) - 1
rates = st.floats(0.001, 0.999)
widths = st.floats(0.01, 0.5)


def test_an_island_of_3200_needs_356() -> None:
    # Cochran 1977, section 4.2: share of blood group O, p near one half, within 5 per cent, t = 2.
    assert sample_size(3200, expected=0.5, half_width=0.05, level=TWO_SIGMA) == 356


def test_an_endless_population_needs_385() -> None:
    assert sample_size(10**9, expected=0.5, half_width=0.05) == 385


def test_a_rare_fault_is_not_judged_by_the_normal_approximation_alone() -> None:
    # By the normal approximation 4 would do for 1 per cent within 10; Wilson's interval of 4 is 25 wide.
    assert sample_size(10_000, expected=0.01, half_width=0.1) == 17


@given(st.integers(0, 5_000), rates, widths)
def test_a_sample_is_never_more_than_there_are(population: int, expected: float, half_width: float) -> None:
    assert (population > 0) <= sample_size(population, expected=expected, half_width=half_width) <= population


@given(st.integers(2, 5_000), rates, widths)
def test_more_precision_never_needs_fewer(population: int, expected: float, half_width: float) -> None:
    finer = sample_size(population, expected=expected, half_width=half_width / 2)
    assert finer >= sample_size(population, expected=expected, half_width=half_width)


@given(st.integers(2, 5_000), rates, widths)
def test_one_fewer_would_not_reach_the_precision(population: int, expected: float, half_width: float) -> None:
    size = sample_size(population, expected=expected, half_width=half_width)
    if size > 1:
        assert max(_half_widths(size - 1, population, expected)) > half_width
    assert size == population or max(_half_widths(size, population, expected)) <= half_width + 1e-9


def _half_widths(size: int, population: int, rate: float) -> tuple[float, float]:
    z, left = 1.959963984540054, np.sqrt((population - size) / (population - 1))
    score = z / (1 + z * z / size) * np.sqrt(rate * (1 - rate) / size + (z / (2 * size)) ** 2)
    return z * np.sqrt(rate * (1 - rate) / size) * left, score * left


@pytest.mark.parametrize(("expected", "half_width"), [(0.0, 0.1), (1.0, 0.1), (0.1, 0.0), (0.1, 1.0)])
def test_a_rate_of_nothing_and_no_width_are_refused(expected: float, half_width: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        sample_size(100, expected=expected, half_width=half_width)


def test_all_are_drawn_while_there_are_none() -> None:
    assert share_needed(0, expected=0.15, half_width=0.1) == 1.0
    assert share_needed(100, expected=0.15, half_width=0.1) == 0.34


@pytest.mark.parametrize("truth", [0.05, 0.15, 0.4])
def test_the_interval_of_a_sample_holds_the_truth_as_often_as_it_says(truth: float) -> None:
    # 400 rejections of a seller, a sample for 15 per cent within 10; the interval ignores that the 400 are finite,
    # so it errs on the safe side.
    random = np.random.default_rng(4)
    population, rounds = 400, 4_000
    size = sample_size(population, expected=0.15, half_width=0.1)
    wrong = round(truth * population)
    found = random.hypergeometric(wrong, population - wrong, size, rounds)
    low, high = wilson_bounds(found, np.full(rounds, size))
    held = np.mean((low <= wrong / population) & (wrong / population <= high))
    assert 0.945 <= held <= 0.985


def test_the_sample_is_as_precise_as_was_asked() -> None:
    size = sample_size(400, expected=0.15, half_width=0.1)
    bounds = wilson(round(0.15 * size), size)
    assert bounds.high is not None and bounds.low is not None
    assert (bounds.high - bounds.low) / 2 <= 0.11  # the finite population takes the rest


def test_draws_are_uniform() -> None:
    counts = np.zeros(20)
    for number in range(20):
        counts[number] = sum(is_drawn(key, 0.3, f"seed {number}") for key in range(2_000))
    chi_square = float(np.sum((counts - 600) ** 2 / (2_000 * 0.3 * 0.7)))
    assert chi_square < scipy.stats.chi2.ppf(0.999, 20)


def test_every_key_is_drawn_equally_often() -> None:
    keys, rounds, count = range(40), 3_000, 10
    times = dict.fromkeys(keys, 0)
    for number in range(rounds):
        for key in draw(keys, count, f"seed {number}"):
            times[key] += 1
    expected = rounds * count / len(keys)
    chi_square = sum((seen - expected) ** 2 for seen in times.values()) / (expected * (1 - count / len(keys)))
    assert chi_square < scipy.stats.chi2.ppf(0.999, len(keys))


def test_neighbours_are_drawn_independently() -> None:
    both = sum(is_drawn(key, 0.5, "s") and is_drawn(key + 1, 0.5, "s") for key in range(8_000))
    assert abs(both - 2_000) < 4 * np.sqrt(8_000 * 0.25 * 0.75)


@given(st.integers(), st.floats(0, 1), st.floats(0, 1), st.text(max_size=40))
def test_the_same_key_answers_alike_and_a_larger_share_keeps_it(key: int, one: float, other: float, seed: str) -> None:
    small, large = sorted((one, other))
    assert is_drawn(key, small, seed) == is_drawn(key, small, seed)
    assert not is_drawn(key, small, seed) or is_drawn(key, large, seed)


@given(st.sets(st.integers(), max_size=60), st.integers(-3, 70))
def test_a_sample_of_fixed_size_is_just_that_and_grows_by_adding(keys: set[int], count: int) -> None:
    chosen = draw(keys, count, "seed")
    assert chosen <= keys
    assert len(chosen) == min(max(0, count), len(keys))
    assert chosen <= draw(keys, count + 1, "seed")


def test_nothing_and_everything() -> None:
    assert not any(is_drawn(key, 0.0, "s") for key in range(500))
    assert all(is_drawn(key, 1.0, "s") for key in range(500))
