"""What touches are grouped by: one column or several, missing names, and the smallest folded together."""

# ruff: noqa: S608 - queries are put together from expressions of this room; names are quoted

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onegoal.attribution.columns import Columns, find_columns
from onegoal.attribution.files import Given, literal, rows_of
from onegoal.attribution.readings import text_of

if TYPE_CHECKING:
    import duckdb

NOT_SET, OTHER = "(not set)", "(other)"


@dataclass(frozen=True, slots=True)
class Folded:
    """The names of the groups, sorted, and the expression that gives a touch its group.

    has_missing: whether converted rows without a name are conversions only.  is_clean: whether the names in the data are
    the names of groups, but for those folded into "(other)" and the rows that are conversions only.
    """

    groups: tuple[str, ...]
    expression: str
    has_missing: bool
    is_clean: bool
    notes: tuple[str, ...]


def by_expression(by: Sequence[str], columns: Columns, given: Given) -> str:
    """Return the expression of a touch's group: text, null where nothing is known of it.

    Raises:
        SourceRefused: a column is missing.
    """
    if tuple(by) == ("channel",):
        name = columns.by_role["channel"]
        return text_of(name, given.types[name])
    named = find_columns(tuple(given.types), {name: name for name in by}, tuple(by), tuple(by), file=given.name)
    texts = [text_of(named.by_role[name], given.types[named.by_role[name]]) for name in by]
    if len(texts) == 1:
        return texts[0]
    is_empty = " AND ".join(f"coalesce(trim({text}), '') = ''" for text in texts)
    joined = " || ' / ' || ".join(f"coalesce(nullif(trim({text}), ''), '{NOT_SET}')" for text in texts)
    return f"CASE WHEN {is_empty} THEN NULL ELSE {joined} END"


def fold(connection: duckdb.DuckDBPyConnection, touches_sql: str, top: int, *, is_converting: bool) -> Folded:
    """Return the groups of touches: names trimmed, missing ones "(not set)", the smallest beyond `top` "(other)".

    A converted row without a name is a conversion and no touch.
    """
    counts: dict[str, int] = {}
    missing, is_plain = 0, True
    for name, count in rows_of(connection, f"SELECT channel, count(*) FROM {touches_sql} GROUP BY 1"):
        clean = (name or "").strip()
        if not clean:
            missing += count
        else:
            is_plain &= clean == name
            counts[clean] = counts.get(clean, 0) + count
    only = 0
    if missing and is_converting:
        query = f"SELECT count(*) FROM {touches_sql} WHERE converted AND coalesce(trim(channel), '') = ''"
        only = rows_of(connection, query)[0][0]
    notes = []
    if missing > only:
        counts[NOT_SET] = counts.get(NOT_SET, 0) + missing - only
        notes.append(f'{missing - only:,} touches have no channel and stand as "{NOT_SET}".')
    if only:
        notes.append(f"{only:,} converted rows have no channel: they are conversions and no touches.")
    kept = sorted(counts, key=lambda name: (-counts[name], name))
    folded = kept[top:]
    groups = sorted({*kept[:top], *([OTHER] if folded else [])})
    if folded:
        share = sum(counts[name] for name in folded) / max(sum(counts.values()), 1)
        notes.append(
            f"There are {len(kept):,} groups: the {top:,} with most touches stand for themselves, the other "
            f'{len(folded):,} ({share:.1%} of touches) together as "{OTHER}".'
        )
    return Folded(
        tuple(groups),
        _expression(is_plain, missing, only, kept[:top] if folded else None),
        bool(only),
        is_plain and missing == only,
        tuple(notes),
    )


def _expression(is_plain: bool, missing: int, only: int, kept: Sequence[str] | None) -> str:
    name = "channel" if is_plain and not missing else "trim(channel)"
    whens = []
    if only:
        whens.append("WHEN converted AND coalesce(trim(channel), '') = '' THEN NULL")
    if missing:
        whens.append(f"WHEN coalesce(trim(channel), '') = '' THEN '{NOT_SET}'")
    if kept is not None:
        whens.append(f"WHEN {name} NOT IN ({', '.join(literal(one) for one in kept)}) THEN '{OTHER}'")
    return f"CASE {' '.join(whens)} ELSE {name} END" if whens else name
