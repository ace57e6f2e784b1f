"""The test's records in a file, as in an installation: threads have connections of their own and wait for one another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def records_in_file(folder: Path) -> Iterator[None]:
    """Hold the records of a test in a file of the folder; on PostgreSQL they are where they are."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    path = str(folder / "records.sqlite3")
    connection.connection, connection.settings_dict["NAME"] = None, path
    connection.connect()
    memory.backup(connection.connection)
    yield
    connection.connection.close()
    connection.connection, connection.settings_dict["NAME"] = memory, name
