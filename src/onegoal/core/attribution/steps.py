"""Counting what paths do: how often they step from one state to the next, and which sets of groups they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution.journeys import BUCKETS, NULL, START, Coalitions, Ints, Moves

_DENSE_CELLS = 1 << 22
ENDINGS = 2
"""Targets that are no states, CONVERSION and NULL, which stand before the states in a counter's numbering."""
MOST_SET_GROUPS = 62
"""Groups that the bits of a coalition's mask can hold."""


class MoveCounter:
    """Counts moves of open paths at one order of the chain; paths may come in pieces and may be taken away again."""

    def __init__(self, groups: int, order: int, *, is_bucketed: bool, most_cells: int = _DENSE_CELLS) -> None:
        """Count in a table of all pairs if it has at most `most_cells`: worth it when touches are not far fewer."""
        self.order = order
        self._base = groups + 1
        self._states = self._base**order
        self._width = self._states + ENDINGS
        self._cells = self._states * self._width * (BUCKETS if is_bucketed else 1)
        self._is_bucketed = is_bucketed
        self._dense = np.zeros(self._cells, np.int64) if self._cells <= most_cells else None
        self._sparse: list[tuple[Ints, Ints]] = []

    def add(self, starts: Ints, group: NDArray[np.integer], bucket: NDArray[np.int16], sign: int = 1) -> None:
        """Count the moves of paths that begin at `starts`, each from START to NULL; `bucket` is one for each path."""
        if not len(starts):
            return
        source, target, last, keep = steps_of(starts, group, self.order, self._base)
        cell = source * self._width + (target + ENDINGS)
        ends = last * self._width + (NULL + ENDINGS)
        if self._is_bucketed:
            offset = bucket.astype(np.int64) * (self._states * self._width)
            lengths = np.diff(starts, append=len(group))
            spread = np.repeat(offset, lengths)
            cell += spread if keep is None else spread[keep]
            ends += offset
        self._count(cell, sign)
        self._count(ends, sign)

    def merge(self, other: MoveCounter) -> None:
        """Add what another counter of the same kind has counted."""
        if self._dense is not None and other._dense is not None:
            self._dense += other._dense
        self._sparse += other._sparse

    def moves(self) -> Moves:
        """Return what was counted, without the pairs that were never seen."""
        cells, counts = self._total()
        bucket, rest = np.divmod(cells, self._states * self._width)
        source, target = np.divmod(rest, self._width)
        return Moves(self.order, source, target - ENDINGS, counts, bucket.astype(np.int16))

    def _count(self, cell: Ints, sign: int) -> None:
        if self._dense is not None:
            found = np.bincount(cell, minlength=self._cells)
            self._dense += found if sign > 0 else -found
        else:
            cells, counts = np.unique(cell, return_counts=True)
            self._sparse.append((cells, sign * counts))

    def _total(self) -> tuple[Ints, Ints]:
        if self._dense is not None:
            cells = np.flatnonzero(self._dense)
            return cells, self._dense[cells]
        return summed(self._sparse)


class CoalitionCounter:
    """Counts open paths by the set of groups they saw; paths may come in pieces and may be taken away again."""

    def __init__(self, groups: int, *, is_bucketed: bool) -> None:
        if groups > MOST_SET_GROUPS:
            raise ValueError(f"sets of {groups} groups cannot be counted: at most {MOST_SET_GROUPS}")
        self._is_bucketed = is_bucketed
        self._found: dict[int, list[tuple[Ints, Ints]]] = {}

    def add(self, starts: Ints, group: NDArray[np.integer], bucket: NDArray[np.int16], sign: int = 1) -> None:
        """Count the sets of paths that begin at `starts`; `bucket` is one for each path."""
        if not len(starts):
            return
        mask = np.bitwise_or.reduceat(np.left_shift(np.int64(1), group.astype(np.int64)), starts)
        for number in np.unique(bucket) if self._is_bucketed else (0,):
            masks, counts = np.unique(mask[bucket == number] if self._is_bucketed else mask, return_counts=True)
            self._found.setdefault(int(number), []).append((masks, sign * counts))

    def merge(self, other: CoalitionCounter) -> None:
        """Add what another counter of the same kind has counted."""
        for number, found in other._found.items():
            self._found.setdefault(number, []).extend(found)

    def coalitions(self) -> Coalitions:
        """Return what was counted, without the sets that were never seen."""
        return sets_by_bucket(self._found)


def steps_of(
    starts: Ints, group: NDArray[np.integer], order: int, base: int
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_] | None]:
    """Return source and target of each step into a state, the last state of each path, and which rows are steps (None: all).

    Paths begin at `starts`, each with at least one touch; states are numbers in `base`, as `Moves` tells.
    """
    digit = group.astype(np.int64) + 1
    ends = np.append(starts[1:], len(group))[: len(starts)] - 1
    if order == 1:
        source = np.empty_like(digit)
        source[1:] = digit[:-1]
        source[starts] = START
        return source, digit, digit[ends], None
    state = _states_of(digit, starts, order, base)
    position = np.arange(len(group)) - np.repeat(starts, np.diff(starts, append=len(group)))
    is_step = position >= order - 1
    is_step[ends] = True
    source = np.concatenate(([START], state[:-1]))[: len(state)]
    source[position < order] = START
    return source[is_step], state[is_step], state[ends], is_step


def _states_of(digit: Ints, starts: Ints, order: int, base: int) -> Ints:
    """Return at each row the last `order` groups of its path as one number."""
    state = digit.copy()
    shifted = digit
    for back in range(1, order):
        before = np.empty_like(digit)
        before[1:] = shifted[:-1]
        before[starts] = 0
        shifted = before
        state += shifted * base**back
    return state


def open_moves(starts: Ints, group: NDArray[np.integer], bucket: NDArray[np.int16], groups: int, order: int) -> Moves:
    """Return the moves of open paths that begin at `starts`, each from START to NULL, by the bucket of each path."""
    counter = MoveCounter(groups, order, is_bucketed=True)
    counter.add(starts, group, bucket)
    return counter.moves()


def coalitions_of(starts: Ints, group: NDArray[np.integer], bucket: NDArray[np.int16], groups: int) -> Coalitions:
    """Return how many paths saw each set of groups. Raises: ValueError with more than MOST_SET_GROUPS groups."""
    counter = CoalitionCounter(groups, is_bucketed=True)
    counter.add(starts, group, bucket)
    return counter.coalitions()


def sets_by_bucket(found: Mapping[int, Sequence[tuple[Ints, Ints]]]) -> Coalitions:
    """Return counts of sets, given in parts for each group of people, as one; sums of 0 are left out."""
    totals = {number: summed(parts) for number, parts in sorted(found.items())}
    empty = np.empty(0, np.int64)
    return Coalitions(
        mask=np.concatenate([empty, *(masks for masks, _ in totals.values())]),
        count=np.concatenate([empty, *(counts for _, counts in totals.values())]),
        bucket=np.concatenate([empty, *(np.full(len(masks), n) for n, (masks, _) in totals.items())]).astype(np.int16),
    )


def summed(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Return the keys of all parts, each once and in order, with the sums of their counts; sums of 0 are left out."""
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = np.concatenate([keys for keys, _ in parts])
    counts = np.concatenate([counts for _, counts in parts])
    order = np.argsort(keys, kind="stable")
    keys, counts = keys[order], counts[order]
    if not len(keys):
        return keys, counts
    firsts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    totals = np.add.reduceat(counts, firsts)
    return keys[firsts][totals != 0], totals[totals != 0]
