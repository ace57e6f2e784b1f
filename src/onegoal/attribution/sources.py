"""What touches are read from: one frozen description that every engine starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

NOT_SET = "(not set)"
OTHER = "(other)"


@dataclass(frozen=True, slots=True)
class TouchSource:
    """Checked touches and conversions, as queries that DuckDB answers; see `open_touches` for how it is made.

    connection: holds the tables the queries name; its zone is UTC and it does not keep the order of rows.
    touches_sql: person (BIGINT or VARCHAR, never null), at (TIMESTAMP in UTC, never null), sequence (BIGINT or null),
        channel (VARCHAR, one of `groups`; null only on a converted row, which is then a conversion and no touch),
        converted (BOOLEAN, never null), value (BIGINT in minor units, never null; counts where converted is true).
        Columns of the right type are passed through as they stand in the file.
    conversions_sql: person (same type), at, value, lead_at (TIMESTAMP or null), key (BIGINT, the row's number), or
        None. When it is given, `converted` is false everywhere in touches_sql.
    groups: names of the groups, sorted; the smallest beyond the limit are folded into "(other)".
    ends_at: latest moment of touches and conversions, microseconds since 1970 UTC; 0 where there are none.
    has_sequence: whether any touch has a sequence number.  has_text_persons: the type of person.
    has_missing_channels: whether touches_sql has rows that are only conversions.
    rows: touches in all, before the journey rule.
    digits: value is in units of 10^-digits; 0 and `has_whole_values` where the input is in whole units.
    notes: sentences for people on what was folded, left out or guessed.
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
