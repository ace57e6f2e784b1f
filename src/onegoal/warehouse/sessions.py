"""Sessions: an engine that runs expressions over one version of the lake; DuckDB unless a setting says Spark."""

from __future__ import annotations

import functools
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import duckdb
import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from onegoal.metrics.shapes import Values, slots
from onegoal.metrics.tables import DERIVED, derivation
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import LakeFile, Manifest
from onegoal.warehouse.schemas import arrow_schema

EMPTY: Values = MappingProxyType({})


class Session(Protocol):
    """What figures need of an engine."""

    def run(self, expression: ir.Table, manifest: Manifest, values: Values) -> pa.Table:
        """Return the rows of an expression over the tables of one version, with values in its slots."""
        ...


class DuckSession:
    """One in-memory DuckDB in this process, a cursor for each thread; it can read the lake and nothing else."""

    def __init__(self, lake: Lake, *, threads: int, memory: str) -> None:
        self._lake = lake
        self._threads, self._memory = threads, memory
        self._guard, self._deriving = threading.Lock(), threading.Lock()
        self._database: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._local = threading.local()
        self._derivations: dict[str, dict[str, str]] = {}
        self._leaving: set[str] = set()

    def run(self, expression: ir.Table, manifest: Manifest, values: Values = EMPTY) -> pa.Table:
        """Return the rows of an expression; a file that turns out torn is set aside and the question asked again."""
        statement = _statement(expression.op())
        try:
            return self._fetch(statement, manifest, values)
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException):
            if not self._lake.quarantine(tuple({DERIVED.get(table, table) for table in statement.tables})):
                raise
            return self._fetch(statement, self._lake.manifest(), values)

    def _fetch(self, statement: _Statement, manifest: Manifest, values: Values) -> pa.Table:
        cursor = self._cursor()
        for table in statement.tables:
            self._point_view(cursor, table, manifest)
        given = {name: values[name] for name in statement.slots}
        return cursor.sql(statement.sql, params=given).to_arrow_table()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        process = os.getpid()
        if getattr(self._local, "process", None) != process:
            with self._guard:
                if self._database is None or self._database[0] != process:  # a connection must not cross a fork
                    self._database = (process, _hardened(self._lake.directory, self._threads, self._memory))
                    self._derivations = {}
                self._local.cursor = self._database[1].cursor()
            self._local.process, self._local.views = process, {}
        return self._local.cursor

    def _point_view(self, cursor: duckdb.DuckDBPyConnection, table: str, manifest: Manifest) -> None:
        """Make the table's view read exactly the files of this version; views belong to the cursor alone."""
        files = manifest.files(DERIVED.get(table, table))
        if self._local.views.get(table) == files:
            return
        source = self._derived(table, files) if table in DERIVED else _selection(self._lake, table, files)
        cursor.execute(f'CREATE OR REPLACE TEMP VIEW "{table}" AS {source}')
        self._local.views[table] = files

    def _derived(self, table: str, files: tuple[LakeFile, ...]) -> str:
        """Compute a derived table file by file into compressed memory, keeping what is there; return their union.

        A file that has left the lake is forgotten only at the change after, when no question reads it any more.
        """
        with self._deriving:
            if self._database is None:
                raise RuntimeError("a cursor comes before its views")
            database = self._database[1].cursor()
            kept = self._derivations.setdefault(table, {})
            for file in files:
                if file.name not in kept:
                    name = f'kept."{table}_{len(kept)}_{Path(file.name).stem}"'
                    database.execute(f"CREATE TABLE {name} AS {_derivation_sql(self._lake, table, file)}")
                    kept[file.name] = name
            present = {file.name for file in files}
            for gone in [name for name in kept if name not in present | self._leaving]:
                database.execute(f"DROP TABLE {kept.pop(gone)}")
            self._leaving = present
            database.execute("CHECKPOINT kept")
            parts = [f"SELECT * FROM {kept[file.name]}" for file in files]  # noqa: S608
        return " UNION ALL ".join(parts) or _selection(self._lake, table, ())


