"""`onegoal check`: is the installation set up well, and do the figures agree with the records?"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from django.conf import settings
from django.db import connection

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import StaleChunk
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import damages, differences

LOW_WATER_BYTES = 500_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; a problem says what to do."""

    name: str
    is_good: bool
    words: str


def check(as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False) -> None:
    """Check configuration and data; exit code 1 if something needs attention."""
    findings = [look() for look in LOOKS]
    if as_json:
        typer.echo(json.dumps({"ok": all(f.is_good for f in findings), "findings": [asdict(f) for f in findings]}))
    else:
        for finding in findings:
            typer.echo(f"{'ok     ' if finding.is_good else 'PROBLEM'} {finding.name}: {finding.words}")
    raise typer.Exit(0 if all(finding.is_good for finding in findings) else 1)


def _database() -> Finding:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT version()")
            return Finding("database", True, str(cursor.fetchone()[0]))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA quick_check")
        state = cursor.fetchone()[0]
    words = f"SQLite {sqlite3.sqlite_version}, journal {mode}, {state}"
    return Finding("database", mode == "wal" and state == "ok", words)


def _home() -> Finding:
    free = shutil.disk_usage(settings.HOME).free
    is_writable = os.access(settings.HOME, os.W_OK)
    words = f"{settings.HOME}: {free / 1e9:.1f} GB free" + ("" if is_writable else ", not writable")
    return Finding("home", is_writable and free > LOW_WATER_BYTES, words)


def _secret() -> Finding:
    path = settings.HOME / "secret.key"
    if not path.exists():
        return Finding("secret", True, "given by ONEGOAL_SECRET_KEY")
    is_private = not stat.S_IMODE(path.stat().st_mode) & 0o077
    return Finding("secret", is_private, "private" if is_private else f"others may read it: chmod 600 {path}")


def _debug() -> Finding:
    return Finding("debug", not settings.DEBUG, "off" if not settings.DEBUG else "on: unset ONEGOAL_DEBUG")


def _company() -> Finding:
    company = current_company()
    if company.pk is None or not company.currency:
        return Finding("company", True, "not set up yet: the first money that comes in sets the currency")
    return Finding("company", True, f"{company.name or 'unnamed'}, {company.currency}, {company.time_zone}")


def _heads() -> Finding:
    count = User.objects.filter(role="head", is_active=True).count()
    return Finding("head", count > 0, f"{count} can sign in" if count else "nobody: start `onegoal run` and follow it")


def _warehouse() -> Finding:
    gaps = differences()
    words = "; ".join(f"{gap.table}: {gap.records} records, {gap.facts} facts" for gap in gaps)
    return Finding("warehouse", not gaps, words or "agrees with the records")


def _files() -> Finding:
    found = damages()
    return Finding("files of the warehouse", not found, "; ".join(found) or "whole")


def _waiting() -> Finding:
    count = StaleChunk.objects.count()
    return Finding("waiting for the warehouse", True, f"{count} parts" if count else "nothing")


LOOKS: tuple[Callable[[], Finding], ...] = (
    _database, _home, _secret, _debug, _company, _heads, _warehouse, _files, _waiting,
)  # fmt: skip
