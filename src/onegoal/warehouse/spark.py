"""The same expressions on Spark, for data that one machine does not hold; needs the extra `spark` and Java."""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from onegoal.metrics.shapes import Values, slots
from onegoal.metrics.tables import DERIVED, derivation
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import Manifest
from onegoal.warehouse.schemas import arrow_schema
from onegoal.warehouse.sessions import EMPTY, tables_of


def spark_sql(expression: ir.Table, values: Values = EMPTY) -> str:
    """Return an expression in Spark's SQL, with values in its slots."""
    known = {slots()[name].op(): ibis.literal(value, type=slots()[name].type()).op() for name, value in values.items()}
    expression = expression.op().replace(known).to_expr() if known else expression
    return PySparkCompiler().to_sqlglot(expression.unbind()).sql("spark")


def connected(master: str) -> Any:
    """Return a Spark session of its own at a master such as `local[2]` or `spark://host:7077`.

    One process talks to one cluster: where it already does, that one is used.
    """
    from pyspark.sql import SparkSession as Builder

    _ = ibis.pyspark  # numbers with a fraction cannot be written before Ibis knows this engine's options
    builder = Builder.builder.master(master).appName("onegoal").config("spark.ui.showConsoleProgress", "false")
    session = builder.getOrCreate().newSession()
    # Figures rely on null for what cannot be computed; in ANSI mode Spark would stop instead.
    session.conf.set("spark.sql.ansi.enabled", "false")
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return session


class SparkSession:
    """Runs expressions on Spark; each question has a session of its own, so that its views are one version of the lake."""

    def __init__(self, lake: Lake, *, master: str = "local[*]") -> None:
        self._lake, self._master = lake, master

    def run(self, expression: ir.Table, manifest: Manifest, values: Values = EMPTY) -> pa.Table:
        """Return the rows of an expression over the tables of one version."""
        session = connected(self._master)
        for table in tables_of(expression):
            self._view(session, table, manifest).createOrReplaceTempView(table)
        return session.sql(spark_sql(expression, values)).toArrow()

    def _view(self, session: Any, table: str, manifest: Manifest) -> Any:
        from pyspark.sql.pandas.types import from_arrow_schema

        if table in DERIVED:
            self._view(session, DERIVED[table], manifest).createOrReplaceTempView(DERIVED[table])
            return session.sql(spark_sql(derivation(table)))
        schema = from_arrow_schema(arrow_schema(table))
        paths = [str(self._lake.path(file)) for file in manifest.files(table)]
        return session.read.schema(schema).parquet(*paths) if paths else session.createDataFrame([], schema)
