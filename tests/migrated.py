"""The migrated, empty database of the tests, kept from one run to the next as long as no migration changes.

Applying all migrations takes longer than most tests; the tests of the command line still apply them, in a new home.
"""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection


def begin_from_kept() -> None:
    """Let the database that is made next begin as the kept one, if there is one; SQLite in memory only."""
    path, make = _kept(), connection.creation._create_test_db

    def make_filled(*args: Any, **named: Any) -> str:
        name = make(*args, **named)
        if "mode=memory" in name and path.exists():
            _held.append(connection.Database.connect(name, uri=True))
            with suppress(connection.Database.OperationalError):  # another run has just removed it: all is migrated
                kept = connection.Database.connect(f"file:{path}?mode=ro", uri=True)
                kept.backup(_held[0])
                kept.close()
        return name

    if connection.vendor == "sqlite":
        connection.creation._create_test_db = make_filled  # type: ignore[method-assign]


def keep_database() -> None:
    """Keep the database that was made, unless it is kept already."""
    path = _kept()
    if connection.vendor != "sqlite" or path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    for old in path.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    copy = connection.Database.connect(str(draft))
    connection.connection.backup(copy)
    copy.close()
    draft.replace(path)


_held: list[Any] = []
"""Connections to the database in memory, which lives while there is one."""


def _kept() -> Path:
    return Path(sys.prefix) / "migrated" / f"{_digest()}.sqlite3"


@functools.cache
def _digest() -> str:
    """Return what changes with any migration of any app, and with Django."""
    found = hashlib.sha256(repr(django.VERSION).encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            found.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    return found.hexdigest()[:32]
