"""Telling a bot by its share of the touches."""

# ruff: noqa: S608 - queries are put together from expressions of this room; names are quoted

from __future__ import annotations

import glob
from collections.abc import Sequence
from typing import TYPE_CHECKING

from onegoal.attribution.files import literal, quoted, rows_of

if TYPE_CHECKING:
    import duckdb

_TOUCHES, _TIMES = 1_000, 100
"""A bot has at least so many touches, and so many times those of the average person."""
_ALL_ROWS = 2_000_000
_STRETCHES, _STRETCH = 3, 20_000


def bot_notes(
    connection: duckdb.DuckDBPyConnection, touches_sql: str, place: tuple[Sequence[str], str] | None
) -> list[str]:
    """Return a note where one person has so many touches that it is hardly a person, or none.

    Many rows are judged by a sample first. `place` is Parquet files and their column of persons, where their rows are
    exactly those of `touches_sql`: then the sample is a few stretches of them, which cost next to nothing. A bot that none
    of them shows is not told.
    """
    rows = rows_of(connection, f"SELECT count(*) FROM {touches_sql}")[0][0]
    if rows < _TOUCHES:
        return []
    sampled, size = _sample(touches_sql, rows, place)
    query = f"SELECT person, count(*) AS n FROM {sampled} GROUP BY 1 ORDER BY n DESC LIMIT 1"
    person, most = (rows_of(connection, query) or [(None, 0)])[0]
    if most * rows < size * max(_TOUCHES, rows / 1000) or most < 2:
        return []
    own = f"count(*) FILTER (WHERE person = {literal(str(person))})"
    count, people = rows_of(connection, f"SELECT {own}, approx_count_distinct(person) FROM {touches_sql}")[0]
    if count < max(_TOUCHES, _TIMES * rows / max(people, 1)):
        return []
    return [f"Person {person} has {count:,} of {rows:,} touches and looks like a bot; it was counted."]


def _sample(touches_sql: str, rows: int, place: tuple[Sequence[str], str] | None) -> tuple[str, float]:
    """Where to look, and how many rows that is about: all, every hundredth, or some stretches of the file."""
    if rows <= _ALL_ROWS:
        return touches_sql, rows
    if place is None:
        return f"{touches_sql} TABLESAMPLE SYSTEM (1%)", rows / 100
    paths, column = place
    chosen = [paths[len(paths) * (2 * number + 1) // (2 * _STRETCHES)] for number in range(_STRETCHES)]
    stretches = [
        f"SELECT {quoted(column)} AS person FROM read_parquet({literal(glob.escape(path))}, file_row_number = true)"
        f" WHERE file_row_number BETWEEN {begin} AND {begin + _STRETCH - 1}"
        for path, begin in zip(chosen, _begins(chosen, rows // len(paths)), strict=True)
    ]
    return f"({' UNION ALL '.join(stretches)})", _STRETCHES * _STRETCH


def _begins(chosen: Sequence[str], rows: int) -> list[int]:
    """Where the stretches begin: in the middle of files of about so many rows, one after the other in the same file."""
    begins = []
    for number, path in enumerate(chosen):
        share = (2 * chosen[:number].count(path) + 1) / (2 * chosen.count(path))
        begins.append(int(rows * share))
    return begins
