"""Opens a table and gives its rows one by one, whatever kind of file it is."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import DEFAULT_LIMITS, Cell, Limits, Record, Row, Table, TableFormat
from onegoal.connectors.tables.textrows import text_records
from onegoal.connectors.tables.workbook import workbook_records


def open_table(path: str | os.PathLike[str], table_format: TableFormat, *, limits: Limits = DEFAULT_LIMITS) -> Table:
    """The table in the file, read as `table_format` says, in constant memory.

    Rows above the first data row and wholly empty rows are passed over; every other row comes out, flagged where it
    is not sound. Reading raises FileProblem as soon as the file turns out to be unfit.
    """
    location = Path(path)
    if not location.is_file():
        raise FileProblem("missing")
    if table_format.kind == "csv":
        records: Iterable[Record] = text_records(location, table_format, limits)
    else:
        records = workbook_records(location, table_format, limits)
    table = Table(table_format, iter(()))
    table.rows = shaped_rows(records, table, limits)
    return table


def shaped_rows(records: Iterable[Record], table: Table, limits: Limits) -> Iterator[Row]:
    """Rows of exactly the header's width out of records of any width."""
    width = len(table.format.columns)
    filler: Cell = "" if table.format.kind == "csv" else None
    skip = table.format.skip_rows
    left = limits.max_rows
    new = tuple.__new__  # a third of the time of calling Row
    for number, cells, problems in records:
        if number <= skip:
            continue
        if not any(cells) and not problems and _is_blank(cells):
            table.blank_rows += 1
            continue
        if not left:
            raise FileProblem("too_many_rows", limit=limits.max_rows)
        left -= 1
        if len(cells) == width and not problems:
            yield new(Row, (number, cells, (), ()))
        else:
            yield _fitted(number, cells, problems, width, filler)


def _is_blank(cells: Iterable[Cell]) -> bool:
    return all(cell is None or cell == "" for cell in cells)


def _fitted(number: int, cells: Sequence[Cell], problems: tuple[str, ...], width: int, filler: Cell) -> Row:
    extra: tuple[Cell, ...] = ()
    if len(cells) < width:
        if "cell_too_long" not in problems:
            problems = (*problems, "too_few_cells")
        cells = [*cells, *[filler] * (width - len(cells))]
    elif len(cells) > width:
        extra = tuple(cells[width:])
        cells = cells[:width]
        if _is_blank(extra):
            extra = ()
        else:
            problems = (*problems, "too_many_cells")
    return Row(number, cells, problems, extra)


def count_rows(path: str | os.PathLike[str], table_format: TableFormat, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """How many rows `open_table` would give; reads the whole file, so it belongs into a background job."""
    with open_table(path, table_format, limits=limits) as table:
        return sum(1 for _ in table.rows)
