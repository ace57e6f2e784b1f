"""Telling numbers apart: by a table where they are small, and else by sorting, which both beat the hashing of NumPy."""

from __future__ import annotations

import numpy as np

from onegoal.core.attribution.journeys import Ints

_CELLS = 1 << 18
_CELLS_A_ROW = 16


def distinct(numbers: Ints) -> Ints:
    """Return numbers, none of them negative, each once and in order."""
    cells = int(numbers.max(initial=-1)) + 1
    if _fits(cells, len(numbers)):
        seen = np.zeros(cells, bool)
        seen[numbers] = True
        return np.flatnonzero(seen)
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def numbered(numbers: Ints) -> tuple[Ints, Ints]:
    """Return what `distinct` does, and for each row the place of its number among them."""
    found = distinct(numbers)
    cells = int(found[-1]) + 1 if len(found) else 0
    if not _fits(cells, len(numbers)):
        return found, np.searchsorted(found, numbers)
    place = np.empty(cells, np.int64)
    place[found] = np.arange(len(found))
    return found, place[numbers]


def _fits(cells: int, rows: int) -> bool:
    return cells <= max(_CELLS, _CELLS_A_ROW * rows)
