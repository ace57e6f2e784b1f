"""The manifest: which files make up each table in one version of the lake."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onegoal.metrics.tables import EVENT_MOMENTS

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class LakeFile:
    """One immutable file: a chunk of records, or rows that came in the named batches.

    `latest` is the latest thing that happened in it (ISO, empty when nothing did), `years` the span of its moments.
    """

    name: str
    rows: int
    size: int
    sha256: str
    chunk: int | None = None
    batches: tuple[str, ...] = ()
    latest: str = ""
    years: tuple[int, int] | None = None


@dataclass(frozen=True)
class Manifest:
    """One version of the lake. `superseded` keeps what replacing rows took away, `quarantined` what could not be read."""

    version: int = 0
    tables: dict[str, tuple[LakeFile, ...]] = field(default_factory=dict)
    superseded: dict[str, tuple[LakeFile, ...]] = field(default_factory=dict)
    quarantined: dict[str, tuple[LakeFile, ...]] = field(default_factory=dict)

    def files(self, table: str) -> tuple[LakeFile, ...]:
        """Return the files of a table."""
        return self.tables.get(table, ())

    def rows(self, table: str) -> int:
        """Return how many rows a table has."""
        return sum(file.rows for file in self.files(table))

    def digest_of(self, tables: tuple[str, ...]) -> str:
        """Return what changes when the content of any of these tables does, whatever happens to the others."""
        names = (file.sha256 for table in tables for file in self.files(table))
        return hashlib.blake2b("".join(names).encode(), digest_size=16).hexdigest()

    @property
    def latest(self) -> dt.datetime:
        """The latest moment at which anything happened; the epoch when there is nothing."""
        found = [file.latest for files in self.tables.values() for file in files if file.latest]
        return dt.datetime.fromisoformat(max(found)) if found else EPOCH

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of all moments."""
        spans = [file.years for files in self.tables.values() for file in files if file.years]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else (1970, 1970)

    def with_files(self, table: str, *, added: tuple[LakeFile, ...] = (), removed: set[str] | None = None) -> Manifest:
        """Return the next state of one table, still under the same version number."""
        kept = tuple(file for file in self.files(table) if file.name not in (removed or set()))
        return replace(self, tables={**self.tables, table: kept + added})

    def all_names(self) -> set[str]:
        """Return the names of every file that must not be deleted."""
        parts = (self.tables, self.superseded, self.quarantined)
        return {file.name for part in parts for files in part.values() for file in files}

    def dumped(self) -> bytes:
        """Return the manifest as it is written to disk."""
        parts = {"tables": self.tables, "superseded": self.superseded, "quarantined": self.quarantined}
        listed = {name: {t: [asdict(f) for f in files] for t, files in part.items()} for name, part in parts.items()}
        return json.dumps({"version": self.version, **listed}, separators=(",", ":")).encode()

    @staticmethod
    def loaded(text: bytes) -> Manifest:
        """Read what `dumped` wrote. Raises: ValueError, KeyError or TypeError for anything else."""
        raw = json.loads(text)
        parts = {
            name: {table: tuple(_file(entry) for entry in files) for table, files in raw[name].items()}
            for name in ("tables", "superseded", "quarantined")
        }
        return Manifest(version=int(raw["version"]), **parts)


def _file(raw: dict[str, Any]) -> LakeFile:
    return LakeFile(**{**raw, "batches": tuple(raw["batches"]), "years": tuple(raw["years"]) if raw["years"] else None})


def span_of(table: str, rows: pa.Table) -> tuple[str, tuple[int, int] | None]:
    """Return the latest event of some rows (ISO, UTC) and the years their moments span."""
    ends: list[tuple[dt.datetime, dt.datetime]] = []
    latest: list[dt.datetime] = []
    for column in rows.schema:
        if not pa.types.is_temporal(column.type) or not rows.num_rows:
            continue
        span = pc.min_max(rows[column.name]).as_py()
        if span["min"] is not None:
            ends.append((_moment(span["min"]), _moment(span["max"])))
            latest += [ends[-1][1]] if column.name in EVENT_MOMENTS.get(table, ()) else []
    years = (min(low for low, _ in ends).year, max(high for _, high in ends).year) if ends else None
    return (max(latest).isoformat() if latest else ""), years


def _moment(value: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC)
    return dt.datetime(value.year, value.month, value.day, 23, 59, 59, tzinfo=dt.UTC)
