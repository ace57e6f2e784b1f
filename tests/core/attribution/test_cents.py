"""Sharing money to the cent."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.attribution.cents import added, check_amounts, round_to_total, split, split_equally, split_total, sums
from onegoal.core.problems import ValueProblem

huge = st.integers(-9 * 10**15, 9 * 10**15)
amounts = st.one_of(st.integers(-1000, 1000), huge)
weights = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=6).filter(lambda w: sum(w) > 1e-6)


def one(value: int, shares: list[float]) -> list[int]:
    return split(np.array([value]), np.array(shares), np.array([0, len(shares)])).tolist()


def by_fractions(value: int, shares: list[float]) -> list[int]:
    micro = [round(abs(value) * Fraction(share) * 10**6) for share in shares]
    parts = [number // 10**6 for number in micro]
    ranked = sorted(range(len(shares)), key=lambda place: -(micro[place] % 10**6))
    for place in ranked[: abs(value) - sum(parts)]:
        parts[place] += 1
    return [part if value >= 0 else -part for part in parts]


@given(st.lists(st.tuples(amounts, weights), min_size=1, max_size=5))
def test_parts_add_up_to_every_value_exactly(rows):
    values = np.array([value for value, _ in rows])
    shares = np.concatenate([np.array(parts) / sum(parts) for _, parts in rows])
    starts = np.concatenate(([0], np.cumsum([len(parts) for _, parts in rows])))
    assert np.add.reduceat(split(values, shares, starts), starts[:-1]).tolist() == values.tolist()
    equal = split_equally(values, starts)
    assert np.add.reduceat(equal, starts[:-1]).tolist() == values.tolist()
    assert np.ptp(equal[: starts[1]]) <= 1


@given(huge, st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_huge_values_are_shared_as_by_whole_fractions(value, eighths):
    total = 1 << sum(eighths).bit_length()
    shares = [part / total for part in eighths]
    shares.append(1 - sum(shares))
    assert one(value, shares) == by_fractions(value, shares)


def test_units_left_over_go_to_the_largest_remainders_and_then_to_the_earlier_touch():
    assert one(10, [0.25, 0.5, 0.25]) == [3, 5, 2]
    assert one(10, [0.34, 0.33, 0.33]) == [4, 3, 3]
    assert one(10, [0.33, 0.33, 0.34]) == [3, 3, 4]
    assert one(-10, [0.25, 0.5, 0.25]) == [-3, -5, -2]
    assert one(100, [1 / 3] * 3) == [34, 33, 33]


def test_remainders_that_differ_by_noise_are_a_tie():
    assert one(1, [0.5 - 1e-9, 0.5 + 1e-9]) == [1, 0]


def test_a_value_at_the_edge_of_exact_floats_keeps_its_last_cent():
    assert one(9 * 10**15 - 1, [0.5, 0.5]) == [45 * 10**14, 45 * 10**14 - 1]
    assert split_equally(np.array([9 * 10**15 + 1]), np.array([0, 3])).tolist() == [
        3 * 10**15 + 1,
        3 * 10**15,
        3 * 10**15,
    ]


def test_many_touches_and_journeys_keep_their_places_when_ranked():
    random = np.random.default_rng(3)
    lengths = random.integers(1, 40, 300)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    raw = random.random(starts[-1])
    shares = raw / np.add.reduceat(raw, starts[:-1])[np.repeat(np.arange(300), lengths)]
    values = random.integers(-5000, 5000, 300)
    found = split(values, shares, starts)
    for row in range(300):
        inside = slice(starts[row], starts[row + 1])
        assert found[inside].tolist() == by_fractions(int(values[row]), shares[inside].tolist())


@given(amounts, st.lists(st.floats(-1, 5), min_size=1, max_size=8))
def test_a_total_is_shared_exactly_even_with_negative_parts(total, parts):
    found = split_total(total, parts)
    assert sum(found.tolist()) == total
    if sum(map(Fraction, parts)) <= 0:
        assert np.ptp(found) <= 1


def test_a_total_goes_out_in_proportion():
    assert split_total(100, [1, 1, 1]).tolist() == [34, 33, 33]
    assert split_total(-100, [1, 1, 1]).tolist() == [-34, -33, -33]
    assert split_total(7, [0, 2, 5]).tolist() == [0, 2, 5]
    assert split_total(5, []).tolist() == []
    assert round_to_total([-1.4, 2.9, 0.5], 2).tolist() == [-1, 3, 0]


@given(st.lists(st.tuples(st.integers(0, 3), huge), max_size=12))
def test_sums_of_huge_values_are_exact(rows):
    code = np.array([group for group, _ in rows], np.int64)
    values = np.array([value for _, value in rows], np.int64)
    assert sums(code, values, 4).tolist() == [sum(v for g, v in rows if g == group) for group in range(4)]


def test_adding_many_fractions_does_not_pile_up_rounding():
    found = added(np.zeros(3_000_000, np.int64), np.full(3_000_000, 1 / 3), 1)
    assert abs(found[0] - 1_000_000) < 1e-9


def test_values_that_do_not_fit_together_are_refused():
    check_amounts(np.array([9 * 10**15] * 100))
    with pytest.raises(ValueProblem, match="too_large"):
        check_amounts(np.full(10, 9 * 10**17))
