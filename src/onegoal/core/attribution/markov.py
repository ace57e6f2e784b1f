"""Removal effects of Markov chains, exact: how many conversions and how much money would be lost without a group."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import linalg

from onegoal.core.attribution.cents import Floats, sums
from onegoal.core.attribution.journeys import BUCKETS, CONVERSION, START, Ints, Journeys, Moves, NullJourneys
from onegoal.core.attribution.weights import Attributed, attributed_of
from onegoal.core.problems import ValueProblem

EXACT = 1e-14
"""How much of the conversions may still be under way when a forward solve stops."""

_DENSE_CELLS = 1 << 21
_BLOCK_CELLS = 1 << 20
_MOST_ROUNDS = 500
_LOOKED_AT = 4
_ENDINGS = 2


@dataclass(frozen=True, slots=True)
class Converting:
    """Moves of journeys that converted.  value: (m,) minor units that came with each row, 0 but for rows to CONVERSION."""

    moves: Moves
    value: Ints


@dataclass(frozen=True, slots=True)
class Effects:
    """Removal effects of each group, (K,): the share of conversions, and of money, lost when its states lead nowhere.

    has_money: whether the effects on money can share it: its total is positive and no effect is negative.
    """

    conversions: Floats
    value: Floats
    has_money: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The moves of all journeys, each pair of states once, of the m pairs between n states of `groups` groups.

    states: (n,) codes.  source: (m,) place of a state, n for START.  target: (m,) place of a state, n for CONVERSION,
    n + 1 for NULL.  row: for each row of the moves it was made of, its pair; `rows` are these rows' counts, values and
    buckets.
    """

    order: int
    groups: int
    states: Ints
    source: Ints
    target: Ints
    row: Ints
    rows: tuple[Ints, Ints, Ints]

    def counted(self) -> tuple[Floats, Floats]:
        """Return how often each pair was seen and the money it carried, (m,) each."""
        size = len(self.source)
        return sums(self.row, self.rows[0], size).astype(float), sums(self.row, self.rows[1], size).astype(float)


def moves_of(journeys: Journeys | Attributed, order: int, *, by_bucket: bool = False) -> Converting:
    """Return the moves of journeys that converted, from START to CONVERSION; without buckets all rows have bucket 0.

    Raises: ValueProblem "too_many_groups" when states of this order do not fit into 64 bits.
    """
    attributed = attributed_of(journeys)
    width = (len(attributed.groups) + 1) ** order + _ENDINGS
    if width * width * BUCKETS > 1 << 62:
        raise ValueProblem("too_many_groups", len(attributed.groups))
    source, target, owner, ends = _steps(attributed, order)
    bucket = attributed.bucket.astype(np.int64) if by_bucket else np.zeros(len(attributed.value), np.int64)
    keys, counts, values = _tally(
        np.concatenate(
            (
                (bucket[owner] * width + source) * width + target + _ENDINGS,
                (bucket * width + ends) * width + CONVERSION + _ENDINGS,
            )
        ),
        np.concatenate((attributed.conversions[owner], attributed.conversions)),
        np.concatenate((np.zeros(len(owner), np.int64), attributed.value)),
    )
    pair, found = np.divmod(keys, width)
    in_bucket, start = np.divmod(pair, width)
    return Converting(Moves(order, start, found - _ENDINGS, counts, in_bucket.astype(np.int16)), values)


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
    conversions, value = Removal(chain).effects(counts, values)
    return _effects(conversions, value, values.sum())


def chain_of(converting: Converting, nulls: NullJourneys, groups: int) -> Chain:
    """Return the chain of journeys that converted together with the open ones."""
    order = converting.moves.order
    parts = [converting.moves]
    if order in nulls.moves:
        parts.append(nulls.moves[order])
    elif nulls.paths + nulls.censored:
        raise ValueProblem("no_moves", order)
    source = np.concatenate([part.source for part in parts])
    target = np.concatenate([part.target for part in parts])
    states = np.arange(1, groups + 1) if order == 1 else np.unique(np.concatenate((source, target)))
    states = states[states > START]
    size = len(states)
    place = np.where(source == START, size, np.searchsorted(states, source))
    aim = np.where(target < START, size - 1 - target, np.searchsorted(states, target))
    pairs, row = np.unique(place * (size + _ENDINGS) + aim, return_inverse=True)
    values = np.concatenate((converting.value, np.zeros(len(source) - len(converting.value), np.int64)))
    return Chain(
        order,
        groups,
        states,
        pairs // (size + _ENDINGS),
        pairs % (size + _ENDINGS),
        row,
        (
            np.concatenate([part.count for part in parts]),
            values,
            np.concatenate([part.bucket for part in parts]).astype(np.int64),
        ),
    )


def first_order(chain: Chain, counts: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return removal effects on conversions and on value, (R, K) each, for R sets of counts and values, (R, m) each."""
    size = chain.groups
    seen = np.zeros((len(counts), size + 1, size + _ENDINGS))
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
        _ratio(reached * onward, np.einsum("rs,rs->r", started, onward)[:, None]) for onward in (converts, earns)
    )
    return conversions, value


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
        effects = _ratio(whole[:, None] - np.concatenate(kept, axis=1), whole[:, None])
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
        effects = _ratio(whole[:, :, None] - np.concatenate(kept, axis=2), whole[:, :, None])
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
    most = float(np.abs(_ratio(values, counts)).max(initial=0))
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


def _effects(conversions: Floats, value: Floats, money: float) -> Effects:
    usable = bool(money > 0 and value.sum() > 0 and value.min(initial=0) >= -1e-12)
    return Effects(np.maximum(conversions, 0), np.maximum(value, 0) if usable else value, usable)


def _ratio(part: Floats, whole: Floats) -> Floats:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)


def _steps(attributed: Attributed, order: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return source, target and journey of every step into a state, and the last state of each journey."""
    base = len(attributed.groups) + 1
    digit = attributed.group.astype(np.int64) + 1
    state = digit.copy()
    for back in range(1, order):
        deeper = attributed.place >= back
        state[deeper] += digit[np.flatnonzero(deeper) - back] * base**back
    source = np.concatenate(([START], state[:-1]))[: len(state)]
    source[attributed.place < order] = START
    ends = state[attributed.last]
    if order == 1:
        return source, state, attributed.owner, ends
    kept = attributed.place >= order - 1
    kept[attributed.last] = True
    return source[kept], state[kept], attributed.owner[kept], ends


def _tally(keys: Ints, counts: Ints, values: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each key once, in order, with the sums of its counts and values."""
    cells = int(keys.max(initial=0)) + 1
    if cells <= _DENSE_CELLS:
        found = np.flatnonzero(np.bincount(keys, minlength=cells))
        return found, sums(keys, counts, cells)[found], sums(keys, values, cells)[found]
    found, row = np.unique(keys, return_inverse=True)
    return found, sums(row, counts, len(found)), sums(row, values, len(found))
