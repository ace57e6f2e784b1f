"""What touches are read from: one frozen description that every engine starts from, and how it is made."""

# ruff: noqa: S608 - queries are put together from expressions of this room; names are quoted

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from onegoal.attribution.bots import bot_notes
from onegoal.attribution.checking import refused
from onegoal.attribution.columns import ROLES, Columns, find_columns, has_column
from onegoal.attribution.files import Given, open_given, quoted, rows_of
from onegoal.attribution.footers import Footers, Span, read_footers
from onegoal.attribution.grouping import NOT_SET as NOT_SET
from onegoal.attribution.grouping import OTHER as OTHER
from onegoal.attribution.grouping import Folded, by_expression, fold
from onegoal.attribution.moments import checked_zone, parse_moment
from onegoal.attribution.readings import (
    LARGEST_TOTAL,
    Plan,
    Settled,
    base,
    plan_flag,
    plan_number,
    plan_person,
    plan_time,
    plan_value,
)
from onegoal.attribution.refusals import SourceRefused
from onegoal.attribution.roles import check_named, own_roles

if TYPE_CHECKING:
    import duckdb

_COUNTED_ROWS = 1_000_000
"""Up to so many rows, duplicates are counted even where nobody asked to drop them."""


@dataclass(frozen=True, slots=True)
class PlainParquet:
    """Parquet files whose columns can be read as they stand; the names of the columns, None where there is none.

    person: whole numbers.  at: moments in UTC or days.  channel: clean text, null only on rows that are no touch.
    converted: booleans.  value: whole numbers.  Nothing is missing elsewhere and every row counts.
    """

    files: tuple[str, ...]
    person: str
    at: str
    channel: str
    converted: str | None = None
    value: str | None = None
    sequence: str | None = None


@dataclass(frozen=True, slots=True)
class TouchSource:
    """Checked touches and conversions, as queries that DuckDB answers; see `open_touches` for how it is made.

    connection: holds the tables the queries name; its zone is UTC and it does not keep the order of rows.
    touches_sql: person (BIGINT or VARCHAR, never null), at (TIMESTAMP in UTC, never null), sequence (BIGINT or null),
        channel (VARCHAR, one of `groups`; null only on a converted row, which is then a conversion and no touch),
        converted (BOOLEAN, never null), value (BIGINT in minor units, never null; counts where converted is true).
        Columns of the right type are passed through as they stand in the file.
    conversions_sql: person (same type), at, value, lead_at (TIMESTAMP or null), key (BIGINT, counted from 1 in the order
        of moment, person and value), or None. When it is given, `converted` is false everywhere in touches_sql.
    groups: names of the groups, sorted; the smallest beyond the limit are folded into "(other)".
    ends_at: latest moment of touches and conversions, microseconds since 1970 UTC; 0 where there are none.
    has_sequence: whether any touch has a sequence number.  has_text_persons: the type of person.
    has_missing_channels: whether touches_sql has rows that are only conversions.
    rows: touches in all, before the journey rule.
    digits: values are in units of 10^-digits; 0 where the input is in whole units (`has_whole_values`).
    notes: sentences for people on what was folded, left out or guessed.
    plain: the files behind touches_sql where nothing needs to be changed in reading them, else None.
    """

    connection: duckdb.DuckDBPyConnection
    touches_sql: str
    conversions_sql: str | None
    groups: tuple[str, ...]
    ends_at: int
    has_sequence: bool = False
    has_text_persons: bool = False
    has_missing_channels: bool = False
    rows: int = 0
    digits: int = 0
    has_whole_values: bool = True
    notes: tuple[str, ...] = field(default=())
    plain: PlainParquet | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are to be read, beside which column is which.

    by: names of columns to group by, joined by " / "; ("channel",) is the part of that name.
    timezone: of moments without an offset.  as_of: microseconds since 1970 UTC or None: rows recorded (or, without such
    a column, happened) later are left out.  top: how many groups stand for themselves.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    by: tuple[str, ...] = ("channel",)
    timezone: str = "UTC"
    as_of: int | None = None
    top: int = 200
    drop_duplicates: bool = False
    skip_bad_rows: bool = False


