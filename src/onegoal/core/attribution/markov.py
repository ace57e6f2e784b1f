"""Removal effects of Markov chains, exact: how many conversions and how much money would be lost without a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import Floats
from onegoal.core.attribution.chain import Chain, Converting, chain_of, ratio
from onegoal.core.attribution.journeys import NullJourneys
from onegoal.core.attribution.steps import ENDINGS


@dataclass(frozen=True, slots=True)
class Effects:
    """Removal effects of each group, (K,): the share of conversions, and of money, lost when its states lead nowhere.

    has_money: whether the effects on money can share it: its total is positive and no effect is negative.
    """

    conversions: Floats
    value: Floats
    has_money: bool


def effects_of(converting: Converting, nulls: NullJourneys, groups: int) -> Effects:
    """Return the removal effects of each of `groups` groups.

    Order 1 comes from the fundamental matrix: P(conversion by way of g) = P(start reaches g) P(g reaches conversion).
    Higher orders solve the chain once for each group, without every state that contains it. Open journeys, censored ones
    too, fail. Without conversions all effects are 0.

    Raises: ValueProblem "no_moves" when there are open journeys but their moves of this order are missing.
    """
    chain = chain_of(converting, nulls, groups)
    counts, values = chain.counted()
    if chain.order == 1:
        conversions, value = first_order(chain, counts[None], values[None])
        return _effects(conversions[0], value[0], values.sum())
    # Loaded only here: what it needs of SciPy takes longer to start than a first-order chain takes to solve.
    from onegoal.core.attribution.removal import Removal

    conversions, value = Removal(chain).effects(counts, values)
    return _effects(conversions, value, values.sum())


def first_order(chain: Chain, counts: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return removal effects on conversions and on value, (R, K) each, for R sets of counts and values, (R, m) each."""
    size = chain.groups
    seen = np.zeros((len(counts), size + 1, size + ENDINGS))
    seen[:, chain.source, chain.target] = counts
    money = np.zeros((len(counts), size + 1))
    ends = chain.target == size
    money[:, chain.source[ends]] = values[:, ends]
    left = seen.sum(axis=2)
    left[left == 0] = 1
    chance = seen / left[:, :, None]
    visits = np.linalg.inv(np.eye(size) - chance[:, :size, :size])
    started = chance[:, size, :size]
    reached = np.einsum("rs,rsg->rg", started, visits) / np.einsum("rgg->rg", visits)
    converts = np.einsum("rgs,rs->rg", visits, chance[:, :size, size])
    earns = np.einsum("rgs,rs->rg", visits, (money / left)[:, :size])
    conversions, value = (
        ratio(reached * onward, np.einsum("rs,rs->r", started, onward)[:, None]) for onward in (converts, earns)
    )
    return conversions, value


def _effects(conversions: Floats, value: Floats, money: float) -> Effects:
    usable = bool(money > 0 and value.sum() > 0 and value.min(initial=0) >= -1e-12)
    return Effects(np.maximum(conversions, 0), np.maximum(value, 0) if usable else value, usable)
