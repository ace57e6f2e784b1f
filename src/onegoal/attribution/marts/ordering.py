"""Sorting rows by several columns of whole numbers, as one number where that fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.journeys import MICROSECONDS, Ints

_MOST_BITS = 63
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Packing:
    """How columns become one number, the first in the highest bits: what is taken off, the unit, and bits of each."""

    columns: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, columns: Sequence[Ints]) -> Packing | None:
        """Return how these columns fit into one number, None where they do not."""
        spans = [_span(column) for column in columns]
        if sum(bits for _, _, bits in spans) > _MOST_BITS:
            spans = [_coarser(column, *span) for column, span in zip(columns, spans, strict=True)]
        return cls(tuple(spans)) if sum(bits for _, _, bits in spans) <= _MOST_BITS else None

    def packed(self, columns: Sequence[Ints]) -> Ints:
        """Return one number for each row, worked out in blocks so that nothing else grows with the rows."""
        numbers = np.empty(len(columns[0]), np.int64)
        for begin in range(0, len(numbers), _BLOCK):
            numbers[begin : begin + _BLOCK] = self._packed([column[begin : begin + _BLOCK] for column in columns])
        return numbers

    def _packed(self, columns: Sequence[Ints]) -> Ints:
        number = np.zeros(len(columns[0]), np.int64)
        for column, (low, unit, bits) in zip(columns, self.columns, strict=True):
            number <<= bits
            part = column - low if column.dtype == np.int64 else column.astype(np.int64) - low
            number |= part // unit if unit > 1 else part
        return number

    def unpacked(self, numbers: Ints) -> list[Ints]:
        """Return the columns again."""
        found, shift = [], 0
        for low, unit, bits in reversed(self.columns):
            part = (numbers >> shift) & ((1 << bits) - 1)
            found.append((part * unit if unit > 1 else part) + low)
            shift += bits
        return found[::-1]


def order_of(*columns: Ints) -> Ints:
    """Return the order of rows by these columns, the first one first; equal rows come in any order."""
    packing = Packing.of(columns)
    if packing is None:
        return np.lexsort(columns[::-1])
    return np.argsort(packing.packed(columns))


def _span(column: Ints) -> tuple[int, int, int]:
    if not len(column):
        return 0, 1, 0
    low = int(column.min())
    return low, 1, (int(column.max()) - low).bit_length()


def _coarser(column: Ints, low: int, unit: int, bits: int) -> tuple[int, int, int]:
    """Count in seconds what is whole seconds from the lowest on."""
    if not MICROSECONDS.bit_length() < bits <= _MOST_BITS:
        return low, unit, bits
    if any(np.any((column[begin : begin + _BLOCK] - low) % MICROSECONDS) for begin in range(0, len(column), _BLOCK)):
        return low, unit, bits
    return low, MICROSECONDS, (((1 << bits) - 1) // MICROSECONDS).bit_length()
