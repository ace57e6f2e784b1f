"""Which column of a table plays which part, named by the user or guessed from usual names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onegoal.attribution.refusals import SourceRefused

ROLES = ("person", "time", "channel", "converted", "value", "sequence", "lead_time", "recorded")

# In order of preference; names are compared in lower case with everything but letters and digits as one underscore.
GUESSES: dict[str, tuple[str, ...]] = {
    "person": (
        "person", "person_id", "user_id", "userid", "user", "visitor_id", "visitor", "customer_id", "customer",
        "client_id", "clientid", "user_pseudo_id", "fullvisitorid", "anonymous_id", "contact_id", "uid", "cookie",
        "cookie_id", "device_id",
    ),
    "time": (
        "time", "at", "timestamp", "ts", "moment", "event_time", "event_timestamp", "event_at", "touched_at",
        "touch_time", "touch_at", "visit_time", "visited_at", "occurred_at", "happened_at", "datetime", "date_time",
        "conversion_time", "converted_at", "conversion_date", "session_start", "created_at", "event_date", "date",
        "day",
    ),
    "channel": (
        "channel", "marketing_channel", "channel_grouping", "default_channel_group", "source_medium", "touch",
        "touchpoint", "source", "utm_source", "traffic_source", "medium", "utm_medium", "campaign", "utm_campaign",
    ),
    "converted": (
        "converted", "conversion", "is_conversion", "is_converted", "has_converted", "has_transaction", "conversions",
        "convert", "conversion_flag",
    ),
    "value": (
        "value", "conversion_value", "revenue", "amount", "amount_minor", "value_minor", "order_value", "sales",
        "total_conversion_value", "total_value", "price", "total",
    ),
    "sequence": ("sequence", "sequence_number", "seq", "hit_number", "event_number"),
    "lead_time": ("lead_time", "lead_at", "lead_created_at", "lead_date"),
    "recorded": ("recorded", "recorded_at", "ingested_at", "loaded_at", "inserted_at", "received_at"),
    "path": ("path", "journey", "path_of_channels", "channels", "touchpoints"),
    "conversions": ("conversions", "total_conversions", "conversion", "converted", "conv"),
    "nulls": ("nulls", "total_null", "null", "total_nulls", "non_conversions", "not_converted"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The column that plays each part, and the parts that were guessed rather than named."""

    by_role: Mapping[str, str]
    guessed: tuple[str, ...]

    def get(self, role: str) -> str | None:
        """Return the column of a part, or None."""
        return self.by_role.get(role)

    @property
    def notes(self) -> tuple[str, ...]:
        """A sentence on what was guessed, where the name of the column is not the name of the part."""
        said = [f"{role} is {self.by_role[role]}" for role in self.guessed if self.by_role[role] != role]
        return (f"Columns were guessed: {', '.join(said)}.",) if said else ()


def parse_columns(text: str) -> dict[str, str]:
    """Return part -> column from `person=user_id,time=ts`.

    Raises:
        SourceRefused: a piece is no PART=COLUMN.
    """
    named = {}
    for piece in text.split(","):
        role, sign, column = piece.partition("=")
        if not sign or not role.strip() or not column.strip():
            raise SourceRefused(
                "columns", f"{piece.strip()!r} is no PART=COLUMN.", remedy="Write it as person=user_id,time=ts."
            )
        named[role.strip()] = column.strip()
    return named


def find_columns(
    available: Sequence[str], named: Mapping[str, str], roles: Sequence[str], needed: Sequence[str], *, file: str
) -> Columns:
    """Return the column of each part; a named column must exist, a needed part must be found.

    Raises:
        SourceRefused: a part is unknown, or a column is missing.
    """
    for role in named:
        if role not in roles:
            raise SourceRefused(
                "columns", f"{role!r} is no part that a column can play.", file, remedy=f"Parts are {', '.join(roles)}."
            )
    by_role, guessed = {}, []
    for role in roles:
        if role in named:
            by_role[role] = _existing(named[role], available, file)
        elif (guess := _guess(role, available, set(by_role.values()) | set(named.values()))) is not None:
            by_role[role] = guess
            guessed.append(role)
        elif role in needed:
            raise SourceRefused(
                "column_missing", f"No column of {file} is known to be the {role}: it has {_listed(available)}.",
                file, column=role, remedy=f"Name it with --columns {role}=COLUMN.",
            )  # fmt: skip
    return Columns(by_role, tuple(guessed))


def has_column(available: Sequence[str], column: str) -> bool:
    """Whether a column of this name is there, or one that differs in case and signs only."""
    return _alike(column, available) is not None


def _alike(column: str, available: Sequence[str]) -> str | None:
    if column in available:
        return column
    alike = [name for name in available if _plain(name) == _plain(column)]
    return alike[0] if len(alike) == 1 else None


def _existing(column: str, available: Sequence[str], file: str) -> str:
    if (found := _alike(column, available)) is not None:
        return found
    raise SourceRefused(
        "column_missing", f"{file} has no column {column!r}: it has {_listed(available)}.", file, column=column,
        remedy="Name one of these with --columns.",
    )  # fmt: skip


def _guess(role: str, available: Sequence[str], taken: set[str]) -> str | None:
    plain: dict[str, str] = {}
    for name in available:
        plain.setdefault(_plain(name), name)
    found = (plain[guess] for guess in GUESSES[role] if guess in plain)
    return next((name for name in found if name not in taken), None)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().casefold()).strip("_")


def _listed(available: Sequence[str]) -> str:
    shown = ", ".join(available[:20])
    return f"{shown} and {len(available) - 20} more" if len(available) > 20 else shown or "no columns"
