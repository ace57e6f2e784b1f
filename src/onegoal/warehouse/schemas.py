"""Arrow schemas of the files, made from the one declaration of the tables' columns."""

from __future__ import annotations

import functools

import pyarrow as pa

from onegoal.metrics.tables import COLUMNS, DERIVED, schema


@functools.cache
def arrow_schema(name: str) -> pa.Schema:
    """Return the schema every file of a table is written with."""
    return schema(name).to_pyarrow()


def empty(name: str) -> pa.Table:
    """Return a table without rows."""
    return arrow_schema(name).empty_table()


TABLES: tuple[str, ...] = tuple(name for name in COLUMNS if name not in DERIVED)
