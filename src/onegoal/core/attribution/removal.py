"""Removal effects of chains of any order: the chain is solved once more for each group, without its states."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from onegoal.core.attribution.cents import Floats
from onegoal.core.attribution.chain import Chain, ratio

EXACT = 1e-14
"""How much of the conversions may still be under way when a forward solve stops."""

_BLOCK_CELLS = 1 << 20
_MOST_ROUNDS = 500
_LOOKED_AT = 4


class Removal:
    """Solves a chain of any order once for each group, with every state that contains the group leading nowhere.

    Steps from a state to itself are left out: they change no effect, and without them chains settle sooner.
    """

    def __init__(self, chain: Chain) -> None:
        size = len(chain.states)
        self._chain, self._size = chain, size
        self._starts = (chain.source == size) & (chain.target < size)
        self._ends = chain.target == size
        self._moving = (chain.source != chain.target) | (chain.source == size)
        inner = np.flatnonzero((chain.source < size) & (chain.target < size) & self._moving)
        numbered = (np.arange(len(inner)), (chain.target[inner], chain.source[inner]))
        self._step = sparse.csr_array(numbered, shape=(size, size)).astype(np.float64)
        self._inner = inner[self._step.data.astype(np.int64)]
        self._without = (~_contains(chain)).astype(np.float64)

    def effects(self, counts: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Return removal effects on conversions and on value, (K,) each, from counts and values of the pairs, (m,) each."""
        whole, started, rewards = self._fill(counts, values)
        if not whole[0]:
            return np.zeros(self._chain.groups), np.zeros(self._chain.groups)
        lost = EXACT * _smallest(whole, counts[self._ends], values[self._ends])
        kept = [rewards @ self._earned(started, without, lost) for without in self._blocks(self._size)]
        effects = ratio(whole[:, None] - np.concatenate(kept, axis=1), whole[:, None])
        effects[:, self._without.all(axis=0)] = 0.0
        return effects[0], effects[1]

    def followed(self, counts: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Return effects, (R, K) each, of R sets of counts and values near those of the chain, (R, m) each, to first order.

        A change dP of the chances of moving changes what is earned by (visits before) dP (earned after).
        """
        chain, size = self._chain, self._size
        left = counts @ self._leaving
        present = (left > 0).astype(np.float64)
        left[left == 0] = 1
        chance = counts * self._moving / left[:, chain.source]
        worth = values / left[:, chain.source]
        kept: list[Floats] = []
        for before, after, after_value in self._around:
            visited = before[chain.source]
            gone = [present @ (before * row[: size + 1]) - row[size] for row in (after, after_value)]
            reward = np.vstack((after[:size], np.ones_like(after[:1]), np.zeros_like(after[:1])))
            conversions = chance @ (visited * reward[chain.target]) - gone[0]
            reward = np.vstack((after_value[:size], np.zeros_like(after[:2])))
            money = chance @ (visited * reward[chain.target]) + worth @ visited - gone[1]
            kept.append(np.stack((conversions, money)))
        whole = np.stack((counts[:, self._ends].sum(axis=1), values[:, self._ends].sum(axis=1))) / left[:, size]
        effects = ratio(whole[:, :, None] - np.concatenate(kept, axis=2), whole[:, :, None])
        effects[:, :, self._without.all(axis=0)] = 0.0
        return np.clip(effects[0], 0.0, 1.0), effects[1]

    @cached_property
    def _leaving(self) -> sparse.csr_array:
        """Adds up the counts of pairs by the state they leave, (m, n + 1), START last."""
        pairs = len(self._chain.source)
        places = (np.arange(pairs), self._chain.source)
        return sparse.csr_array((self._moving.astype(np.float64), places), shape=(pairs, self._size + 1))

    @cached_property
    def _around(self) -> list[tuple[Floats, Floats, Floats]]:
        """For a few groups at a time: visits of each state and START, and conversions and money earned from there on."""
        _, started, rewards = self._fill(*self._chain.counted())
        found = []
        for without in self._blocks(len(self._chain.source)):
            before = np.vstack((self._earned(started, without, EXACT), np.ones(without.shape[1])))
            after, after_value = (self._onward(reward, started, without) for reward in rewards)
            found.append((before, after, after_value))
        return found

    def _fill(self, counts: Floats, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Put chances into the chain; returns what START earns, chances to start in each state, and what each state earns.

        Earnings are conversions and money: (2,), and (2, n).
        """
        chain, size = self._chain, self._size
        left = np.bincount(chain.source, np.where(self._moving, counts, 0.0), size + 1).astype(np.float64)
        left[left == 0] = 1
        chance = counts / left[chain.source]
        self._step.data = chance[self._inner]
        started = np.bincount(chain.target[self._starts], chance[self._starts], size)[:size].astype(np.float64)
        source = chain.source[self._ends]
        earned = [
            np.bincount(source, column[self._ends] / left[source], size + 1)[:size] for column in (counts, values)
        ]
        whole = np.array([counts[self._ends].sum(), values[self._ends].sum()]) / left[size]
        return whole, started, np.stack(earned)

    def _blocks(self, cells: int) -> list[Floats]:
        """Return which states stay without each group, (n, groups), for a few groups at a time where states are many."""
        step = max(_BLOCK_CELLS // max(cells, 1), 1)
        return [self._without[:, begin : begin + step] for begin in range(0, max(self._chain.groups, 1), step)]

    def _onward(self, reward: Floats, started: Floats, without: Floats) -> Floats:
        """Return what is still earned from each state and from START, (n + 1, groups)."""
        forward = self._step
        self._step = forward.T.tocsr()
        after = self._earned(reward, without, EXACT * float(np.abs(reward).max(initial=0)))
        self._step = forward
        return np.vstack((after, started @ after))

    def _earned(self, begin: Floats, without: Floats, lost: float) -> Floats:
        """Return the sum over all numbers of steps of what `begin` becomes after that many, (n, groups).

        From chances to start this is how often each state is visited; then what is missing after some steps is at most
        the chance that a path is still under way, so `lost` bounds the error.
        """
        under_way = without * begin[:, None]
        total = under_way.copy()
        for number in range(_MOST_ROUNDS):
            under_way = self._step @ under_way
            under_way *= without
            total += under_way
            if number % _LOOKED_AT == 0 and np.abs(under_way).sum(axis=0).max(initial=0) <= lost:
                return total
        return self._solved(begin, without)

    def _solved(self, begin: Floats, without: Floats) -> Floats:
        """Return the same by a direct solve, for chains that take very long to end."""
        total = np.zeros_like(without)
        for group in range(without.shape[1]):
            kept = np.flatnonzero(without[:, group])
            if len(kept):
                matrix = sparse.eye_array(len(kept), format="csc") - self._step[kept][:, kept].tocsc()
                total[kept, group] = linalg.splu(matrix.tocsc()).solve(begin[kept])
        return total


def _smallest(whole: Floats, counts: Floats, values: Floats) -> float:
    """Return the smaller of P(conversion) and of the money expected as a part of the most that one conversion brings."""
    most = float(np.abs(ratio(values, counts)).max(initial=0))
    money = abs(float(whole[1])) / most if most else 0.0
    return min(float(whole[0]), money) if money else float(whole[0])


def _contains(chain: Chain) -> NDArray[np.bool_]:
    """Return which states contain which groups, (n, K)."""
    found = np.zeros((len(chain.states), chain.groups + 1), bool)
    rest = chain.states
    for _ in range(chain.order):
        rest, digit = np.divmod(rest, chain.groups + 1)
        found[np.arange(len(rest)), digit] = True
    return found[:, 1:]
