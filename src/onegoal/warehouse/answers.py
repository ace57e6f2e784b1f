"""Answers that processes share: rows of one statement over one state of its tables, as small files beside the lake.

They are a cache and nothing more: a file that is missing or torn is computed again, and the lake sweeps old ones away.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

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
        asked = "\0".join([statement, repr(sorted(values.items())), state])
        path = self._folder / f"{hashlib.blake2b(asked.encode(), digest_size=20).hexdigest()}.arrow"
        try:
            with pa.OSFile(str(path)) as file:
                return pa.ipc.open_file(file).read_all()
        except (OSError, pa.ArrowInvalid):
            rows = compute()
        if rows.nbytes <= MOST_BYTES:
            self._write(path, rows)
        return rows

    def _write(self, path: Path, rows: pa.Table) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
        with pa.OSFile(str(draft), "wb") as file, pa.ipc.new_file(file, rows.schema) as out:
            out.write_table(rows)
        draft.replace(path)
