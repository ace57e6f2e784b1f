"""The file of refused rows: the original columns of each, its row number, and why; made to be mended and sent again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onegoal.apps.imports.reading import HELPERS, Problem
from onegoal.apps.imports.words import say_problem
from onegoal.connectors.tables.model import CellError
from onegoal.core.csv_safety import neutralise


class ProblemFile:
    """A CSV file that appears with its first problem and grows; `size` is what is safely in it, in bytes."""

    def __init__(self, path: Path, header: Sequence[str], *, size: int = 0) -> None:
        self.path, self.size = path, size
        self._header = [name for name in header if name not in HELPERS]
        self._places = [place for place, name in enumerate(header) if name not in HELPERS]
        self._waiting: list[list[str]] = []
        # Rows noted after the last saved step will come again.
        if path.exists() and size:
            with path.open("r+b") as file:
                file.truncate(size)
        else:
            path.unlink(missing_ok=True)

    def add(self, problem: Problem, cells: Sequence[Any]) -> None:
        """Note a row; it is written by the next `flush`."""
        original = [_plain(cells[place]) for place in self._places]
        self._waiting.append([*original, str(problem.row), neutralise(say_problem(problem, with_place=False))])

    def flush(self) -> None:
        """Write what was noted."""
        if not self._waiting:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        is_new = not self.size
        with self.path.open("ab") as file:
            text = io.TextIOWrapper(file, "utf-8-sig" if is_new else "utf-8", errors="replace", newline="")
            out = csv.writer(text)
            if is_new:
                out.writerow([*(neutralise(name) for name in self._header), *HELPERS])
            out.writerows(self._waiting)
            text.flush()
            self.size = file.tell()
            text.detach()
        self._waiting = []


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, CellError):
        return cell.code
    return str(neutralise(cell)) if isinstance(cell, str) else str(cell)