@dataclass(frozen=True)
class _Statement:
    """An expression in DuckDB's SQL with named parameters for its slots."""

    sql: str
    tables: tuple[str, ...]
    slots: tuple[str, ...]


@functools.lru_cache(maxsize=1_000)
def _statement(operation: ops.Relation) -> _Statement:
    expression = operation.to_expr()
    sql, used = str(ibis.to_sql(expression, dialect="duckdb", pretty=False)), []
    for name, text in _slot_texts().items():
        if text in sql:
            sql = sql.replace(text, f"${name}")
            used.append(name)
    return _Statement(sql, tables_of(expression), tuple(used))


@functools.cache
def _slot_texts() -> dict[str, str]:
    """Return how each slot is written in DuckDB's SQL."""
    texts = {}
    for name, slot in slots().items():
        sql = str(ibis.to_sql(slot.as_table(), dialect="duckdb", pretty=False))
        texts[name] = sql.removeprefix("SELECT ").rsplit(" AS ", 1)[0]
    return texts


def text_of(expression: ir.Table) -> str:
    """Return the SQL of an expression with named slots: the same text in every process."""
    return _statement(expression.op()).sql


def tables_of(expression: ir.Table) -> tuple[str, ...]:
    """Return the names of the tables an expression reads."""
    return _tables_in(expression.op())


def kept_tables_of(expression: ir.Table) -> tuple[str, ...]:
    """Return the names of the tables of the lake whose files decide what an expression finds."""
    return tuple(sorted({DERIVED.get(name, name) for name in tables_of(expression)}))


@functools.lru_cache(maxsize=2_000)
def _tables_in(operation: ops.Relation) -> tuple[str, ...]:
    return tuple(sorted({node.name for node in operation.find(ops.UnboundTable)}))


def _selection(lake: Lake, table: str, files: Any) -> str:
    columns = ", ".join(f'"{field.name}"' for field in arrow_schema(table))
    if not files:
        typed = ", ".join(f'CAST(NULL AS {_sql_type(field.type)}) AS "{field.name}"' for field in arrow_schema(table))
        return f"SELECT {typed} WHERE false"
    paths = ", ".join("'" + str(lake.path(file)).replace("'", "''") + "'" for file in files)
    return f"SELECT {columns} FROM read_parquet([{paths}], union_by_name = true, hive_partitioning = false)"  # noqa: S608


def _derivation_sql(lake: Lake, table: str, file: LakeFile) -> str:
    base = DERIVED[table]
    sql = str(ibis.to_sql(derivation(table), dialect="duckdb", pretty=False))
    return sql.replace(f'FROM "{base}" AS', f"FROM ({_selection(lake, base, (file,))}) AS")


def _sql_type(kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "TIMESTAMP WITH TIME ZONE"
    names = {
        pa.int64(): "BIGINT",
        pa.int32(): "INTEGER",
        pa.string(): "VARCHAR",
        pa.date32(): "DATE",
        pa.bool_(): "BOOLEAN",
    }
    return names[kind]


def _hardened(directory: Path, threads: int, memory: str) -> duckdb.DuckDBPyConnection:
    """Open the database; the order matters, for the last settings forbid the others."""
    spill = directory / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    database = duckdb.connect(":memory:")
    database.execute("ATTACH ':memory:' AS kept (COMPRESS)")
    for name, value in {
        "threads": threads, "memory_limit": memory, "max_temp_directory_size": "4GB", "temp_directory": str(spill),
        "preserve_insertion_order": False, "TimeZone": "UTC", "parquet_metadata_cache": True,
        "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "allow_community_extensions": False, "python_enable_replacements": False,
        "allowed_directories": [str(directory)], "enable_external_access": False, "lock_configuration": True,
    }.items():  # fmt: skip
        database.execute(f"SET {name} = {_literal(value)}")
    return database


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item) for item in value) + "]"
    if isinstance(value, bool | int):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"
