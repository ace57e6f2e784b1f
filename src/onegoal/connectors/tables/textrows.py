"""The records of a text table, streamed in constant memory, with a reason for everything that is not as it should be."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import Limits, Record, TableFormat
from onegoal.core.csv_safety import restore

_BLOCK = 1 << 16
_MAX_UNCLOSED = 100
_UNREADABLE = re.compile("[\udc80-\udcff\ufffd]")


def text_records(path: Path, table_format: TableFormat, limits: Limits) -> Iterator[Record]:
    """Every record of the file from its first line (the `sep=` line aside), blank ones as [].

    Guards that `neutralise` put before formulas are taken off. Raises FileProblem for a line or a file without end.
    """
    with path.open("rb") as stream:
        yield from _Records(_Lines(stream, table_format, limits), table_format)


class _LineTooLong(Exception):
    pass


class _Lines:
    """The raw lines of a text file, with those from `mark` on still at hand.

    `needs_cleaning` turns true with the first NUL, unreadable byte or apostrophe; until then no cell has to be
    looked at one by one. A U+FFFD counts as unreadable once a byte was.
    """

    def __init__(self, stream: BinaryIO, table_format: TableFormat, limits: Limits) -> None:
        self.mark = 0
        self.needs_cleaning = False
        self.has_unreadable = False
        self._stream = stream
        self._format = table_format
        self.longest = limits.max_line_length
        self._kept: list[list[str]] = []
        self._first = 0

    def blocks(self) -> Iterator[list[str]]:
        """The lines, a block at a time; blocks wholly before the mark are forgotten."""
        for text in self._whole_lines():
            while self._kept and self._first + len(self._kept[0]) <= self.mark:
                self._first += len(self._kept.pop(0))
            self._kept.append(_split(text))
            yield self._kept[-1]

    def since_mark(self, end: int) -> list[str]:
        """The lines from the mark up to, not including, number `end`."""
        return list(islice(chain.from_iterable(self._kept), self.mark - self._first, end - self._first))

    def _whole_lines(self) -> Iterator[str]:
        """Decoded text cut after line ends; a line end of two characters is never cut in two."""
        pending: list[str] = []
        waiting = 0
        for text in self._decoded():
            cut = (text.rfind("\n") + 1) or (text.rfind("\r", 0, -1) + 1)
            if cut:
                yield "".join([*pending, text[:cut]])
                pending, waiting = [], 0
            pending.append(text[cut:])
            waiting += len(text) - cut
            if waiting > self.longest:
                raise _LineTooLong
        yield "".join(pending)

    def _decoded(self) -> Iterator[str]:
        """Text decoded strictly up to the first unreadable byte, and with a mark for each from there on."""
        self._stream.seek(self._format.bom)
        decoder = codecs.getincrementaldecoder(self._format.encoding)("strict")
        while True:
            chunk = self._stream.read(_BLOCK)
            state = decoder.getstate()
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError:
                wide = self._format.encoding.startswith(("utf-16", "utf-32"))
                decoder.errors = "replace" if wide else "surrogateescape"
                decoder.setstate(state)
                text = decoder.decode(chunk, not chunk)
                self.has_unreadable = self.needs_cleaning = True
            self.needs_cleaning = self.needs_cleaning or "\0" in text or "'" in text
            yield text
            if not chunk:
                return


def _split(text: str) -> list[str]:
    """Lines with their ends: \\n, \\r\\n or a lone \\r, and no other character that Unicode calls a line end."""
    if "\r" in text and text.count("\r") != text.count("\r\n"):
        return list(io.StringIO(text, newline=""))
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


class _Interrupted(Exception):
    def __init__(self, number: int, reason: str) -> None:
        super().__init__(number, reason)
        self.number = number
        self.reason = reason


class _Records:
    """Parses lines strictly and falls back, row by row, to a reading that is flagged."""

    def __init__(self, lines: _Lines, table_format: TableFormat) -> None:
        self._lines = lines
        self._source = chain.from_iterable(lines.blocks())
        self._delimiter = table_format.delimiter
        self._quote = table_format.quote
        self._skips_first = table_format.has_sep_line
        self._unclosed = 0

    def __iter__(self) -> Iterator[Record]:
        number = base = 0
        if self._skips_first:
            base = self._lines.mark = sum(1 for _ in islice(self._source, 1))
        reader = self._reader(self._source)
        while True:
            try:
                yield from self._sound(reader, number, base)
                return
            except _Interrupted as stop:
                number, error = stop.number, stop.reason
            raw = self._lines.since_mark(base + reader.line_num)
            if len(raw) > 1 or "unexpected end" in error:
                self._count_unclosed(number)
                base = self._lines.mark = self._lines.mark + 1
                reader = self._reader(chain(raw[1:], self._source))
                yield self._cleaned(number, self._repaired(raw[0]), ("unclosed_quote",))
            else:
                base = self._lines.mark = base + reader.line_num
                reader = self._reader(self._source)
                yield self._recovered(number, raw[0], error)

    def _sound(self, reader: Any, number: int, base: int) -> Iterator[Record]:
        """Records as long as they parse; the line mark follows them. Raises _Interrupted with the number that fails."""
        lines = self._lines
        try:
            for cells in reader:
                number += 1
                lines.mark = base + reader.line_num
                yield self._cleaned(number, cells, ()) if lines.needs_cleaning else (number, cells, ())
        except csv.Error as error:
            raise _Interrupted(number + 1, str(error)) from None
        except _LineTooLong:
            raise FileProblem("line_too_long", row=number + 1, limit=lines.longest) from None

    def _reader(self, source: Iterator[str]) -> Any:
        return csv.reader(source, delimiter=self._delimiter, quotechar=self._quote, strict=True)

    def _count_unclosed(self, number: int) -> None:
        self._unclosed += 1
        if self._unclosed > _MAX_UNCLOSED:
            raise FileProblem("unclosed_quote", row=number)

    def _recovered(self, number: int, line: str, reason: str) -> Record:
        if "field larger" in reason:
            return number, [], ("cell_too_long",)
        return self._cleaned(number, self._repaired(line), ("bad_quotes",))

    def _repaired(self, line: str) -> list[str]:
        """Cells of a line whose quotes are not doubled: a quote ends a cell only before a separator or the end."""
        cells = []
        rest = line.rstrip("\r\n")
        end = re.compile(rf"{re.escape(self._quote)}(?={re.escape(self._delimiter)}|\Z)")
        at = 0
        while at <= len(rest):
            closing = end.search(rest, at + 1) if rest.startswith(self._quote, at) else None
            if closing:
                cells.append(rest[at + 1 : closing.start()].replace(self._quote * 2, self._quote))
                at = closing.end() + 1
                continue
            stop = rest.find(self._delimiter, at)
            stop = len(rest) if stop < 0 else stop
            cells.append(rest[at:stop])
            at = stop + 1
        return cells

    def _cleaned(self, number: int, cells: list[str], problems: tuple[str, ...]) -> Record:
        found = list(problems)
        text = "".join(cells)
        if "\0" in text:
            found.append("nul_bytes")
            cells = [cell.replace("\0", "") for cell in cells]
        if self._lines.has_unreadable and _UNREADABLE.search(text):
            found.append("bad_encoding")
            cells = [_UNREADABLE.sub("\ufffd", cell) for cell in cells]
        if "'" in text:
            cells = [restore(cell) for cell in cells]
        return number, cells, tuple(found)
