"""Columns of whole numbers: read from rows, looked up by key, compared with what they were before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onegoal.core.attribution.cutting import NO_LEAD
from onegoal.core.attribution.journeys import Ints

NEVER = NO_LEAD
"""The moment of what did not happen."""
UNKNOWN = -1
"""The id of a record that is not named."""
EMPTY = np.empty(0, np.int64)
Mask = NDArray[np.bool_]


def ints(rows: pa.Table, name: str, missing: int = UNKNOWN) -> Ints:
    """Return a column as 64-bit integers."""
    return filled(rows[name], missing)


def moments(rows: pa.Table, name: str) -> Ints:
    """Return moments as microseconds since 1970 UTC, NEVER where there is none."""
    return filled(rows[name].cast(pa.timestamp("us", "UTC")).cast(pa.int64()), NEVER)


def filled(column: pa.ChunkedArray, missing: int) -> Ints:
    """Return a column of numbers as 64-bit integers, `missing` where there is none."""
    whole = pc.fill_null(column.cast(pa.int64()), missing)
    return np.asarray(whole.to_numpy(), np.int64) if len(whole) else EMPTY


def sorted_by(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    """Return keys in order, and their values."""
    order = np.argsort(keys, kind="stable")
    return keys[order], values[order]


def lookup(keys: Ints, values: Ints, wanted: Ints, missing: int = UNKNOWN) -> Ints:
    """Return the value of each wanted key of a sorted column."""
    if not len(keys):
        return np.full(len(wanted), missing)
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], missing)


def unmatched(old: Sequence[Ints], new: Sequence[Ints]) -> tuple[Mask, Mask]:
    """Return which rows of each side have no equal partner on the other; each row is a partner once."""
    count = len(old[0])
    columns = [np.concatenate(pair) for pair in zip(old, new, strict=True)]
    is_new = np.arange(len(columns[0])) >= count
    order = np.lexsort((is_new, *columns[::-1]))
    if not len(order):
        return np.zeros(0, bool), np.zeros(0, bool)
    begins = np.ones(len(order), bool)
    begins[1:] = np.any([column[order][1:] != column[order][:-1] for column in columns], axis=0)
    run, side = np.cumsum(begins) - 1, is_new[order]
    sizes = np.bincount(run)
    olds = np.bincount(run[~side], minlength=len(sizes))
    rank = np.arange(len(order)) - np.flatnonzero(begins)[run]
    rank = np.where(side, rank - olds[run], rank)
    alone = np.empty(len(order), bool)
    alone[order] = rank >= np.minimum(olds, sizes - olds)[run]
    return alone[:count], alone[count:]


def changed_rows(old: Sequence[Ints], new: Sequence[Ints]) -> tuple[Mask, Mask]:
    """Return which rows of each side are not on the other, by ids that stand first, each once and in order."""
    if np.array_equal(old[0], new[0]):
        differs = np.any([np.not_equal(*pair) for pair in zip(old, new, strict=True)], axis=0)
        return differs, differs
    _, at_old, at_new = np.intersect1d(old[0], new[0], assume_unique=True, return_indices=True)
    differs = np.any([a[at_old] != b[at_new] for a, b in zip(old, new, strict=True)], axis=0)
    was, now = np.ones(len(old[0]), bool), np.ones(len(new[0]), bool)
    was[at_old], now[at_new] = differs, differs
    return was, now


def bisect(at: Ints, lo: Ints, hi: Ints, moment: Ints) -> Ints:
    """Return in each span [lo, hi) of a sorted column the place after the last entry not later than a moment."""
    lo, hi = lo.copy(), hi.copy()
    for _ in range(int((hi - lo).max(initial=0)).bit_length()):
        is_wide = lo < hi
        middle = (lo + hi) >> 1
        is_before = np.zeros(len(lo), bool)
        is_before[is_wide] = at[middle[is_wide]] <= moment[is_wide]
        lo = np.where(is_wide & is_before, middle + 1, lo)
        hi = np.where(is_wide & ~is_before, middle, hi)
    return lo
