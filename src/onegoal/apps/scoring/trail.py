"""What a record held when a lead came, read from the trail of changes: not what it holds today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from onegoal.apps.audit.models import Action, AuditEntry

TOLERANCE: Final = dt.timedelta(minutes=10)
"""A value set so soon after the arrival came with the lead: forms and telephony write in several steps."""
Knowledge = Literal["known", "late", "unknown"]
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})


@dataclass(frozen=True)
class Entry:
    """One entry of the trail: when, what, and the fields it changed."""

    at: dt.datetime
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a field's values stand: a column of the record, or a key of its `custom`."""

    column: str
    key: str = ""

    def is_in(self, side: Mapping[str, Any]) -> bool:
        """Whether this side of an entry speaks of the field."""
        return self.column in side

    def of(self, side: Mapping[str, Any]) -> Any:
        """Return the field's value on one side of an entry, None where it is empty."""
        held = side.get(self.column)
        held = (held or {}).get(self.key) if self.key else held
        return None if held in _NOTHING else held


@dataclass(frozen=True)
class Seen:
    """A value as it was when the lead came, and how sure that is.

    `known`: the trail shows it stood there in time, or that nothing did. `late`: the trail shows that it was filled
    afterwards; the value is the one before. `unknown`: the record itself was taken in later, so nobody saw when its value
    was set.
    """

    value: Any
    knowledge: Knowledge


def trail_of(entity: str, ids: Iterable[int]) -> dict[int, list[Entry]]:
    """Return the trail of many records, each in the order of its changes."""
    found: dict[int, list[Entry]] = {}
    entries = AuditEntry.objects.filter(entity=entity, entity_id__in=list(ids)).exclude(action=Action.DELETE)
    rows = entries.order_by("entity_id", "id").values_list("entity_id", "at", "action", "before", "after")
    for entity_id, at, action, before, after in rows.iterator(chunk_size=5_000):
        found.setdefault(entity_id, []).append(Entry(at, action, before, after))
    return found


def first_value(entries: Sequence[Entry], place: Place, current: Any) -> Any:
    """Return the value a record was made with, whenever that was written down."""
    if entries and entries[0].action == Action.CREATE:
        return place.of(entries[0].after)
    for entry in entries:
        if place.is_in(entry.before):
            return place.of(entry.before)
    return place.of({place.column: current})


def value_at(entries: Sequence[Entry], place: Place, current: Any, came_at: dt.datetime) -> Seen:
    """Return what a field held when a lead came. `current` is the column's value today, for records without a trail."""
    limit = came_at + TOLERANCE
    if not entries or entries[0].action != Action.CREATE or entries[0].at > limit:
        value = first_value(entries, place, current)
        knowledge: Knowledge = "unknown" if value is not None else "known"
        return Seen(value, "late" if value is None and _is_filled_after(entries, place, limit) else knowledge)
    value = place.of(entries[0].after)
    for entry in entries[1:]:
        if entry.at <= limit and place.is_in(entry.after):
            value = place.of(entry.after)
    return Seen(value, "late" if value is None and _is_filled_after(entries, place, limit) else "known")


def _is_filled_after(entries: Sequence[Entry], place: Place, limit: dt.datetime) -> bool:
    return any(
        entry.at > limit and place.of(entry.after) is not None
        for entry in entries
        if entry.action == Action.UPDATE and place.is_in(entry.after)
    )
