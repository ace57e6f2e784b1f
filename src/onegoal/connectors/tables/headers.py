"""Where the header of a table stands, what its columns are called, and which rows only repeat totals."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from onegoal.connectors.tables.model import Cell

_LOOK_AT = 30
_NAME_LENGTH = 200
# A number, money, a date, a time, a telephone number, an e-mail address or a link: what stands in data, not in names.
_DATA_LIKE = re.compile(
    r"[\s(+\-−=#№]*\d[\d\s\xa0\u202f.,:/+\-()TZ%]*(?:[^\W\d]{1,4}\.?|[₽€$£%])?\Z|\S+@\S+\.\S+\Z|https?://|[$€£]\s*\d",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[\s\xa0\u200b-\u200f\u2060\ufeff]+")
_TOTAL = re.compile(
    r"(?:grand\s+|sub)?total(?:s|\s|:|\W|\Z)|итог|всего|промежуточн\w* итог|összes|végösszeg|mindösszesen|"
    r"total\s+general|în\s+total|suma\s+totală",
    re.IGNORECASE,
)


class Header(NamedTuple):
    """What `find_header` found: unique column names and rows by number; see TableFormat for each field."""

    columns: tuple[str, ...]
    header_row: int
    header_rows: int
    skip_rows: int
    preamble: tuple[str, ...]


Rows = Sequence[tuple[int, Sequence[Cell]]]


def find_header(rows: Rows, merged: frozenset[tuple[int, int, int, int]] = frozenset()) -> Header:
    """Find the header among the first rows of a table.

    `rows` are (number, cells); `merged` are the merged ranges of a sheet as (row, first column, last row, last
    column), rows counted from 1, columns from 0 within the cells. The header is the first row about as full as the
    rows below it, unless that row holds data itself; then the table has no header and its columns are numbered.
    """
    filled = [(number, cells) for number, cells in rows if not is_blank(cells)]
    if not filled:
        return Header((), 0, 0, 0, ())
    start = _first_full_row(filled)
    preamble = tuple(_line(cells) for _, cells in filled[:start])
    number, cells = filled[start]
    below = [row for _, row in filled[start + 1 :]]
    if not _is_header(cells, below):
        width = max(_width(row) for row in [cells, *below[:_LOOK_AT]])
        return Header(unique_names([""] * width), 0, 0, number - 1, preamble)
    if below and _has_groups(number, cells, below, merged):
        names = _joined(number, cells, filled[start + 1][1], merged)
        return Header(_columns(names, below[1:]), filled[start + 1][0], 2, filled[start + 1][0], preamble)
    return Header(_columns([_text(cell) for cell in cells], below), number, 1, number, preamble)


def is_blank(cells: Iterable[Cell]) -> bool:
    """Whether every cell of a row is empty or white space."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def is_total(cells: Sequence[Cell]) -> bool:
    """Whether a row looks like a line of totals ("Total: account", "Итого", "Összesen") rather than a record."""
    first = next((_text(cell) for cell in cells if _text(cell)), "")
    return _TOTAL.match(first.lstrip("-–— *")) is not None


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Column names cleaned of stray spaces, blank ones called "column 7", repeated ones "name (2)", in order."""
    cleaned = [_SPACE.sub(" ", name).strip()[:_NAME_LENGTH] for name in names]
    taken = set(cleaned)
    seen: set[str] = set()
    result = []
    for position, name in enumerate(cleaned, start=1):
        wanted = name or f"column {position}"
        is_free = name not in seen if name else wanted not in taken
        result.append(wanted if is_free else _numbered(wanted, taken))
        seen.add(name)
        taken.add(result[-1])
    return tuple(result)


def _numbered(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"


def _columns(names: list[str], below: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    """The header's names, numbered on as far as most rows reach, without empty ones from a trailing separator."""
    named = max((position for position, name in enumerate(names, start=1) if name), default=0)
    reach = Counter(_width(row) for row in below).most_common(1)
    width = max(named, reach[0][0] if reach else 0)
    return unique_names((names + [""] * width)[:width])


def _first_full_row(filled: Rows) -> int:
    counts = [_filled(cells) for _, cells in filled]
    for index, (_, cells) in enumerate(filled[:_LOOK_AT]):
        if _text(cells[0]).lower().startswith("parameters:"):
            continue
        below = sorted(counts[index : index + _LOOK_AT])
        if counts[index] >= math.ceil(0.6 * below[len(below) // 2]):
            return index
    return 0


def _is_header(cells: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> bool:
    score = 0
    repeats = 0
    for column, cell in enumerate(cells):
        values = [row[column] for row in below[:_LOOK_AT] if column < len(row) and _text(row[column])]
        if not _text(cell) or not values:
            continue
        looks_like_data = sum(_is_data(value) for value in values) > len(values) / 2
        if looks_like_data != _is_data(cell):
            score += 1
        elif looks_like_data:
            score -= 1
        repeats += cell in values
    if score:
        return score > 0
    named = [cell for cell in cells if _text(cell)]
    return repeats * 2 < len(named) and not any(_is_data(cell) for cell in named)


def _has_groups(
    number: int, cells: Sequence[Cell], below: Sequence[Sequence[Cell]], merged: frozenset[tuple[int, int, int, int]]
) -> bool:
    """Whether the row holds merged group names over a second row of names."""
    wide = [area for area in merged if area[0] == number == area[2] and area[3] > area[1]]
    tall = [area for area in merged if area[0] == number and area[2] == number + 1]
    names = [cell for cell in below[0] if _text(cell)]
    return bool(wide or tall) and bool(names) and not any(_is_data(cell) for cell in names)


def _joined(
    number: int, top: Sequence[Cell], bottom: Sequence[Cell], merged: frozenset[tuple[int, int, int, int]]
) -> list[str]:
    groups = [_text(cell) for cell in top]
    for first_row, first, _, last in merged:
        if first_row == number and first < len(groups):
            groups[first : last + 1] = [groups[first]] * (min(last, len(groups) - 1) - first + 1)
    names = [_text(cell) for cell in bottom] + [""] * (len(groups) - len(bottom))
    groups += [""] * (len(names) - len(groups))
    return [f"{group} / {name}" if group and name else group or name for group, name in zip(groups, names, strict=True)]


def _is_data(cell: Cell) -> bool:
    if cell is None or isinstance(cell, str):
        return bool(cell) and _DATA_LIKE.match(cell.strip()) is not None  # type: ignore[union-attr]
    return True


def _text(cell: Cell) -> str:
    return "" if cell is None else _SPACE.sub(" ", str(cell)).strip()


def _filled(cells: Sequence[Cell]) -> int:
    return sum(1 for cell in cells if _text(cell))


def _width(cells: Sequence[Cell]) -> int:
    return max((i for i, cell in enumerate(cells, start=1) if _text(cell)), default=0)


def _line(cells: Sequence[Cell]) -> str:
    return " ".join(_text(cell) for cell in cells if _text(cell))[:_NAME_LENGTH]
