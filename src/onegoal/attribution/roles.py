"""Which parts the columns of which table can play."""

from __future__ import annotations

from collections.abc import Mapping

from onegoal.attribution.columns import ROLES, find_columns, has_column
from onegoal.attribution.files import Given
from onegoal.attribution.refusals import SourceRefused


def own_roles(role: str, has_conversions: bool, by: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the parts a table may have, and those it must have."""
    if role == "conversions":
        return ("person", "time", "value", "lead_time", "recorded"), ("person", "time")
    by_channel = ("channel",) if by == ("channel",) else ()
    if has_conversions:
        return ("person", "time", *by_channel, "sequence", "recorded"), ("person", "time", *by_channel)
    every = tuple(one for one in ROLES if one != "channel" or by_channel)
    return every, ("person", "time", *by_channel, "converted")


def check_named(columns: Mapping[str, str], by: tuple[str, ...], given: Mapping[str, Given]) -> None:
    """Refuse a named column that no table would use, so that a guess never stands in for a slip of the pen.

    Raises:
        SourceRefused: with the part and the column.
    """
    for name, column in columns.items():
        table, _dot, role = name.rpartition(".")
        if table not in ("", *given):
            raise SourceRefused("columns", f"There is no table {table!r}.", remedy=f"Tables are {', '.join(given)}.")
        if role not in ROLES or (role == "channel" and by != ("channel",)):
            continue
        owners = [one for one in given if table in ("", one) and role in own_roles(one, len(given) > 1, by)[0]]
        if not owners:
            raise SourceRefused(
                "columns", f"With conversions of their own, no column of {table or 'touches'} can be the {role}.",
                column=column, remedy=f"Leave {name} out of --columns.",
            )  # fmt: skip
        if not any(has_column(tuple(given[one].types), column) for one in owners):
            find_columns(tuple(given[owners[0]].types), {role: column}, (role,), (role,), file=given[owners[0]].name)
