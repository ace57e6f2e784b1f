"""A warehouse of a few rows that figures are asked of, without any database of records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import Manifest
from onegoal.warehouse.schemas import arrow_schema
from onegoal.warehouse.sessions import EMPTY, DuckSession


@dataclass
class Facts:
    """A lake to fill by rows, and a source of its present version."""

    lake: Lake
    session: DuckSession
    zone: ZoneInfo
    currency: str = "EUR"

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        """Add rows; columns that a row does not name are empty."""
        schema = arrow_schema(table)
        full = [{field.name: row.get(field.name) for field in schema} for row in rows]
        self.lake.append(table, pa.Table.from_pylist(full, schema=schema))

    @property
    def manifest(self) -> Manifest:
        return self.lake.manifest()

    @property
    def version(self) -> str:
        return str(self.manifest.version)

    @property
    def years(self) -> tuple[int, int]:
        return self.manifest.years

    @property
    def latest(self) -> dt.datetime:
        return self.manifest.latest

    def run(self, expression: Any, values: Any = EMPTY) -> pa.Table:
        return self.session.run(expression, self.manifest, values)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return facts_in(tmp_path)


def facts_in(folder: Path) -> Facts:
    """An empty lake in a folder."""
    lake = Lake(folder)
    return Facts(lake, DuckSession(lake, threads=1, memory="200MB"), ZoneInfo("Europe/Bucharest"))


@pytest.fixture
def moment() -> Callable[[str], dt.datetime]:
    """The UTC moment of `2026-01-05T10:00`."""
    return lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
