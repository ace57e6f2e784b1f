"""Writes tables for people to open: CSV whose text cannot run, workbooks whose text is text."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from onegoal.connectors.tables.model import CellError
from onegoal.core.csv_safety import neutralise

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

Target = str | os.PathLike[str] | IO[bytes]

_MAX_TEXT = 32_767
_MAX_SHEET_ROWS = 1_048_576
_EXACT_DIGITS = 10**15
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def write_csv(target: Target, header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ",") -> int:
    """Write UTF-8 with a byte order mark, as spreadsheets expect it; returns the number of rows below the header.

    Text is neutralised, numbers and dates are not; moments and days are in ISO form, None is empty. `rows` is read
    one by one. `open_table` takes the guards off again, so what was written is what is read.
    """
    written = 0
    with _bytes_of(target) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
        out = csv.writer(text, delimiter=delimiter)
        out.writerow([neutralise(name) for name in header])
        for row in rows:
            out.writerow([_plain(cell) for cell in row])
            written += 1
        text.flush()
        text.detach()
    return written


def write_xlsx(
    target: Target, header: Sequence[str], rows: Iterable[Sequence[object]], *, sheet: str = "Sheet1"
) -> int:
    """Write a workbook with typed cells; returns the number of rows below the header.

    Text never becomes a formula, not even when somebody edits its cell. Whole numbers of more than 15 digits go in
    as text, since a spreadsheet would round them; moments lose their zone, so convert them to the reader's first.
    A table longer than a sheet goes on in the next one.
    """
    return write_workbook(target, [(sheet, header, rows)])


def write_workbook(target: Target, sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]]) -> int:
    """Write a workbook of several tables, each (title, header, rows) on a sheet of its own, as `write_xlsx` does one.

    Titles that are the same get a number. Returns the number of rows below the headers.
    """
    # Only now: every page can be exported, so every process would wait at its start for what writes workbooks.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    written = sum(_table(book, title, header, rows) for title, header, rows in sheets)
    book.save(target)
    return written


def _table(book: Workbook, sheet: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    title = _SHEET_NAME.sub(" ", sheet).strip("' ")[:24] or "Sheet1"
    page: Any = None
    written = 0
    for row in rows:
        if written % (_MAX_SHEET_ROWS - 1) == 0:
            page = _page(book, title, header)
        page.append([_typed(page, cell) for cell in row])
        written += 1
    if page is None:
        _page(book, title, header)
    return written


@contextmanager
def _bytes_of(target: Target) -> Iterator[IO[bytes]]:
    if isinstance(target, str | os.PathLike):
        with Path(target).open("wb") as stream:
            yield stream
    else:
        yield target


def _plain(cell: object) -> object:
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    return neutralise(str(cell)) if isinstance(cell, CellError) else neutralise(cell)


def _page(book: Workbook, title: str, header: Sequence[str]) -> Any:
    taken = {page.title for page in book.worksheets}
    free = (title if number == 1 else f"{title} {number}" for number in count(1))
    page = book.create_sheet(next(name for name in free if name not in taken))
    page.freeze_panes = "A2"
    page.append([_typed(page, name) for name in header])
    return page


def _typed(page: Any, cell: object) -> Any:
    if cell is None or isinstance(cell, bool | float | dt.timedelta):
        return cell
    if isinstance(cell, int | Decimal):
        return cell if -_EXACT_DIGITS < cell < _EXACT_DIGITS else _text(page, str(cell))
    if isinstance(cell, dt.datetime | dt.time):
        return cell.replace(tzinfo=None)
    return cell if isinstance(cell, dt.date) else _text(page, str(cell))


def _text(page: Any, value: str) -> str | WriteOnlyCell:
    """Text as it is where openpyxl takes it for text anyway, else a cell that says so; the rest is a matter of time."""
    clean = _FORBIDDEN.sub("\ufffd", value)
    if len(clean) > _MAX_TEXT:
        clean = clean[: _MAX_TEXT - 1] + "…"
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ERROR_CODES

    is_risky = neutralise(clean) != clean
    if not is_risky and clean not in ERROR_CODES:
        return clean
    cell = WriteOnlyCell(page, clean)
    cell.data_type = "s"
    cell.quotePrefix = is_risky
    return cell
