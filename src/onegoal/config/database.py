"""Brings the records database to the present schema before anything uses it."""

from __future__ import annotations

import fcntl
import sqlite3

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

SAFE_SQLITE = (3, 51, 3)


class UnsafeSqlite(Exception):
    """The SQLite at hand can corrupt a database that several processes write."""


def prepare_database() -> None:
    """Apply what is missing of the migrations; one process at a time.

    Raises: UnsafeSqlite.
    """
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < SAFE_SQLITE:
        raise UnsafeSqlite(sqlite3.sqlite_version)
    with (settings.HOME / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_behind():
            call_command("migrate", verbosity=0, interactive=False)


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
