"""Engines that hold tables and answer expressions: DuckDB in this process, Spark on one machine or a cluster."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa

from onegoal.attribution.grouping import OTHER
from onegoal.attribution.sources import TouchSource
from onegoal.warehouse.spark import connected, spark_sql

if TYPE_CHECKING:
    import duckdb

TOUCHES = {
    "person": "int64",
    "at": "int64",
    "sequence": "int64",
    "channel": "string",
    "converted": "boolean",
    "value": "int64",
}
CONVERSIONS = {"person": "int64", "at": "int64", "value": "int64", "lead_at": "int64", "key": "int64"}
_DUCK = {"int8": "TINYINT", "int64": "BIGINT", "float64": "DOUBLE", "boolean": "BOOLEAN", "string": "VARCHAR"}
_SPARK = {"int64": "BIGINT", "boolean": "BOOLEAN", "string": "STRING"}
_ROWS_OF_A_PARTITION = 1_000_000
_QUERIES_KEPT = 64
_PREFIX = "journeys_"
"""Names of what an engine keeps for itself, so that they never meet a name of the user."""


class Engine(Protocol):
    """What the portable route needs of an engine."""

    touches: ir.Table
    conversions: ir.Table | None

    def put(self, name: str, rows: pa.Table) -> None:
        """Hand a small table over: `named` is its expression."""
        ...

    def keep(self, name: str, expression: ir.Table) -> None:
        """Compute a table once: `named` is what it is from then on."""
        ...

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        ...

    def close(self) -> None:
        """Forget what was kept."""
        ...


class DuckEngine:
    """Computes on the connection of a source; what it keeps goes away with `close`."""

    def __init__(self, source: TouchSource) -> None:
        self._connection: duckdb.DuckDBPyConnection = source.connection
        self._kept: list[tuple[str, str]] = []
        person = "string" if source.has_text_persons else "int64"
        self.touches = self._view("touches", _duck_sql(source.touches_sql, "at"), {**TOUCHES, "person": person})
        self.conversions = source.conversions_sql and self._view(
            "conversions", _duck_sql(source.conversions_sql, "at", "lead_at"), {**CONVERSIONS, "person": person}
        )

    def put(self, name: str, rows: pa.Table) -> None:
        """Hand a small table over: `named` is its expression."""
        self._connection.register(_PREFIX + name, rows)
        self._kept.append(("VIEW", _PREFIX + name))

    def keep(self, name: str, expression: ir.Table) -> None:
        """Compute a table once: `named` is what it is from then on."""
        self._connection.execute(f"CREATE TEMP TABLE {_PREFIX}{name} AS {_duck_query(expression.op())}")
        self._kept.append(("TABLE", _PREFIX + name))

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        return self._connection.sql(_duck_query(expression.op())).to_arrow_table()

    def close(self) -> None:
        """Forget what was kept."""
        for kind, name in reversed(self._kept):
            self._connection.execute(f"DROP {kind} IF EXISTS {name}")
        self._kept.clear()

    def _view(self, name: str, sql: str, schema: dict[str, str]) -> ir.Table:
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {_PREFIX}{name} AS {sql}")
        self._kept.append(("VIEW", _PREFIX + name))
        return named(name, schema)


class SparkEngine:
    """Computes on Spark: plain Parquet files are read where they lie, anything else is first written as such.

    `scratch` is a folder for what has to be written; every machine of the cluster must see it under the same name.
    """

    def __init__(self, source: TouchSource, master: str, scratch: Path) -> None:
        self._session = connected(master)
        partitions = max(self._session.sparkContext.defaultParallelism, source.rows // _ROWS_OF_A_PARTITION)
        self._session.conf.set("spark.sql.shuffle.partitions", str(partitions))
        self._kept: list[Any] = []
        self._scratch, self._source = scratch, source
        person = "string" if source.has_text_persons else "int64"
        self.touches = self._view("touches", self._touches(), {**TOUCHES, "person": person})
        self.conversions = None
        if source.conversions_sql is not None:
            given = self._written("conversions", source.conversions_sql)
            self.conversions = self._view("conversions", given, {**CONVERSIONS, "person": person})

    def put(self, name: str, rows: pa.Table) -> None:
        """Hand a small table over: `named` is its expression."""
        self._session.createDataFrame(rows).createOrReplaceTempView(_PREFIX + name)

    def keep(self, name: str, expression: ir.Table) -> None:
        """Compute a table once: `named` is what it is from then on."""
        frame = self._session.sql(spark_sql(expression)).persist()
        frame.createOrReplaceTempView(_PREFIX + name)
        self._kept.append(frame)

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        return self._session.sql(spark_sql(expression)).toArrow()

    def close(self) -> None:
        """Forget what was kept."""
        for frame in self._kept:
            frame.unpersist()
        self._kept.clear()

    def _touches(self) -> Any:
        plain = self._source.plain
        if plain is None:
            return self._written("touches", self._source.touches_sql)
        given = self._session.read.parquet(*plain.files)
        names = ", ".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in self._source.groups)
        quoted = {role: _spark_name(getattr(plain, role)) for role in ("person", "at", "channel")}
        optional = {
            role: name and _spark_name(name)
            for role in ("sequence", "converted", "value")
            for name in (getattr(plain, role),)
        }
        return given.selectExpr(
            f"{quoted['person']} AS person",
            f"{quoted['at']} AS at",
            f"CAST({optional['sequence'] or 'NULL'} AS BIGINT) AS sequence",
            f"CASE WHEN {quoted['channel']} IN ({names}) THEN {quoted['channel']} ELSE '{OTHER}' END AS channel",
            f"coalesce(CAST({optional['converted'] or 'false'} AS BOOLEAN), false) AS converted",
            f"coalesce(CAST({optional['value'] or '0'} AS BIGINT), 0) AS value",
        )

    def _written(self, name: str, sql: str) -> Any:
        """Have DuckDB write a query's rows as Parquet, and return them as Spark reads them."""
        folder = self._scratch / name
        folder.mkdir()
        self._source.connection.execute(
            f"COPY ({sql}) TO '{str(folder / 'rows.parquet').replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
        )
        return self._session.read.parquet(str(folder))

    def _view(self, name: str, frame: Any, schema: dict[str, str]) -> ir.Table:
        """Make a view with moments as whole microseconds; those without a zone are UTC, as the session is."""
        columns = [
            f"unix_micros(CAST({column} AS TIMESTAMP)) AS {column}"
            if column in ("at", "lead_at")
            else f"CAST({column} AS {_SPARK[kind]}) AS {column}"
            for column, kind in schema.items()
        ]
        frame.selectExpr(*columns).createOrReplaceTempView(_PREFIX + name)
        return named(name, schema)


