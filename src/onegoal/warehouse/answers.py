"""Answers that processes share: rows or columns of one question over one state of its tables, as files beside the lake.

They are a cache and nothing more: a file that is missing or torn is computed again, and the lake sweeps old ones away.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MOST_BYTES = 1_000_000
"""Larger answers are not shared: writing them costs more than it saves."""


class SharedAnswers:
    """A folder of answers, each named by the digest of what was asked."""

    def __init__(self, lake_directory: Path) -> None:
        self._folder = lake_directory / "answers"

    def remember(
        self, statement: str, values: Mapping[str, Any], state: str, compute: Callable[[], pa.Table]
    ) -> pa.Table:
        """Return the rows another process has left for this statement, values and state of the tables, else compute them."""
        path = self._folder / f"{_name(statement, repr(sorted(values.items())), state)}.arrow"
        try:
            with pa.OSFile(str(path)) as file:
                return pa.ipc.open_file(file).read_all()
        except (OSError, pa.ArrowInvalid):
            rows = compute()
        if rows.nbytes <= MOST_BYTES:
            self._write(path, rows)
        return rows

    def remember_columns(
        self, asked: str, state: str, names: Sequence[str], compute: Callable[[], tuple[NDArray[Any], ...]]
    ) -> tuple[NDArray[Any], ...]:
        """Return long columns that another process has left, mapped into memory that all of them share, else compute them.

        Nothing here is too long: whoever asks wants millions of rows and waits for them.
        """
        paths = [self._folder / f"{_name(asked, name, state)}.npy" for name in names]
        try:
            return tuple(np.load(path, mmap_mode="r", allow_pickle=False) for path in paths)
        except (OSError, ValueError, EOFError):
            columns = compute()
        self._folder.mkdir(parents=True, exist_ok=True)
        for path, column in zip(paths, columns, strict=True):
            draft = _draft(path)
            with draft.open("wb") as file:
                np.save(file, column, allow_pickle=False)
            draft.replace(path)
        return columns

    def _write(self, path: Path, rows: pa.Table) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = _draft(path)
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, rows.schema) as out:
            out.write_table(rows)
        draft.replace(path)


def _name(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()


def _draft(path: Path) -> Path:
    return path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
