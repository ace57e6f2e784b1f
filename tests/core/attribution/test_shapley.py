"""Shapley values against all orders in which groups could join."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.attribution.given import Way, journeys_of, nulls_of

from onegoal.core.attribution.models import attribute
from onegoal.core.attribution.shapley import rate_game, rate_slopes, shapley_values

GROUPS = "abcd"
paths = st.text(GROUPS, min_size=1, max_size=5)
sales_lists = st.lists(st.builds(Way, paths, st.integers(-50, 500), st.integers(1, 3)), min_size=1, max_size=8)


def over_all_orders(worth) -> list[float]:
    gained = dict.fromkeys(GROUPS, 0.0)
    orders = list(permutations(GROUPS))
    for order in orders:
        for place, group in enumerate(order):
            gained[group] += worth(set(order[: place + 1])) - worth(set(order[:place]))
    return [gained[group] / len(orders) for group in GROUPS]


@settings(max_examples=80, deadline=None)
@given(sales_lists, st.lists(paths, max_size=8))
def test_the_rate_game_is_played_over_all_orders(sales, nulls):
    def rate(worth_of):
        def worth(players: set[str]) -> float:
            won = [way for way in sales if set(way.path) <= players]
            journeys = sum(way.conversions for way in won) + sum(set(path) <= players for path in nulls)
            return sum(worth_of(way) for way in won) / journeys if journeys else 0.0

        return worth

    found = attribute(journeys_of(sales, GROUPS), nulls_of(nulls, GROUPS), ["shapley_rate"])["shapley_rate"]
    total = sum(way.conversions for way in sales) + len(nulls)
    by_orders = np.array(over_all_orders(rate(lambda way: way.conversions))) * total
    np.testing.assert_allclose(found.conversions, by_orders, atol=1e-9)
    money = np.array(over_all_orders(rate(lambda way: way.value))) * total
    assert np.abs(found.value - money).max() <= 1 + 1e-9


@settings(max_examples=60, deadline=None)
@given(sales_lists)
def test_the_game_of_counts_is_an_equal_split_over_distinct_groups(sales):
    found = attribute(journeys_of(sales, GROUPS), nulls_of([], GROUPS), ["shapley"])["shapley"]
    by_orders = over_all_orders(lambda players: sum(way.conversions for way in sales if set(way.path) <= players))
    np.testing.assert_allclose(found.conversions, by_orders, atol=1e-9)


def test_the_glove_game():
    """One left glove, two right ones: only a pair is worth something (Shapley and Shubik's market: 2/3, 1/6, 1/6)."""
    worth = np.array([float(bool(s & 1) and bool(s & 6)) for s in range(8)])
    np.testing.assert_allclose(shapley_values(worth), [2 / 3, 1 / 6, 1 / 6])


def test_a_group_that_lowers_the_rate_is_below_zero():
    found = attribute(journeys_of([Way("a"), Way("ab")]), nulls_of(["b", "ab", "ab", "b"]), ["shapley_rate"])
    assert found["shapley_rate"].conversions[1] < 0
    assert found["shapley_rate"].conversions.sum() == pytest.approx(2)


def test_slopes_follow_the_game_near_the_data():
    rng = np.random.default_rng(2)
    won, money, lost = (rng.integers(20, 90, 16).astype(float) for _ in range(3))
    won[0] = money[0] = lost[0] = 0
    gain, less, less_money = rate_slopes(won, money, lost, np.arange(16))
    near = [column * (1 + 0.001 * rng.standard_normal(16)) for column in (won, money, lost)]
    start, end = rate_game(won, money, lost), rate_game(*near)
    journeys = near[0] + near[2]
    base = (won + lost).sum()
    followed = (start[0] / base + gain @ near[0] - less @ journeys) * journeys.sum()
    followed_money = (start[1] / base + gain @ near[1] - less_money @ journeys) * journeys.sum()
    assert np.abs(followed - end[0]).max() < 0.02 * np.abs(end[0] - start[0]).max()
    assert np.abs(followed_money - end[1]).max() < 0.02 * np.abs(end[1] - start[1]).max()