@contextmanager
def opened(source: TouchSource, engine: str) -> Iterator[Engine]:
    """Open `duckdb`, `spark` (this machine) or `spark:MASTER` over a source, and clear up behind it.

    The variable ONEGOAL_SPARK_SCRATCH names a folder that all machines of a cluster see; without it files that have to
    be written for Spark go to the temporary folder, which only this machine sees.

    Raises: ValueError for another engine.
    """
    kind, _, master = engine.partition(":")
    if kind not in ("duckdb", "spark"):
        raise ValueError(f"{engine} is no engine: duckdb, spark or spark:MASTER")
    with tempfile.TemporaryDirectory(prefix="onegoal-", dir=os.environ.get("ONEGOAL_SPARK_SCRATCH")) as folder:
        made = DuckEngine(source) if kind == "duckdb" else SparkEngine(source, master or "local[*]", Path(folder))
        try:
            yield made
        finally:
            made.close()


def named(name: str, schema: ibis.Schema | dict[str, str]) -> ir.Table:
    """Return what an engine was handed, or has kept, under a name, as an expression."""
    return ibis.table(schema, name=_PREFIX + name)


@lru_cache(maxsize=_QUERIES_KEPT)
def _duck_query(node: ops.Relation) -> str:
    """Compile, and cast to what the expression promises: DuckDB sums whole numbers into wider ones."""
    expression = node.to_expr()
    sql = str(ibis.to_sql(expression, dialect="duckdb", pretty=False))
    columns = ", ".join(f'CAST("{name}" AS {_DUCK[str(kind)]}) AS "{name}"' for name, kind in _kinds(expression))
    return f"SELECT {columns} FROM ({sql}) AS answer"  # noqa: S608


def _kinds(expression: ir.Table) -> Iterator[tuple[str, str]]:
    for name, kind in expression.schema().items():
        yield name, str(kind.copy(nullable=True))


def _spark_name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _duck_sql(sql: str, *moments: str) -> str:
    as_numbers = ", ".join(f'epoch_us("{moment}") AS "{moment}"' for moment in moments)
    return f"SELECT * REPLACE ({as_numbers}) FROM ({sql}) AS given"  # noqa: S608
