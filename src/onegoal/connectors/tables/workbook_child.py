"""Runs in a process of its own: opens one workbook under hard limits and writes its rows to standard output.

Reads one JSON request from standard input. Writes messages, each four bytes of length and then JSON: first what the
workbook holds, then rows, then `{"end": true}` or `{"problem": code}`. Nothing that arrives here is ever executed.
"""

from __future__ import annotations

import datetime as dt
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

_FLUSH_CHARACTERS = 1 << 18
_FLUSH_ROWS = 1_000
_MERGED_ROWS = 60
_MAX_ERRORS = 200_000
_EXACT = 2**53
_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*)?<(?:\w+:)?v>([^<]*)<"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_IS_ERROR = re.compile(rb"\bt=[\"']e[\"']")


class Refused(Exception):
    """The workbook is refused for a reason the parent knows by code."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.message = {"problem": code, "params": params}


def main() -> None:
    """Serve one request and leave."""
    request = orjson.loads(sys.stdin.buffer.read())
    _limit(request)
    try:
        _serve(request)
        _send({"end": True})
    except Refused as refusal:
        _send(refusal.message)
    except PasswordError:
        _send({"problem": "encrypted"})
    except MemoryError:
        _send({"problem": "memory"})
    except BaseException as error:  # noqa: BLE001 - a panic of the parser is no Exception
        _send({"problem": "memory" if "capacity overflow" in str(error) else "not_a_workbook"})


def _limit(request: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"], request["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _serve(request: dict[str, Any]) -> None:
    # A stream, not a path: from the path the parser would take the kind by the file's name.
    with Path(request["path"]).open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
        known = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        name, sheet = _chosen(book, known, request["sheet"])
        _check_extent(sheet, request)
        listed = [[meta.name, meta.visible != SheetVisibleEnum.Visible] for meta in known]
        _send({"sheets": listed, "sheet": name, "merged": _merged(sheet)})
        errors = _error_cells(request["path"], name) if request["kind"] == "xlsx" else {}
        _send_rows(sheet, errors, request)


def _chosen(book: CalamineWorkbook, known: list[Any], asked: str) -> tuple[str, CalamineSheet]:
    """The sheet asked for, else the first visible one with cells, else the first."""
    if asked:
        try:
            return asked, book.get_sheet_by_name(asked)
        except WorksheetNotFound:
            raise Refused("no_such_sheet", sheet=asked) from None
    for meta in sorted(known, key=lambda meta: meta.visible != SheetVisibleEnum.Visible):
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.start is not None:
            return meta.name, sheet
    raise Refused("empty")


def _check_extent(sheet: CalamineSheet, request: dict[str, Any]) -> None:
    if sheet.start is None:
        raise Refused("empty")
    if sheet.width > request["max_columns"]:
        raise Refused("too_many_columns", columns=sheet.width, limit=request["max_columns"])
    if sheet.width * sheet.height > request["max_cells"]:
        raise Refused("too_many_cells", cells=sheet.width * sheet.height, limit=request["max_cells"])


def _merged(sheet: CalamineSheet) -> list[list[int]]:
    """Merged ranges near the top: row, first column, last row, last column; rows from 1, columns within the cells."""
    left = sheet.start[1] if sheet.start else 0
    areas = sheet.merged_cell_ranges or []
    return [[a[0] + 1, max(a[1] - left, 0), b[0] + 1, b[1] - left] for a, b in areas if a[0] < _MERGED_ROWS]


def _send_rows(sheet: CalamineSheet, errors: dict[tuple[int, int], str], request: dict[str, Any]) -> None:
    top, left = sheet.start or (0, 0)
    held: list[list[Any]] = []
    weight = 0
    for row_index, values in enumerate(sheet.iter_rows()):
        if row_index < top:
            continue
        if request["count"] and row_index - top >= request["count"]:
            break
        cells = [_encoded(value) for value in values]
        if errors:
            _put_errors(cells, row_index, left, errors)
        weight += _weight(cells, row_index, request["max_cell_length"])
        held.append([row_index + 1, cells])
        if weight > _FLUSH_CHARACTERS or len(held) >= _FLUSH_ROWS:
            _send({"rows": held})
            held, weight = [], 0
    if held:
        _send({"rows": held})


def _put_errors(cells: list[Any], row: int, left: int, errors: dict[tuple[int, int], str]) -> None:
    for column, cell in enumerate(cells):
        if cell is None and (row, column + left) in errors:
            cells[column] = ["error", errors[row, column + left]]


def _weight(cells: list[Any], row: int, longest: int) -> int:
    sizes = [len(cell) for cell in cells if type(cell) is str]
    if sizes and max(sizes) > longest:
        raise Refused("cell_too_long", row=row + 1, limit=longest)
    return sum(sizes) + 8 * len(cells)


def _encoded(value: Any) -> Any:
    """A cell as JSON: whole numbers lose their ".0", dates are tagged, times and durations become H:MM:SS."""
    encoder = _ENCODERS.get(type(value))
    return value if encoder is None else encoder(value)


def _number(value: float) -> float | int | None:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _duration(value: dt.timedelta) -> str:
    seconds = round(value.total_seconds())
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    return f"{sign}{minutes // 60}:{minutes % 60:02}:{second:02}"


def _text(value: str) -> str | None:
    return value.encode("utf-8", "replace").decode() if value else None


_ENCODERS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    float: _number,
    dt.datetime: lambda value: ["datetime", value.isoformat()],
    dt.date: lambda value: ["date", value.isoformat()],
    dt.time: lambda value: value.replace(microsecond=0).isoformat(),
    dt.timedelta: _duration,
}


def _error_cells(path: str, sheet: str) -> dict[tuple[int, int], str]:
    """Where the sheet holds failed formulas, which the parser shows as empty cells."""
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as archive:
        part = _sheet_part(archive, sheet)
        if part is None:
            return errors
        for attributes, value in _cells_with_values(archive, part):
            place = _REFERENCE.search(attributes)
            if place and _IS_ERROR.search(attributes):
                errors[int(place.group(2)) - 1, _column(place.group(1))] = value.decode("utf-8", "replace")[:20]
                if len(errors) >= _MAX_ERRORS:
                    break
    return errors


def _cells_with_values(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(1 << 20):
            text = tail + chunk
            if b't="e"' in text or b"t='e'" in text:
                yield from ((match.group(1), match.group(2)) for match in _CELL.finditer(text))
            tail = text[-4096:]


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds the sheet, through the workbook's list and its relations."""
    from xml.etree import ElementTree  # the container was checked for entity declarations

    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            found = next((value for key, value in element.items() if key.endswith("}id")), None)
            target = targets.get(found, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return part if part in archive.NameToInfo else None
    return None


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _send(message: dict[str, Any]) -> None:
    body = orjson.dumps(message)
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
