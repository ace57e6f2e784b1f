"""Small whole numbers for people who are named by text, or by numbers too far apart to be packed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.journeys import Ints

_TABLE = "onegoal_persons"


def numbered(source: TouchSource) -> tuple[TouchSource, Ints]:
    """Return the same source with people numbered from 0, and a lasting number of each: itself, or a hash of its text."""
    everybody = f"SELECT person FROM ({source.touches_sql})"  # noqa: S608
    if source.conversions_sql is not None:
        everybody += f" UNION ALL SELECT person FROM ({source.conversions_sql})"  # noqa: S608
    # Fifteen hexadecimal digits of MD5 fit a signed number; two people who share them only share a random group.
    lasting = "('0x' || md5(person)[:15])::BIGINT" if source.has_text_persons else "person::BIGINT"
    source.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS SELECT person, {lasting} AS lasting, "  # noqa: S608
        f"row_number() OVER (ORDER BY person) - 1 AS code FROM (SELECT DISTINCT person FROM ({everybody}))"
    )
    lasting_numbers = source.connection.sql(f"SELECT lasting FROM {_TABLE} ORDER BY code").fetchnumpy()["lasting"]  # noqa: S608
    return (
        replace(
            source,
            touches_sql=_coded(source.touches_sql),
            conversions_sql=None if source.conversions_sql is None else _coded(source.conversions_sql),
            has_text_persons=False,
        ),
        np.asarray(lasting_numbers, np.int64),
    )


def _coded(sql: str) -> str:
    return f"SELECT p.code AS person, t.* EXCLUDE (person) FROM ({sql}) t JOIN {_TABLE} p ON p.person = t.person"  # noqa: S608
