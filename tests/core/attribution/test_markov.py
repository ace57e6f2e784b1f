"""Removal effects against a plain simulation of every path the chain can take, step by step."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.attribution.given import Way, journeys_of, null_paths, nulls_of, ways

from onegoal.core.attribution import removal
from onegoal.core.attribution.chain import chain_of, moves_of
from onegoal.core.attribution.journeys import NullJourneys
from onegoal.core.attribution.markov import effects_of
from onegoal.core.attribution.removal import Removal

GROUPS = "abc"
WON, LOST = "+", "-"


def states(path: str, order: int) -> list[str]:
    return [path[i : i + order] for i in range(max(len(path) - order + 1, 1))]


def walked(sales: list[Way], nulls: list[str], order: int, without: str) -> tuple[float, float]:
    """Let chances flow through the chain until nearly nothing flows; states that contain `without` swallow them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    worth: Counter[str] = Counter()
    for way in sales:
        steps = ["", *states(way.path, order), WON]
        worth[steps[-2]] += way.value
        for source, target in itertools.pairwise(steps):
            counts[source][target] += way.conversions
    for path in nulls:
        steps = ["", *states(path, order), LOST]
        for source, target in itertools.pairwise(steps):
            counts[source][target] += 1
    flow, won, earned = {"": 1.0}, 0.0, 0.0
    while sum(flow.values()) > 1e-16:
        following: dict[str, float] = defaultdict(float)
        for source, chance in flow.items():
            total = counts[source].total()
            for target, count in counts[source].items():
                part = chance * count / total
                if target == WON:
                    won += part
                    earned += part * worth[source] / count
                elif target != LOST and (not without or without not in target):
                    following[target] += part
        flow = following
    return won, earned


@settings(max_examples=120, deadline=None)
@given(ways, null_paths, st.integers(1, 3))
def test_effects_are_those_of_walking_the_chain(given_ways, nulls, order):
    sales = [Way(way.path, abs(way.value) % 10**6 + 1, way.conversions) for way in given_ways if way.path]
    nulls = [path for path in nulls if path]
    if not sales:
        return
    found = effects_of(moves_of(journeys_of(sales), order), nulls_of(nulls), len(GROUPS))
    won, earned = walked(sales, nulls, order, "")
    for group in range(len(GROUPS)):
        won_without, earned_without = walked(sales, nulls, order, GROUPS[group])
        assert found.conversions[group] == pytest.approx(1 - won_without / won, abs=1e-9)
        assert found.value[group] == pytest.approx(1 - earned_without / earned, abs=1e-9)


def test_a_group_on_every_path_takes_everything_with_it():
    found = effects_of(moves_of(journeys_of([Way("ab", 5), Way("b", 5)]), 1), nulls_of(["a", "c"]), 3)
    assert found.conversions.tolist() == pytest.approx([0.5, 1, 0])
    assert found.has_money


def test_higher_orders_solve_directly_when_a_path_takes_very_long(monkeypatch):
    sales, nulls = [Way("abab" * 50 + "c", 7), Way("cab", 9), Way("a", 3)], ["abcab", "cb"]
    exact = effects_of(moves_of(journeys_of(sales), 2), nulls_of(nulls), 3)
    monkeypatch.setattr(removal, "_MOST_ROUNDS", 3)
    direct = effects_of(moves_of(journeys_of(sales), 2), nulls_of(nulls), 3)
    np.testing.assert_allclose(direct.conversions, exact.conversions, atol=1e-12)
    np.testing.assert_allclose(direct.value, exact.value, atol=1e-12)


def test_following_a_chain_to_first_order_is_exact_at_the_chain_and_near_it_close():
    rng = np.random.default_rng(5)
    sales = [Way("".join(rng.choice(list("abc"), rng.integers(1, 6))), int(rng.integers(1, 900))) for _ in range(400)]
    nulls = ["".join(rng.choice(list("abc"), rng.integers(1, 5))) for _ in range(900)]
    chain = chain_of(moves_of(journeys_of(sales), 2, by_bucket=True), nulls_of(nulls), 3)
    removal = Removal(chain)
    counts, values = chain.counted()
    conversions, value = removal.followed(counts[None], values[None])
    np.testing.assert_allclose(conversions[0], removal.effects(counts, values)[0], atol=1e-10)
    np.testing.assert_allclose(value[0], removal.effects(counts, values)[1], atol=1e-10)
    doubled = counts * (1 + (chain.source % 2) * 0.05)
    near, _ = removal.followed(doubled[None], values[None])
    truth = removal.effects(doubled, values)[0]
    assert np.abs(near[0] - truth).max() < 0.2 * np.abs(truth - removal.effects(counts, values)[0]).max() + 1e-6


def test_moves_by_groups_of_people_add_up_to_the_moves_of_all():
    sales = journeys_of([Way("abca", 3), Way("ab", 4, 2), Way("c", 5)])
    together, apart = moves_of(sales, 2), moves_of(sales, 2, by_bucket=True)
    summed: Counter[tuple[int, int]] = Counter()
    for source, target, count in zip(apart.moves.source, apart.moves.target, apart.moves.count, strict=True):
        summed[int(source), int(target)] += int(count)
    pairs = zip(together.moves.source.tolist(), together.moves.target.tolist(), strict=True)
    assert dict(zip(pairs, together.moves.count.tolist(), strict=True)) == summed
    assert together.value.sum() == apart.value.sum() == 12


def test_many_groups_go_through_sparse_counting():
    groups = "".join(chr(200 + i) for i in range(180))
    rng = np.random.default_rng(1)
    sales = [Way("".join(rng.choice(list(groups), 4)), 10) for _ in range(300)]
    for order in (1, 2, 3):
        found = effects_of(moves_of(journeys_of(sales, groups), order), NullJourneys(), 180)
        seen = {letter for way in sales for letter in way.path}
        assert [bool(effect) for effect in found.conversions > 0] == [letter in seen for letter in groups]
