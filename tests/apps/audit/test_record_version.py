"""Whatever anybody commits to the records, their version is another one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from onegoal.apps.audit.record_version import _Watch, record_version
from onegoal.apps.company.models import Project


def test_sqlite_tells_the_commits_of_every_other_connection(tmp_path: Path) -> None:
    path = str(tmp_path / "records.sqlite3")
    one, other = (sqlite3.connect(path, isolation_level=None) for _ in range(2))
    one.execute("PRAGMA journal_mode=WAL")
    one.execute("CREATE TABLE leads (name)")
    watch, seen = _Watch(path), set()
    for writer in (one, other, one):
        seen.add(watch.version())
        writer.execute("INSERT INTO leads VALUES ('Ana')")
    seen.add(watch.version())
    assert len(seen) == 4


def test_sqlite_tells_the_same_version_while_nobody_commits(tmp_path: Path) -> None:
    path = str(tmp_path / "records.sqlite3")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("CREATE TABLE leads (name)")
    watch = _Watch(path)
    before = watch.version()
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO leads VALUES ('Ana')")
    writer.execute("ROLLBACK")
    assert watch.version() == before


@pytest.mark.django_db
def test_inside_a_transaction_there_is_no_version() -> None:
    assert record_version() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_postgresql_tells_a_commit() -> None:
    before = record_version()
    Project.objects.create(name="Tower")
    assert before is not None
    assert record_version() != before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'sqlite'")
def test_a_database_in_memory_has_no_version() -> None:
    assert connection.is_in_memory_db()
    assert record_version() is None
