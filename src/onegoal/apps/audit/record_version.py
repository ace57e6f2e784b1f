"""Tells whether anything in the records changed, whoever changed it: what was made from them may be shown until then."""

from __future__ import annotations

import functools
import os
import sqlite3
import threading

from django.db import connection


def record_version() -> str | None:
    """Return what differs after any commit to the records; None inside a transaction, where changes wait to be seen.

    Versions mean something only within one process, and only whether they are equal.
    """
    if connection.in_atomic_block:
        return None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Two equal snapshots see the same transactions.
            cursor.execute("SELECT pg_current_snapshot()::text")
            return str(cursor.fetchone()[0])
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():  # type: ignore[attr-defined]
        return _watch(str(connection.settings_dict["NAME"]), os.getpid()).version()
    return None


class _Watch:
    """Reads the counter SQLite keeps of other connections' commits, on a connection that never writes itself."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        self._guard = threading.Lock()

    def version(self) -> str:
        with self._guard:
            return str(self._connection.execute("PRAGMA data_version").fetchone()[0])


@functools.lru_cache(maxsize=4)
def _watch(path: str, process: int) -> _Watch:
    """Open one watch in each process: a database must not cross a fork."""
    return _Watch(path)