def reading(
    *,
    columns: Mapping[str, str] | None = None,
    by: str | Sequence[str] = "channel",
    timezone: str = "UTC",
    as_of: str | dt.datetime | dt.date | None = None,
    top: int = 200,
    drop_duplicates: bool = False,
    skip_bad_rows: bool = False,
) -> Reading:
    """Return how rows are to be read, from values as people write them.

    Raises:
        SourceRefused: a zone, a moment or a number makes no sense.
    """
    names = tuple(name.strip() for name in (by.split(",") if isinstance(by, str) else by) if name.strip())
    if not names:
        raise SourceRefused("by", "Nothing is named to group by.", remedy="Use --by channel, or columns of the file.")
    if top < 1:
        raise SourceRefused("top", f"{top} groups cannot be shown.", remedy="Use a number from 1 up.")
    zone = checked_zone(timezone)
    moment = None if as_of is None else parse_moment(as_of, zone)
    return Reading(dict(columns or {}), names, zone, moment, top, drop_duplicates, skip_bad_rows)


def open_touches(touches: Any, conversions: Any = None, how: Reading | None = None) -> TouchSource:
    """Return a checked source of touches, and of conversions where they are a table of their own.

    `touches` and `conversions` are paths (file, folder, pattern) or tables in memory. Without `conversions`, rows of
    touches say themselves whether they converted.

    Raises:
        SourceRefused: nothing is there, a column is missing, or a row cannot be read.
    """
    how = how or Reading()
    connection = connect(how.timezone)
    sources = {"touches": touches} | ({} if conversions is None else {"conversions": conversions})
    given = {role: open_given(connection, source, role) for role, source in sources.items()}
    check_named(how.columns, how.by, given)
    tables = [_Table(connection, role, table, how, conversions is not None) for role, table in given.items()]
    is_text = not all(table.settled["person"].is_whole for table in tables)
    for table in tables:
        table.check()
        table.prepare(is_text_persons=is_text)
    connection.execute("SET TimeZone = 'UTC'")
    return _source(connection, tables, how, is_text)


