"""Rows of the reference as what engines read, and random little tables full of ties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa
from hypothesis import strategies as st
from tests.attribution.reference import Conversion, Touch

from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.journeys import DAY

EPOCH = dt.datetime(1970, 1, 1)
SECOND = 1_000_000
CHANNELS = ("Direct", "ads", "mail", "search")


def moment(microseconds: int) -> dt.datetime:
    return EPOCH + dt.timedelta(microseconds=microseconds)


def source_of(touches: Sequence[Touch], conversions: Sequence[Conversion] | None = None) -> TouchSource:
    """Return a source over tables in memory; with conversions given, touches convert nobody."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET preserve_insertion_order = false; SET TimeZone = 'UTC'")
    when = pa.timestamp("us")
    rows = pa.table({
        "person": pa.array([row.person for row in touches], pa.int64()),
        "at": pa.array([moment(row.at) for row in touches], when),
        "sequence": pa.array([row.sequence for row in touches], pa.int64()),
        "channel": pa.array([row.channel for row in touches], pa.string()),
        "converted": pa.array([row.converted for row in touches], pa.bool_()),
        "value": pa.array([row.value for row in touches], pa.int64()),
    })  # fmt: skip
    connection.register("given_touches", rows)
    if conversions is not None:
        found = pa.table({
            "person": pa.array([row.person for row in conversions], pa.int64()),
            "at": pa.array([moment(row.at) for row in conversions], when),
            "value": pa.array([row.value for row in conversions], pa.int64()),
            "lead_at": pa.array([None if row.lead_at is None else moment(row.lead_at) for row in conversions], when),
            "key": pa.array([row.key for row in conversions], pa.int64()),
        })  # fmt: skip
        connection.register("given_conversions", found)
    return TouchSource(
        connection=connection,
        touches_sql="SELECT * FROM given_touches",
        conversions_sql=None if conversions is None else "SELECT * FROM given_conversions",
        groups=tuple(sorted({row.channel for row in touches if row.channel is not None})),
        ends_at=max([row.at for row in [*touches, *(conversions or ())]], default=0),
        has_sequence=any(row.sequence is not None for row in touches),
        has_missing_channels=any(row.channel is None for row in touches),
        rows=len(touches),
    )


_PEOPLE = st.integers(1, 3)
_MOMENTS = st.integers(0, 12).map(lambda step: step * 5 * DAY) | st.integers(0, 3).map(lambda step: step * SECOND)
_VALUES = st.integers(-1_000, 1_000)
_CHANNELS = st.sampled_from(CHANNELS)

touches = st.lists(
    st.builds(Touch, _PEOPLE, _MOMENTS, _CHANNELS, st.integers(0, 2)), max_size=14, unique_by=lambda row: repr(row)
)
"""Touches that convert nobody."""

conversions = st.lists(st.builds(Conversion, _PEOPLE, _MOMENTS, _VALUES, st.none() | _MOMENTS), max_size=6).map(
    lambda rows: [Conversion(row.person, row.at, row.value, row.lead_at, key) for key, row in enumerate(rows)]
)
"""Conversions, each with a key of its own."""

converting_touches = st.lists(
    st.builds(Touch, _PEOPLE, _MOMENTS, _CHANNELS, st.integers(0, 2), st.booleans(), _VALUES)
    | st.builds(Touch, _PEOPLE, _MOMENTS, st.none(), st.integers(0, 2), st.just(True), _VALUES),
    max_size=14,
)
"""Touches some of which convert, and rows that are only conversions."""
