"""Reads workbooks through a child process that may use only so much memory and time."""

from __future__ import annotations

import datetime as dt
import os
import selectors
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from onegoal.connectors.tables.archive import check_archive, check_ole
from onegoal.connectors.tables.errors import FILE_PROBLEMS, FileProblem
from onegoal.connectors.tables.model import Cell, CellError, Limits, Record, Sheet, TableFormat

_MAX_FRAME = 1 << 26
_CHILD = "onegoal.connectors.tables.workbook_child"


@dataclass(frozen=True, slots=True)
class Inside:
    """The first look into a workbook: its sheets, the one that was read, its first rows and its merged ranges."""

    sheets: tuple[Sheet, ...]
    sheet: str
    rows: tuple[Record, ...]
    merged: frozenset[tuple[int, int, int, int]]


def look_inside(path: Path, kind: str, sheet: str, count: int, limits: Limits) -> Inside:
    """The sheets and the first `count` rows of `sheet`, or of the first visible sheet that holds anything.

    Expects that the container was checked. Raises FileProblem.
    """
    with closing(_frames(path, kind, sheet, count, limits)) as frames:
        about = next(frames)
        rows = tuple(islice(_records(frames), count))
    sheets = tuple(Sheet(name, is_hidden) for name, is_hidden in about["sheets"])
    return Inside(sheets, about["sheet"], rows, frozenset(tuple(area) for area in about["merged"]))


def workbook_records(path: Path, table_format: TableFormat, limits: Limits) -> Iterator[Record]:
    """Every row of the sheet with typed cells, empty ones as None. Raises FileProblem."""
    kind = check_ole(path, limits) if table_format.kind == "xls" else check_archive(path, limits)
    if kind != table_format.kind:
        raise FileProblem("not_a_workbook")
    with closing(_frames(path, kind, table_format.sheet, 0, limits)) as frames:
        next(frames)
        yield from _records(frames)


def _records(frames: Iterator[dict[str, Any]]) -> Iterator[Record]:
    for frame in frames:
        for number, cells in frame["rows"]:
            yield number, [_cell(cell) if type(cell) is list else cell for cell in cells], ()


def _cell(tagged: list[str]) -> Cell:
    tag, value = tagged
    if tag == "date":
        return dt.date.fromisoformat(value)
    return dt.datetime.fromisoformat(value) if tag == "datetime" else CellError(value)


def _frames(path: Path, kind: str, sheet: str, count: int, limits: Limits) -> Generator[dict[str, Any], None, None]:
    """The child's messages; whatever goes wrong in the child becomes a FileProblem here."""
    request = {
        "path": str(path.resolve()),
        "kind": kind,
        "sheet": sheet,
        "count": count,
        "memory": limits.child_memory,
        "seconds": limits.child_seconds,
        "max_columns": limits.max_columns,
        "max_cells": limits.max_cells,
        "max_cell_length": limits.max_cell_length,
    }
    with closing(_Child(request, limits)) as child:
        while True:
            frame = child.read_frame()
            if "problem" in frame:
                raise _told_problem(frame)
            if "end" in frame:
                return
            yield frame


def _told_problem(frame: dict[str, Any]) -> FileProblem:
    code = frame["problem"] if frame["problem"] in FILE_PROBLEMS else "not_a_workbook"
    try:
        return FileProblem(code, **frame.get("params", {}))
    except (TypeError, ValueError):
        return FileProblem("not_a_workbook")


class _Child:
    """One run of the workbook child: a bare environment, pipes, and a clock that runs only while we wait for it."""

    def __init__(self, request: dict[str, Any], limits: Limits) -> None:
        self._seconds = limits.child_seconds
        self._left = float(limits.child_seconds)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing of the upload
            [sys.executable, "-I", "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8"},
            start_new_session=True,
        )
        self._output = _pipe(self._process.stdout)
        stdin = _pipe(self._process.stdin)
        try:
            stdin.write(orjson.dumps(request))
            stdin.close()
        except BrokenPipeError:
            pass

    def read_frame(self) -> dict[str, Any]:
        """The next message. Raises FileProblem when the child has died or is too slow."""
        size = struct.unpack(">I", self._read(4))[0]
        if size > _MAX_FRAME:
            raise FileProblem("memory")
        frame: dict[str, Any] = orjson.loads(self._read(size))
        return frame

    def close(self) -> None:
        """End the child if it still runs, and collect it."""
        if self._process.poll() is None:
            self._process.kill()
        self._output.close()
        self._process.wait()

    def _read(self, size: int) -> bytes:
        pieces = []
        while size:
            piece = self._wait_and_read(size)
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _wait_and_read(self, size: int) -> bytes:
        started = time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            ready = selector.select(max(self._left, 0))
        self._left -= time.monotonic() - started
        if not ready:
            raise FileProblem("timeout", seconds=self._seconds)
        piece = os.read(self._output.fileno(), min(size, 1 << 20))
        if not piece:
            raise self._death()
        return piece

    def _death(self) -> FileProblem:
        """Why the child ended early: an allocation that fails aborts it, the processor limit signals it."""
        code = self._process.wait()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return FileProblem("timeout", seconds=self._seconds)
        return FileProblem("memory" if code in (-signal.SIGABRT, -signal.SIGSEGV) else "not_a_workbook")


def _pipe(pipe: Any) -> BinaryIO:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    stream: BinaryIO = pipe
    return stream
