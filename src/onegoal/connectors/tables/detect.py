"""Finds out by its content what a file is and how to read it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onegoal.connectors.tables.archive import check_archive, check_ole
from onegoal.connectors.tables.dialect import guess_dialect, sample_records
from onegoal.connectors.tables.encoding import Encoding, guess_encoding
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.headers import Header, find_header, unique_names
from onegoal.connectors.tables.model import DEFAULT_LIMITS, Cell, Limits, Record, TableFormat
from onegoal.connectors.tables.signatures import container
from onegoal.connectors.tables.workbook import look_inside

_HEAD = 1 << 18
_PROBES = 64
_PROBE = 1 << 14
WORKBOOK_SAMPLE = 2_000
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\r\f\v\x1a\x1b"))


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person corrects in the guess: encoding, separator, sheet, or the row the header stands in (0: none)."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None


def detect(path: str | os.PathLike[str], *, hints: Hints | None = None, limits: Limits = DEFAULT_LIMITS) -> TableFormat:
    """The format of the file, told by its content and never by its name.

    Raises FileProblem when the file is empty, no table, damaged, locked, a bomb, or wider than allowed.
    """
    return detect_with_rows(Path(path), hints or Hints(), limits)[0]


def detect_with_rows(path: Path, hints: Hints, limits: Limits) -> tuple[TableFormat, list[Record]]:
    """The format and, for a workbook, its first rows as they stand, since opening a workbook is not cheap."""
    head = _head(path)
    kind = container(head)
    if kind in {"zip", "ole"}:
        kind = check_archive(path, limits) if kind == "zip" else check_ole(path, limits)
        return _workbook_format(path, kind, hints, limits)
    if kind:
        raise FileProblem("not_a_table", kind=kind)
    return _text_format(path, head, hints, limits), []


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except (OSError, ValueError):
        raise FileProblem("missing") from None
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise FileProblem("empty")
    return head


def _text_format(path: Path, head: bytes, hints: Hints, limits: Limits) -> TableFormat:
    size = path.stat().st_size
    if size > limits.max_csv_bytes:
        raise FileProblem("file_too_large", size=size, limit=limits.max_csv_bytes)
    encoding = _encoding(path, head, size, hints)
    sample = _sample_text(head, encoding, is_whole=size <= _HEAD)
    _refuse_binary(sample)
    dialect = guess_dialect(sample)
    if hints.delimiter:
        dialect = dialect._replace(delimiter=hints.delimiter)
    records = sample_records(sample, dialect)
    header = _header(list(enumerate(records, start=1)), hints, frozenset(), limits)
    return TableFormat(
        "csv",
        **header._asdict(),
        encoding=encoding.name,
        encoding_is_sure=encoding.is_sure,
        bom=encoding.bom,
        delimiter=dialect.delimiter,
        quote=dialect.quote,
        has_sep_line=dialect.has_sep_line,
    )


def _encoding(path: Path, head: bytes, size: int, hints: Hints) -> Encoding:
    guess = guess_encoding(head)
    if not hints.encoding:
        if guess.bom or not head.isascii() or size <= _HEAD or guess.name != "utf-8":
            return guess
        return guess_encoding(_probes(path, size))
    try:
        "".encode(hints.encoding)
        b"a;1".decode(hints.encoding, "replace")
    except (LookupError, TypeError, ValueError):
        raise FileProblem("encoding_unknown", encoding=hints.encoding) from None
    same = guess.name == hints.encoding.lower().removesuffix("-sig")
    return Encoding(guess.name, guess.bom) if same else Encoding(hints.encoding)


def _probes(path: Path, size: int) -> bytes:
    """Whole lines from all over a file that begins in plain ASCII, so that names far below are seen too."""
    pieces = []
    with path.open("rb") as stream:
        for index in range(_PROBES):
            stream.seek(size * index // _PROBES)
            pieces.append(_whole_lines(stream))
    return b"\n".join(pieces)


def _whole_lines(stream: BinaryIO) -> bytes:
    piece = stream.read(_PROBE).replace(b"\r", b"\n")
    first, last = piece.find(b"\n"), piece.rfind(b"\n")
    return piece[first + 1 : last] if 0 <= first < last else b""


def _sample_text(head: bytes, encoding: Encoding, *, is_whole: bool) -> str:
    text = head[encoding.bom :].decode(encoding.name, "replace")
    if is_whole:
        return text
    cut = max(text.rfind("\n"), text.rfind("\r")) + 1
    return text[: cut or len(text)]


def _refuse_binary(sample: str) -> None:
    odd = sum(sample.count(chr(code)) for code in _CONTROLS)
    if odd > 0.02 * len(sample) + 2 or sample.count("\0") > 0.1 * len(sample) + 2:
        raise FileProblem("not_a_table", kind="binary")


def _workbook_format(path: Path, kind: str, hints: Hints, limits: Limits) -> tuple[TableFormat, list[Record]]:
    seen = look_inside(path, kind, hints.sheet, WORKBOOK_SAMPLE, limits)
    header = _header([(number, cells) for number, cells, _ in seen.rows], hints, seen.merged, limits)
    return TableFormat(kind, **header._asdict(), sheet=seen.sheet, sheets=seen.sheets), list(seen.rows)


def _header(
    rows: Sequence[tuple[int, Sequence[Cell]]],
    hints: Hints,
    merged: frozenset[tuple[int, int, int, int]],
    limits: Limits,
) -> Header:
    header = _told_header(rows, hints.header_row) if hints.header_row is not None else find_header(rows, merged)
    if not header.columns:
        raise FileProblem("empty")
    if len(header.columns) > limits.max_columns:
        raise FileProblem("too_many_columns", columns=len(header.columns), limit=limits.max_columns)
    return header


def _told_header(rows: Sequence[tuple[int, Sequence[Cell]]], header_row: int) -> Header:
    if header_row == 0:
        width = max((len(cells) for _, cells in rows), default=0)
        return Header(unique_names([""] * width), 0, 0, 0, ())
    names = next((cells for number, cells in rows if number == header_row), [])
    columns = unique_names(["" if name is None else str(name) for name in names])
    above = tuple(" ".join(str(cell) for cell in cells if cell) for number, cells in rows if number < header_row)
    return Header(columns, header_row, 1, header_row, tuple(text for text in above if text))
