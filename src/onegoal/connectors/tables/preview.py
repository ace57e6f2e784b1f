"""A first look at a file for the person who maps its columns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from onegoal.connectors.tables.detect import Hints, detect_with_rows
from onegoal.connectors.tables.model import DEFAULT_LIMITS, Cell, Limits, Row, Table, TableFormat
from onegoal.connectors.tables.reader import open_table, shaped_rows

_LOOK_AT = 2_000
_SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """The format, the first rows, and for each column up to 200 different values that are not empty.

    `is_whole` tells that the samples saw every row; otherwise they come from the first rows only.
    """

    format: TableFormat
    rows: tuple[Row, ...]
    samples: tuple[tuple[Cell, ...], ...]
    is_whole: bool

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return list(self.format.columns)


def preview(
    path: str | os.PathLike[str], limit: int = 50, *, hints: Hints | None = None, limits: Limits = DEFAULT_LIMITS
) -> Preview:
    """What the file holds, from its beginning: quick for a text file of any size.

    Raises FileProblem like `detect`.
    """
    location = Path(path)
    table_format, rows = detect_with_rows(location, hints or Hints(), limits)
    if table_format.kind == "csv":
        with open_table(location, table_format, limits=limits) as table:
            seen = list(islice(table.rows, _LOOK_AT + 1))
    else:
        seen = list(shaped_rows(rows, Table(table_format, iter(())), limits))
    is_whole = len(seen) <= _LOOK_AT if table_format.kind == "csv" else len(rows) < _LOOK_AT
    return Preview(table_format, tuple(seen[:limit]), _samples(seen[:_LOOK_AT], len(table_format.columns)), is_whole)


def _samples(rows: Iterable[Row], width: int) -> tuple[tuple[Cell, ...], ...]:
    columns: list[dict[tuple[type, Cell], None]] = [{} for _ in range(width)]
    for row in rows:
        for seen, cell in zip(columns, row.cells, strict=True):
            if cell is not None and cell != "" and len(seen) < _SAMPLES:
                seen[type(cell), cell] = None
    return tuple(tuple(cell for _, cell in seen) for seen in columns)
