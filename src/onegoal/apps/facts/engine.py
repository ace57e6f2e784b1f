"""The warehouse of this installation: its lake, its engine, and one consistent reading of them with a memory of answers."""

from __future__ import annotations

import datetime as dt
import functools
import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings

from onegoal.apps.company.queries import current_company
from onegoal.core.memory import Memory
from onegoal.metrics.shapes import Values
from onegoal.warehouse.answers import SharedAnswers
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import Manifest
from onegoal.warehouse.sessions import EMPTY, DuckSession, Session, kept_tables_of, text_of
from onegoal.warehouse.spark import SparkSession

T = TypeVar("T")
MOST_ROWS_BYTES = 64_000_000


@dataclass(frozen=True)
class Reading:
    """One version of the facts in the company's time zone; all questions asked of it agree with each other."""

    manifest: Manifest
    session: Session
    memory: Memory
    rows: Memory
    answers: SharedAnswers
    zone: ZoneInfo
    currency: str

    @property
    def version(self) -> str:
        """What changes whenever any figure may have changed."""
        return f"{self.manifest.version}-{self.zone.key}-{self.currency}"

    @property
    def years(self) -> tuple[int, int]:
        """The first and last year in which anything happens."""
        return self.manifest.years

    @property
    def latest(self) -> dt.datetime:
        """The latest moment in the data."""
        return self.manifest.latest

    def run(self, expression: ir.Table, values: Values = EMPTY) -> pa.Table:
        """Return the rows of an expression over this version; those of unchanged tables are remembered across versions."""
        state = self.manifest.digest_of(kept_tables_of(expression))
        key = (state, expression.op(), tuple(sorted(values.items())))
        return self.rows.remember(key, lambda: self._shared(expression, values, state))

    def _shared(self, expression: ir.Table, values: Values, state: str) -> pa.Table:
        return self.answers.remember(
            text_of(expression), values, state, lambda: self.session.run(expression, self.manifest, values)
        )

    def remember(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what was computed for `key` over this version, computing it if it is not known."""
        return self.memory.remember((self.version, key), compute)


Opened = tuple[Lake, Session, Memory, Memory, SharedAnswers]


def lake() -> Lake:
    """Return the lake of this installation."""
    return _warehouse()[0]


def reading() -> Reading:
    """Return the present version of the facts."""
    company = current_company()
    place, session, memory, rows, answers = _warehouse()
    return Reading(place.manifest(), session, memory, rows, answers, ZoneInfo(company.time_zone), company.currency)


def _warehouse() -> Opened:
    return _opened(
        str(settings.WAREHOUSE_DIRECTORY), settings.WAREHOUSE_ENGINE, settings.WAREHOUSE_THREADS,
        settings.WAREHOUSE_MEMORY, os.getpid(),
    )  # fmt: skip


@functools.lru_cache(maxsize=8)
def _opened(directory: str, engine: str, threads: int, memory: str, process: int) -> Opened:
    """Open a warehouse once in each process: a database must not cross a fork."""
    place = Lake(Path(directory))
    session: Session = SparkSession(place) if engine == "spark" else DuckSession(place, threads=threads, memory=memory)
    rows = Memory(most_size=MOST_ROWS_BYTES, size_of=lambda rows: rows.nbytes)
    return place, session, Memory(), rows, SharedAnswers(Path(directory))
