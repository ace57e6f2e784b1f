"""Removal effects of Markov chains, exact: how many conversions and how much money would be lost without a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import Floats, sums
from onegoal.core.attribution.distinct import numbered
from onegoal.core.attribution.journeys import BUCKETS, CONVERSION, Ints, Journeys, Moves, NullJourneys
from onegoal.core.attribution.steps import steps_of
from onegoal.core.attribution.weights import Attributed, attributed_of
from onegoal.core.problems import ValueProblem

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
    parts = [_counted(block, order, width, by_bucket=by_bucket) for block in attributed.blocks]
    keys, counts, values = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if len(parts) > 1:
        keys, row = numbered(keys)
        counts, values = sums(row, counts, len(keys)), sums(row, values, len(keys))
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
    # Loaded only here: what it needs of SciPy takes longer to start than a first-order chain takes to solve.
    from onegoal.core.attribution.removal import Removal

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
    # NULL, CONVERSION and START are told apart first; at order 1 every group is a state, whether it was seen or not.
    always = np.arange(_ENDINGS + 1 + (groups if order == 1 else 0))
    known, row = numbered(np.concatenate((always, source + _ENDINGS, target + _ENDINGS)))
    states, size = known[_ENDINGS + 1 :] - _ENDINGS, len(known) - _ENDINGS - 1
    begun, aimed = np.split(row[len(always) :] - _ENDINGS - 1, 2)
    place = np.where(begun < 0, size, begun)
    aim = np.where(aimed < -1, size - 2 - aimed, aimed)
    pairs, row = numbered(place * (size + _ENDINGS) + aim)
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
        ratio(reached * onward, np.einsum("rs,rs->r", started, onward)[:, None]) for onward in (converts, earns)
    )
    return conversions, value


def _effects(conversions: Floats, value: Floats, money: float) -> Effects:
    usable = bool(money > 0 and value.sum() > 0 and value.min(initial=0) >= -1e-12)
    return Effects(np.maximum(conversions, 0), np.maximum(value, 0) if usable else value, usable)


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where the whole is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)


def _counted(attributed: Attributed, order: int, width: int, *, by_bucket: bool) -> tuple[Ints, Ints, Ints]:
    """Return each move as one number in order, (bucket * width + source) * width + target, its conversions and its money."""
    source, target, ends, is_step = steps_of(attributed.first, attributed.group, order, len(attributed.groups) + 1)
    steps = source * width + (target + _ENDINGS)
    lasts = ends * width + (CONVERSION + _ENDINGS)
    owner = attributed.owner if is_step is None else attributed.owner[is_step]
    if by_bucket:
        offset = attributed.bucket.astype(np.int64) * (width * width)
        steps += offset[owner]
        lasts += offset
    found, row = numbered(np.concatenate((steps, lasts)))
    size, last_row = len(found), row[len(steps) :]
    counts = sums(row[: len(steps)], attributed.conversions[owner], size) + sums(last_row, attributed.conversions, size)
    return found, counts, sums(last_row, attributed.value, size)
