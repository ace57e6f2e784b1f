"""Aggregated paths, one row for each path with its conversions, value and open journeys, as journeys."""

# ruff: noqa: S608 - queries are put together from expressions of this room; names are quoted

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from onegoal.attribution.checking import refused
from onegoal.attribution.columns import Columns, find_columns
from onegoal.attribution.files import Given, Part, open_given, rows_of
from onegoal.attribution.grouping import OTHER
from onegoal.attribution.readings import LARGEST_TOTAL, Settled, plan_number, plan_value, text_of
from onegoal.attribution.refusals import SourceRefused
from onegoal.attribution.results import Unit
from onegoal.attribution.sources import connect
from onegoal.core.attribution.journeys import CONVERSION, DAY, NULL, Coalitions, Ints, Journeys, NullJourneys

if TYPE_CHECKING:
    import duckdb

PARTS = ("path", "conversions", "value", "nulls")
# The longer ones first: an arrow holds a greater-than sign.
_USUAL = ("->", "→", "=>", ">", "|", ";", ",", "\t")


@dataclass(frozen=True, slots=True)
class PathRows:
    """Paths as they were given; columns are (n,), `paths` hold codes into `groups`, oldest first.

    value: minor units of all conversions of the row.  number: the row's number.
    """

    groups: tuple[str, ...]
    paths: tuple[tuple[int, ...], ...]
    conversions: Ints
    value: Ints
    nulls: Ints
    number: Ints
    unit: Unit
    notes: tuple[str, ...]

    def journeys(self, orders: Sequence[int], wants_sets: bool) -> tuple[Journeys, NullJourneys]:
        """Return the journeys, and the open ones with moves of these orders and, if wanted, sets of groups."""
        from onegoal.core.attribution.chain import moves_of

        still_open = self._journeys(self.nulls, np.zeros_like(self.value), is_open=True)
        moves = {}
        for order in orders:
            found = moves_of(still_open, order).moves
            moves[order] = replace(found, target=np.where(found.target == CONVERSION, NULL, found.target))
        sets = _sets(still_open) if wants_sets else None
        return self._journeys(self.conversions, self.value), NullJourneys(int(self.nulls.sum()), 0, moves, sets)

    def nulls_by_path(self) -> dict[tuple[str, ...], int]:
        """Return how many open journeys took each path."""
        counted: Counter[tuple[str, ...]] = Counter()
        for path, count in zip(self.paths, self.nulls.tolist(), strict=True):
            counted[tuple(self.groups[code] for code in path)] += count
        return dict(counted)

    def _journeys(self, weight: Ints, value: Ints, *, is_open: bool = False) -> Journeys:
        rows = np.flatnonzero(weight > 0)
        paths = [self.paths[row] for row in rows.tolist()]
        lengths = np.array([len(path) for path in paths], np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
        group = np.fromiter((code for path in paths for code in path), np.int32, int(starts[-1]))
        last = np.repeat(starts[1:] - 1, lengths)
        nothing = np.zeros(len(rows), np.int64)
        return Journeys(
            groups=self.groups, starts=starts, group=group, age=(last - np.arange(len(group))) * DAY, at=nothing,
            value=nothing if is_open else value[rows], conversions=weight[rows], lead_age=nothing - 1,
            key=self.number[rows], person=rows.astype(np.int64), bucket=nothing.astype(np.int16),
        )  # fmt: skip


def open_paths(given: Any, *, columns: Mapping[str, str] | None, separator: str, top: int) -> PathRows:
    """Return the paths of a CSV or Parquet file, or of a table in memory, one row for each path.

    Raises:
        SourceRefused: a column is missing, a number is none, a step is empty, or the separator is another.
    """
    if not separator:
        raise SourceRefused("separator", "The separator is empty.", remedy="Use --separator ' > '.")
    connection = connect()
    connection.execute("SET threads = 1")
    connection.execute("SET preserve_insertion_order = true")
    table = open_given(connection, given, "paths")
    found = find_columns(tuple(table.types), columns or {}, PARTS, ("path", "conversions"), file=table.name)
    for column in found.by_role.values():
        table.require(column, is_needed=True)
    settled = _settled(connection, table, found)
    rows = [row for part in table.parts for row in _rows(connection, table, part, found, settled)]
    return _parsed(rows, table, found, settled, separator, top)


_Row = tuple[str, int, str, int, int, int]
"""File, number, path, conversions, value, open journeys."""


def _settled(connection: duckdb.DuckDBPyConnection, table: Given, columns: Columns) -> dict[str, Settled]:
    settled = {}
    for role in ("conversions", "nulls", "value"):
        column = columns.get(role)
        if column is None:
            continue
        kind = table.types[column]
        plan = plan_value(column, kind, "true") if role == "value" else plan_number(column, kind, role)
        asked = {"rows": "count(*)", **plan.quick, **plan.scan}
        answers = rows_of(connection, f"SELECT {', '.join(asked.values())} FROM {table.sql}")[0]
        one = plan.settle(dict(zip(asked, answers, strict=True)))
        if role != "value":
            negative = f"coalesce({one.sql} < 0, false)"
            bad = negative if one.bad is None else f"({one.bad} OR {negative})"
            one = replace(one, bad=bad, code=role, problem=f"the {column} is no whole number from 0 up")
        settled[role] = one
        count = (
            rows_of(connection, f"SELECT count(*) FILTER (WHERE {one.bad}) FROM {table.sql}")[0][0] if one.bad else 0
        )
        if count:
            raise refused(connection, table, column, one, count)
    return settled


def _rows(
    connection: duckdb.DuckDBPyConnection, table: Given, part: Part, columns: Columns, settled: Mapping[str, Settled]
) -> list[_Row]:
    path = columns.by_role["path"]
    asked = [text_of(path, table.types[path])]
    asked += [f"coalesce({settled[role].sql}, 0)" if role in settled else "0" for role in PARTS[1:]]
    answer = rows_of(connection, f"SELECT {', '.join(asked)} FROM {part.sql}")
    return [(part.name, number, row[0] or "", *row[1:]) for number, row in enumerate(answer, part.first_row)]


def _parsed(
    rows: Sequence[_Row], table: Given, columns: Columns, settled: Mapping[str, Settled], separator: str, top: int
) -> PathRows:
    column = columns.by_role["path"]
    _check_separator([row[2] for row in rows], separator, table.name, column)
    steps = [_steps(row, separator, column) for row in rows]
    weight: Counter[str] = Counter()
    for row, path in zip(rows, steps, strict=True):
        for name in path:
            weight[name] += row[3] + row[5]
    ranked = sorted(weight, key=lambda name: (-weight[name], name))
    names = {name: name if place < top else OTHER for place, name in enumerate(ranked)}
    groups = tuple(sorted(set(names.values())))
    code = _codes(names, groups)
    value = settled.get("value")
    amounts = [row[4] if row[3] else 0 for row in rows]
    if sum(map(abs, amounts)) > LARGEST_TOTAL:
        raise SourceRefused(
            "value", f"The values of {table.name} add up to more than can be counted exactly.", table.name,
            column=columns.get("value") or "", remedy="Give them in a larger unit.",
        )  # fmt: skip
    return PathRows(
        groups=groups,
        paths=tuple(tuple(code[name] for name in path) for path in steps),
        conversions=np.array([row[3] for row in rows], np.int64),
        value=np.array(amounts, np.int64),
        nulls=np.array([row[5] for row in rows], np.int64),
        number=np.array([row[1] for row in rows], np.int64),
        unit=Unit(value.digits, value.is_whole) if value else Unit(),
        notes=(*table.notes, *columns.notes, *(value.notes if value else ()), *_notes(rows, ranked, top)),
    )


def _codes(names: Mapping[str, str], groups: Sequence[str]) -> dict[str, int]:
    place = {name: number for number, name in enumerate(groups)}
    return {name: place[shown] for name, shown in names.items()}


def _notes(rows: Sequence[_Row], ranked: Sequence[str], top: int) -> list[str]:
    notes = []
    lost = sum(1 for row in rows if row[4] and not row[3])
    if lost:
        notes.append(f"{lost:,} rows have a value and no conversion: the value is not counted.")
    empty = sum(row[3] for row in rows if not row[2].strip())
    if empty:
        notes.append(f"{empty:,} conversions have no path: they are unattributed.")
    if len(ranked) > top:
        notes.append(
            f"There are {len(ranked):,} groups: the {top:,} with most touches stand for themselves, the other "
            f'{len(ranked) - top:,} together as "{OTHER}".'
        )
    return notes


def _steps(row: _Row, separator: str, column: str) -> list[str]:
    file, number, path = row[:3]
    if not path.strip():
        return []
    steps = [step.strip() for step in path.split(separator)]
    bare = separator.strip()
    if "" in steps:
        raise SourceRefused(
            "path", f"{file}, row {number:,}: the path {path[:60]!r} has an empty step.", file, number, column,
            remedy="Every step between separators needs a name.",
        )  # fmt: skip
    if bare and bare != separator and any(bare in step for step in steps):
        raise SourceRefused(
            "separator", f"{file}, row {number:,}: the path {path[:60]!r} has {bare!r} without the spaces of"
            f" {separator!r}.", file, number, column, remedy=f"Use --separator {bare!r}: spaces around it are left out.",
        )  # fmt: skip
    return steps


def _check_separator(paths: Sequence[str], separator: str, file: str, column: str) -> None:
    if any(separator in path for path in paths):
        return
    for other in _USUAL:
        if other != separator and any(other in path.strip() for path in paths):
            spaced = f" {other} "
            fits = spaced if all(spaced in path for path in paths if other in path) and other != "\t" else other
            raise SourceRefused(
                "separator", f"No path of {file} holds {separator!r}, but some hold {fits!r}.", file, column=column,
                remedy=f"Use --separator {fits!r}.",
            )  # fmt: skip


def _sets(journeys: Journeys) -> Coalitions:
    mask = np.zeros(len(journeys.value), np.int64)
    np.bitwise_or.at(mask, journeys.owner, np.left_shift(np.int64(1), journeys.group.astype(np.int64)))
    masks, place = np.unique(mask, return_inverse=True)
    count = np.zeros(len(masks), np.int64)
    np.add.at(count, place, journeys.conversions)
    return Coalitions(masks, count, np.zeros(len(masks), np.int16))
