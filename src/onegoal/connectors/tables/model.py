"""What a table is: its format, its rows, its typed cells and the limits it has to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell whose formula failed in the workbook, such as #REF!; it is not empty and not a value."""

    code: str

    def __str__(self) -> str:
        return self.code


Cell = str | int | float | bool | dt.datetime | dt.date | CellError | None


# One row as it stands in the file: its number in a spreadsheet, its cells however many, keys of ROW_PROBLEMS.
Record = tuple[int, Sequence[Cell], tuple[str, ...]]


class Row(NamedTuple):
    """One row below the header.

    `number` is the row a person sees in a spreadsheet, counted from 1. `cells` are as many as the header has: text
    from a CSV file ("" when empty), typed values from a workbook (None when empty). Times of day and durations come
    as text, H:MM:SS. `problems` are keys of ROW_PROBLEMS; `extra` are the cells that did not fit under the header.
    """

    number: int
    cells: Sequence[Cell]
    problems: tuple[str, ...] = ()
    extra: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, in its order."""

    name: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How to read one file; found by `detect`, kept with the import so that a second run reads the same.

    `kind` is csv, xlsx, xls or ods. `header_row` is the number of the (last) header row, 0 when there is none;
    `header_rows` is 2 when a row of merged group names stands above it. `skip_rows` counts the rows before the
    first data row. `preamble` holds the text of title, date range and `Parameters:` rows above the header.
    `columns` are unique, never blank. `bom` is the length of the byte order mark.
    """

    kind: str
    columns: tuple[str, ...]
    header_row: int = 1
    header_rows: int = 1
    skip_rows: int = 1
    preamble: tuple[str, ...] = ()
    encoding: str = ""
    encoding_is_sure: bool = True
    bom: int = 0
    delimiter: str = ","
    quote: str = '"'
    has_sep_line: bool = False
    sheet: str = ""
    sheets: tuple[Sheet, ...] = ()

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns itself."""
        return self.header_row > 0

    def as_dict(self) -> dict[str, Any]:
        """The format as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TableFormat:
        """The format that `as_dict` described."""
        sheets = tuple(Sheet(**sheet) for sheet in values["sheets"])
        lists = {name: tuple(values[name]) for name in ("columns", "preamble")}
        return cls(**{**values, **lists, "sheets": sheets})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is let in; sizes in bytes, lengths in characters, times in seconds."""

    max_csv_bytes: int = 4 * 1024**3
    max_workbook_bytes: int = 100 * 1024**2
    max_rows: int = 5_000_000
    max_columns: int = 1_000
    max_cells: int = 10_000_000
    max_line_length: int = 2 * 1024**2
    max_cell_length: int = 131_072
    max_parts: int = 2_000
    max_inflated_bytes: int = 512 * 1024**2
    max_ratio: int = 250
    ratio_matters_above: int = 32 * 1024**2
    child_memory: int = 1024**3
    child_seconds: int = 120


DEFAULT_LIMITS = Limits()


@dataclass(slots=True)
class Table:
    """An open table: its column names and its rows, read once, one at a time; close it when leaving early.

    `blank_rows` counts the empty rows passed over so far; they are no part of what was read.
    """

    format: TableFormat
    rows: Iterator[Row] = field(repr=False)
    blank_rows: int = 0

    @property
    def header(self) -> list[str]:
        """The names of the columns, unique and never blank."""
        return list(self.format.columns)

    def close(self) -> None:
        """Let go of the file or the child process."""
        close = getattr(self.rows, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