def connect(timezone: str = "UTC") -> duckdb.DuckDBPyConnection:
    """Return a database in memory as attribution uses it."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{timezone}'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{tempfile.gettempdir()}'")
    return connection


Asked = tuple[str, str, str]
"""A part of the table, what is asked of its column, and the aggregate that answers it."""


class _Table:
    """One given table on its way to the shape that engines read."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, role: str, given: Given, how: Reading, has_conversions: bool
    ) -> None:
        self.connection, self.role, self.given, self.how = connection, role, given, how
        self.holds_conversions = role == "conversions" or not has_conversions
        self.columns = self._columns(has_conversions)
        self.notes = [*given.notes, *self.columns.notes]
        self.sql = given.sql
        self._require()
        self.rows = self._one("count(*)")
        self._look_for_duplicates()
        self.settled = self._settle()
        self.where: list[str] = []

    def _columns(self, has_conversions: bool) -> Columns:
        own, needed = own_roles(self.role, has_conversions, self.how.by)
        other = "conversions." if self.role == "conversions" else "touches."
        named = {role.removeprefix(other): column for role, column in self.how.columns.items()}
        named = {role: column for role, column in named.items() if "." not in role}
        known = {role: column for role, column in named.items() if role in own or role not in ROLES}
        if has_conversions:  # one --columns for two tables: each takes what it has
            known = {
                part: column
                for part, column in known.items()
                if has_column(tuple(self.given.types), column) or f"{other}{part}" in self.how.columns
            }
        return find_columns(tuple(self.given.types), known, own, needed, file=self.given.name)

    def _require(self) -> None:
        needed = {self.columns.get(role) for role in ("person", "time")}
        for role, column in self.columns.by_role.items():
            note = self.given.require(column, is_needed=column in needed or role in {"channel", "converted"})
            self.notes += [note] if note else []

    def _one(self, expression: str) -> Any:
        return rows_of(self.connection, f"SELECT {expression} FROM {self.sql}")[0][0]

    def _look_for_duplicates(self) -> None:
        if not self.how.drop_duplicates and self.rows > _COUNTED_ROWS:
            return
        if self.how.drop_duplicates:
            self.connection.execute(f"CREATE TEMP TABLE single_{self.role} AS SELECT DISTINCT * FROM {self.sql}")
            self.sql = f"single_{self.role}"
            left = self._one("count(*)")
            said = f"{self.rows - left:,} rows of {self.given.name} repeat another row exactly and were left out."
        else:
            every = ", ".join(quoted(name) for name in self.given.types)
            left = self._one(f"count(DISTINCT hash({every}))") if self.rows else 0
            said = (
                f"{self.rows - left:,} rows of {self.given.name} repeat another row exactly; they were counted."
                " Use --drop-duplicates to leave them out."
            )
        self.notes += [said] if left < self.rows else []
        self.rows = left if self.how.drop_duplicates else self.rows

    def _settle(self) -> dict[str, Settled]:
        settled: dict[str, Settled] = {}
        plans = {role: plan for role in ROLES if (plan := self._plan(role)) is not None}
        self._answer(plans, settled)
        if self.holds_conversions and (column := self.columns.get("value")) is not None:
            where = settled["converted"].sql if "converted" in settled else "true"
            self._answer({"value": plan_value(column, self.given.types[column], where)}, settled)
        return settled

    def _plan(self, role: str) -> Plan | None:
        column = self.columns.get(role)
        if column is None or role in {"channel", "value"}:
            return None
        kind = self.given.types[column]
        if role == "person":
            return plan_person(column, kind, is_text_file=self.given.is_text)
        if role == "converted":
            return plan_flag(column, kind)
        if role == "sequence":
            return plan_number(column, kind)
        return plan_time(column, kind, self.how.timezone, is_needed=role == "time")

    def _answer(self, plans: Mapping[str, Plan], settled: dict[str, Settled]) -> None:
        """Ask for everything at once: what footers answer in one query, what needs the rows in another."""
        answers: dict[str, dict[str, Any]] = {role: {"rows": self.rows} for role in plans}
        for part in ("quick", "scan"):
            asked = [(role, name, sql) for role, plan in plans.items() for name, sql in getattr(plan, part).items()]
            for source, some in self._by_source(asked, is_quick=part == "quick").items():
                listed = ", ".join(sql for _role, _name, sql in some)
                row = rows_of(self.connection, f"SELECT {listed} FROM {source}")[0]
                for (role, name, _sql), value in zip(some, row, strict=True):
                    answers[role][name] = value
        for role, plan in plans.items():
            settled[role] = plan.settle(answers[role])
            self.notes += settled[role].notes

    def _by_source(self, asked: Sequence[Asked], *, is_quick: bool) -> dict[str, list[Asked]]:
        """Tell which questions two rows made from the footers answer, and which need the table."""
        found: dict[str, list[Asked]] = {}
        for role, name, sql in asked:
            column = self.columns.by_role[role]
            span = self.footers.spans.get(column) if is_quick else None
            if span is not None and sql == f"count({quoted(column)})":
                found.setdefault("(SELECT 1)", []).append((role, name, str(self.rows - span.nulls)))
            else:
                found.setdefault(self._ends(column, span) or self.sql, []).append((role, name, sql))
        return found

    def _ends(self, column: str, span: Span | None) -> str | None:
        """Return a table of the smallest and the largest value of a column, where the footers tell them."""
        if span is None or span.low is None or span.high is None:
            return None
        kind = self.given.types[column]
        make = "{}"
        if kind.startswith("TIMESTAMP"):
            make = "make_timestamptz({})" if "TIME ZONE" in kind else "make_timestamp({})"
        values = ", ".join(f"({make.format(value)}::{kind})" for value in (span.low, span.high))
        return f"(VALUES {values}) AS ends({quoted(column)})"

    @cached_property
    def footers(self) -> Footers:
        """What the files themselves tell of their columns; nothing where rows were left out or are no Parquet."""
        if not self.given.paths or self.given.is_odd or self.how.drop_duplicates:
            return Footers(self.rows, {})
        return read_footers(self.given.paths, self.columns.by_role.values())

    def ends_at(self) -> int | None:
        """Return the latest moment, microseconds since 1970 UTC."""
        span = self.footers.spans.get(self.columns.by_role["time"])
        if span is not None and span.high is not None and not self.where and self.settled["time"].is_direct:
            return span.high
        found: int | None = self._one("epoch_us(max(moment))")
        return found

    def check(self) -> None:
        """Refuse rows that cannot be read, or leave them out where that was asked for.

        Raises:
            SourceRefused: with the first bad rows.
        """
        doubtful = {role: found for role, found in self.settled.items() if found.bad is not None}
        if not doubtful:
            return
        listed = ", ".join(f"count(*) FILTER (WHERE {found.bad})" for found in doubtful.values())
        counts = rows_of(self.connection, f"SELECT {listed} FROM {self.sql}")[0]
        for (role, found), count in zip(doubtful.items(), counts, strict=True):
            if count and not self.how.skip_bad_rows:
                raise refused(self.connection, self.given, self.columns.by_role[role], found, count)
        if any(counts):
            self.where = [f"NOT coalesce({found.bad}, false)" for found in doubtful.values()]
            left = self._one(f"count(*) FILTER (WHERE {' AND '.join(self.where)})")
            said = " and ".join(found.problem for found, count in zip(doubtful.values(), counts, strict=True) if count)
            self.notes.append(f"{self.rows - left:,} rows of {self.given.name} were left out: {said}.")

    def prepare(self, *, is_text_persons: bool) -> None:
        """Make `sql` a query with the columns that engines read; kept as a table where reading costs work."""
        found = self.settled
        person = found["person"].sql
        if is_text_persons and found["person"].is_whole:
            person = f"({person})::VARCHAR"
        columns = {"person": person, "moment": found["time"].sql, "sequence": "NULL::BIGINT", "converted": "false"}
        columns |= {role: found[role].sql for role in ("sequence", "converted") if role in found}
        columns["value"] = found["value"].sql if "value" in found else "0::BIGINT"
        columns["lead_at"] = found["lead_time"].sql if "lead_time" in found else "NULL::TIMESTAMP"
        columns["channel"] = "NULL::VARCHAR"
        if self.role == "touches":
            columns["channel"] = by_expression(self.how.by, self.columns, self.given)
        if self.how.as_of is not None:
            moment = columns["moment"]
            known = f"coalesce({found['recorded'].sql}, {moment})" if "recorded" in found else moment
            self.where.append(f"{known} <= make_timestamp({self.how.as_of})")
        listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        where = f" WHERE {' AND '.join(self.where)}" if self.where else ""
        sql = f"SELECT {listed} FROM {self.sql}{where}"
        if self.given.is_text or not all(one.is_plain for role, one in found.items() if role in {"time", "person"}):
            self.connection.execute(f"CREATE TEMP TABLE ready_{self.role} AS {sql}")
            self.connection.execute(f"DROP TABLE IF EXISTS kept_{self.role}")
            sql = f"SELECT * FROM ready_{self.role}"
        self.sql = f"({sql})"

    def bots(self) -> list[str]:
        """Return a note on a person who is hardly one."""
        is_whole = self.given.paths and not (self.given.is_odd or self.where or self.how.drop_duplicates)
        place = (self.given.paths, self.columns.by_role["person"]) if is_whole else None
        return bot_notes(self.connection, self.sql, place)

    def plain(self, folded: Folded, *, is_apart: bool) -> PlainParquet | None:
        """Return the files if they can be read as they stand."""
        given, columns = self.given, self.columns
        named = {role: columns.get(role) for role in ("person", "time", "channel", "sequence", "converted", "value")}
        if self.how.by != ("channel",):
            named["channel"] = self.how.by[0] if len(self.how.by) == 1 else None
        used = {name for name in named.values() if name is not None}
        is_whole_file = given.paths and not (given.is_odd or self.where or self.how.drop_duplicates)
        if not is_whole_file or not all(used <= part.columns for part in given.parts) or not folded.is_clean:
            return None
        if not all(one.bad is None and one.is_direct for one in self.settled.values()):
            return None
        if named["channel"] is None or base(given.types[named["channel"]]) != "VARCHAR":
            return None
        person, at = str(named["person"]), str(named["time"])
        counted = (None, None) if is_apart else (named["converted"], named["value"])
        return PlainParquet(given.paths, person, at, named["channel"], *counted, named["sequence"])


