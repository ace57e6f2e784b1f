"""Where in what was given the first bad rows stand."""

# ruff: noqa: S608 - queries are put together from expressions of this room; names are quoted

from __future__ import annotations

from typing import TYPE_CHECKING

from onegoal.attribution.files import Given, quoted, rows_of
from onegoal.attribution.readings import Settled
from onegoal.attribution.refusals import SourceRefused

if TYPE_CHECKING:
    import duckdb


def refused(
    connection: duckdb.DuckDBPyConnection, given: Given, column: str, found: Settled, count: int
) -> SourceRefused:
    """Return the refusal of a column with `count` bad rows, naming the first of them."""
    places = _places(connection, given, column, str(found.bad))
    file, row, shown = places[0] if places else (given.name, None, None)
    value = "" if shown is None or not shown.strip() else f" ({shown[:40]!r})"
    others = [f"{number:,}" for name, number, _shown in places[1:3] if name == file]
    also = f"; also row{'s' * (len(others) > 1)} {' and '.join(others)}" if others else ""
    more = f"; {count:,} rows in all" if count > len(places) else ""
    message = f"{file}, row {row:,}: {found.problem}{value}{also}{more}." if row else f"{file}: {found.problem}."
    return SourceRefused(found.code, message, file, row, column, found.remedy)


def _places(
    connection: duckdb.DuckDBPyConnection, given: Given, column: str, bad: str
) -> list[tuple[str, int, str | None]]:
    """The first three bad rows of the first file that has any; slow and in order, since it is only for a refusal."""
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = true")
    for part in given.parts:
        source = part.sql
        lacking = [quoted(name) for name in given.types if given.is_odd and name not in part.columns]
        if lacking:
            source = f"(SELECT *, {', '.join(f'NULL AS {name}' for name in lacking)} FROM {source})"
        rows = rows_of(
            connection,
            f"SELECT number, shown FROM (SELECT row_number() OVER () + {part.first_row - 1} AS number,"
            f" {quoted(column)}::VARCHAR AS shown, {bad} AS is_bad FROM {source}) WHERE is_bad ORDER BY 1 LIMIT 3",
        )
        if rows:
            return [(part.name, number, shown) for number, shown in rows]
    return []
