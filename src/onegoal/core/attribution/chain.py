"""The chain that journeys make: which states follow each other, how often, and what money they carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import Floats, sums
from onegoal.core.attribution.distinct import numbered
from onegoal.core.attribution.journeys import BUCKETS, CONVERSION, Ints, Journeys, Moves, NullJourneys
from onegoal.core.attribution.steps import ENDINGS, steps_of
from onegoal.core.attribution.weights import Attributed, attributed_of
from onegoal.core.problems import ValueProblem


@dataclass(frozen=True, slots=True)
class Converting:
    """Moves of journeys that converted.  value: (m,) minor units that came with each row, 0 but for rows to CONVERSION."""

    moves: Moves
    value: Ints


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
    width = (len(attributed.groups) + 1) ** order + ENDINGS
    if width * width * BUCKETS > 1 << 62:
        raise ValueProblem("too_many_groups", len(attributed.groups))
    parts = [_counted(block, order, width, by_bucket=by_bucket) for block in attributed.blocks]
    keys, counts, values = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if len(parts) > 1:
        keys, row = numbered(keys)
        counts, values = sums(row, counts, len(keys)), sums(row, values, len(keys))
    pair, found = np.divmod(keys, width)
    in_bucket, start = np.divmod(pair, width)
    return Converting(Moves(order, start, found - ENDINGS, counts, in_bucket.astype(np.int16)), values)


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
    always = np.arange(ENDINGS + 1 + (groups if order == 1 else 0))
    known, row = numbered(np.concatenate((always, source + ENDINGS, target + ENDINGS)))
    states, size = known[ENDINGS + 1 :] - ENDINGS, len(known) - ENDINGS - 1
    begun, aimed = np.split(row[len(always) :] - ENDINGS - 1, 2)
    place = np.where(begun < 0, size, begun)
    aim = np.where(aimed < -1, size - 2 - aimed, aimed)
    pairs, row = numbered(place * (size + ENDINGS) + aim)
    values = np.concatenate((converting.value, np.zeros(len(source) - len(converting.value), np.int64)))
    return Chain(
        order,
        groups,
        states,
        pairs // (size + ENDINGS),
        pairs % (size + ENDINGS),
        row,
        (
            np.concatenate([part.count for part in parts]),
            values,
            np.concatenate([part.bucket for part in parts]).astype(np.int64),
        ),
    )


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, 0 where the whole is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole != 0)


def _counted(attributed: Attributed, order: int, width: int, *, by_bucket: bool) -> tuple[Ints, Ints, Ints]:
    """Return each move as one number in order, (bucket * width + source) * width + target, its conversions and its money."""
    source, target, ends, is_step = steps_of(attributed.first, attributed.group, order, len(attributed.groups) + 1)
    steps = source * width + (target + ENDINGS)
    lasts = ends * width + (CONVERSION + ENDINGS)
    owner = attributed.owner if is_step is None else attributed.owner[is_step]
    if by_bucket:
        offset = attributed.bucket.astype(np.int64) * (width * width)
        steps += offset[owner]
        lasts += offset
    found, row = numbered(np.concatenate((steps, lasts)))
    size, last_row = len(found), row[len(steps) :]
    counts = sums(row[: len(steps)], attributed.conversions[owner], size) + sums(last_row, attributed.conversions, size)
    return found, counts, sums(last_row, attributed.value, size)
