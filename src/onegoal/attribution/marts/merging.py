"""When parts are merged, and helpers for rows that lie together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from onegoal.core.attribution.journeys import Ints

AT_ONCE = 2_000_000
"""Rows that an update merges by the way; larger merges wait for `tidy`."""
MOST_PARTS = 24
"""Parts of a kind beyond which an update merges whatever it takes."""
_TIMES = 2


def newest_to_merge(sizes: Sequence[int], *, limit: int | None) -> int:
    """Return how many of the newest parts, given their sizes oldest first, become one: 0 or at least 2.

    A part joins while it is not `_TIMES` as large as all newer ones together, so that a row is written again about
    log(rows) times in its life. Up to `limit` rows are merged, unless there are too many parts.
    """
    many = len(sizes) > MOST_PARTS
    count, total = 1, sizes[-1] if sizes else 0
    while count < len(sizes) and (older := sizes[-count - 1]) < _TIMES * total:
        if limit is not None and not many and total + older > limit:
            break
        count, total = count + 1, total + older
    if many and count == 1:
        count = len(sizes) - MOST_PARTS // 2
    return count if count > 1 else 0


def spread(first: Ints, lengths: Ints) -> Ints:
    """Return the places first, first + 1, ... of each stretch, one stretch after the other."""
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(first - before, lengths)


def offsets(lengths: Ints) -> Ints:
    """Return where stretches begin, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(lengths)))


def members(values: Ints, of: Ints) -> np.ndarray:
    """Return which values are among sorted ones."""
    if not len(of):
        return np.zeros(len(values), bool)
    places = np.minimum(np.searchsorted(of, values), len(of) - 1)
    return of[places] == values


def distinct(*columns: Ints) -> Ints:
    """Return the values of all columns, each once and in order: by sorting, which beats the hashing of np.unique."""
    values = np.concatenate([np.empty(0, np.int64), *columns])
    values.sort()
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values