def _source(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[_Table], how: Reading, is_text: bool
) -> TouchSource:
    touches, last = tables[0], tables[-1]
    is_apart = len(tables) > 1 or "lead_time" in touches.settled
    folded = fold(connection, touches.sql, how.top, is_converting=len(tables) == 1)
    channel = folded.expression
    converted, value = ("false", "0::BIGINT") if is_apart else ("converted", "value")
    only_touches = (
        " WHERE NOT (converted AND coalesce(trim(channel), '') = '')" if is_apart and folded.has_missing else ""
    )
    ends = [row for table in tables if (row := table.ends_at()) is not None]
    _check_total(last, is_mixed=len(tables) == 1)
    conversions_sql = None
    if is_apart:
        condition = " WHERE converted" if len(tables) == 1 else ""
        key = "row_number() OVER (ORDER BY moment, person, value)"
        conversions_sql = f'SELECT person, moment AS "at", value, lead_at, {key} AS key FROM {last.sql}{condition}'
    amount = last.settled.get("value")
    return TouchSource(
        connection=connection,
        touches_sql=f'SELECT person, moment AS "at", sequence, {channel} AS channel, {converted} AS converted, {value} AS value'
        f" FROM {touches.sql}{only_touches}",
        conversions_sql=conversions_sql,
        groups=folded.groups,
        ends_at=max(ends, default=0),
        has_sequence="sequence" in touches.settled and touches.settled["sequence"].is_whole,
        has_text_persons=is_text,
        has_missing_channels=folded.has_missing and not is_apart,
        rows=touches._one("count(*)"),
        digits=amount.digits if amount else 0,
        has_whole_values=amount.is_whole if amount else True,
        notes=tuple(
            dict.fromkeys([*(note for table in tables for note in table.notes), *folded.notes, *touches.bots()])
        ),
        plain=None if is_text or "lead_time" in touches.settled else touches.plain(folded, is_apart=is_apart),
    )


def _check_total(table: _Table, *, is_mixed: bool) -> None:
    """Refuse values whose sum could leave 64 bits; `is_mixed` says that not every row is a conversion."""
    value = table.settled.get("value")
    if value is None or value.largest * table.rows <= LARGEST_TOTAL:
        return
    counted = " FILTER (WHERE converted)" if is_mixed else ""
    if (table._one(f"sum(abs(value::HUGEINT)){counted}") or 0) > LARGEST_TOTAL:
        raise SourceRefused(
            "value", f"The values of {table.given.name} add up to more than can be counted exactly.", table.given.name,
            column=table.columns.get("value") or "", remedy="Give them in a larger unit.",
        )  # fmt: skip
