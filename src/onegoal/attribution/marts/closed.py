"""Journeys that ended in a conversion, in parts: each restates some persons, whose older journeys are void."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.merging import distinct, members, offsets, spread
from onegoal.core.attribution.cutting import NO_LEAD, Conversions, bucket_of
from onegoal.core.attribution.journeys import Ints, Journeys

_ROWS = ("owner", "person", "at", "value", "lead_age", "key")
_EMPTY = np.empty(0, np.int64)
NOTHING: Columns = {
    **dict.fromkeys((*_ROWS, "restated", "age"), _EMPTY), "starts": np.zeros(1, np.int64), "group": np.empty(0, np.int16),
}  # fmt: skip
"""A part without journeys."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Conversions and the identities they were told of, (n,) each."""

    owner: Ints
    conversions: Conversions

    def __len__(self) -> int:
        return len(self.owner)

    def taken(self, places: NDArray[Any]) -> Owned:
        """Return those in these places."""
        had = self.conversions
        columns = (had.person, had.at, had.value, had.lead_at, had.key)
        return Owned(self.owner[places], Conversions(*(column[places] for column in columns)))

    def of(self, persons: Ints) -> Owned:
        """Return the same with other persons, sorted by (person, at, key)."""
        had = self.conversions
        order = np.lexsort((had.key, had.at, persons))
        return Owned(self.owner, replace(had, person=persons)).taken(order)

    @classmethod
    def joined(cls, parts: Sequence[Owned]) -> Owned:
        """Return all parts, one after the other."""
        names = ("person", "at", "value", "lead_at", "key")
        columns = {
            name: np.concatenate([_EMPTY, *(getattr(part.conversions, name) for part in parts)]) for name in names
        }
        return cls(np.concatenate([_EMPTY, *(part.owner for part in parts)]), Conversions(**columns))


def closed_columns(journeys: Journeys, owner: Ints, restated: Ints) -> Columns:
    """Return the columns of a part with these journeys, sorted by person, whose groups are codes of the mart."""
    return {
        "restated": restated, "owner": owner, "person": journeys.person, "at": journeys.at, "value": journeys.value,
        "lead_age": journeys.lead_age, "key": journeys.key, "starts": journeys.starts,
        "group": journeys.group.astype(np.int16), "age": journeys.age,
    }  # fmt: skip


def conversions_of(parts: Sequence[Columns], persons: Ints) -> Owned:
    """Return the conversions of these persons, who are sorted, with the identities they were told of."""
    found = []
    for part in reversed(parts):
        first = np.searchsorted(part["person"], persons)
        rows = spread(first, np.searchsorted(part["person"], persons, side="right") - first)
        found.append(_owned(part, rows))
        persons = persons[~members(persons, part["restated"])]
    return Owned.joined(found)


def merged(parts: Sequence[Columns], *, with_oldest: bool) -> Columns:
    """Return one part in the place of several that follow each other; `with_oldest`: none is older."""
    kept, void = [], _EMPTY
    for part in reversed(parts):
        kept.append(_rows(part, ~members(part["person"], void)))
        void = distinct(void, part["restated"])
    whole = {name: np.concatenate([part[name] for part in kept]) for name in (*_ROWS, "lengths", "group", "age")}
    starts = offsets(whole.pop("lengths"))
    # Persons of different parts are different, and within a part they are in order.
    order = np.argsort(whole["person"], kind="stable")
    lengths = np.diff(starts)[order]
    places = spread(starts[order], lengths)
    columns = {name: whole[name][order] for name in _ROWS}
    return {
        **columns, "starts": offsets(lengths), "group": whole["group"][places], "age": whole["age"][places],
        "restated": _EMPTY if with_oldest else void,
    }  # fmt: skip


def journeys_of(part: Columns, groups: tuple[str, ...], ranks: NDArray[np.int32]) -> Journeys:
    """Return the journeys of a part; `groups` are sorted by name, `ranks` tell the place of each code among them."""
    return Journeys(
        groups=groups, starts=part["starts"], group=ranks[part["group"]], age=part["age"], at=part["at"],
        value=part["value"], conversions=np.ones(len(part["at"]), np.int64), lead_age=part["lead_age"],
        key=part["key"], person=part["person"], bucket=bucket_of(part["person"]),
    )  # fmt: skip


def by_moment(journeys: Journeys) -> Journeys:
    """Return the same journeys in the order of their conversions' moments."""
    order = np.argsort(journeys.at, kind="stable")
    lengths = journeys.lengths[order]
    places = spread(journeys.starts[order], lengths)
    rows = {name: getattr(journeys, name)[order] for name in _COLUMNS}
    return replace(
        journeys, starts=offsets(lengths), group=journeys.group[places], age=journeys.age[places], **rows
    )  # fmt: skip


def between(journeys: Journeys, start: int | None, end: int | None) -> Journeys:
    """Return those of journeys in order of moments that converted from `start` on and before `end`."""
    first, last = places(journeys.at, start, end)
    touches = slice(int(journeys.starts[first]), int(journeys.starts[last]))
    rows = {name: getattr(journeys, name)[first:last] for name in _COLUMNS}
    starts = journeys.starts[first : last + 1] - journeys.starts[first]
    return replace(journeys, starts=starts, group=journeys.group[touches], age=journeys.age[touches], **rows)


def places(at: Ints, start: int | None, end: int | None) -> tuple[int, int]:
    """Return from which place up to which moments in order are those from `start` on and before `end`."""
    first = 0 if start is None else int(np.searchsorted(at, start))
    return first, len(at) if end is None else max(int(np.searchsorted(at, end)), first)


def within(journeys: Journeys, window: int) -> Journeys:
    """Return the same journeys without touches that are as old as the window or older."""
    young = journeys.age < window
    starts = offsets(young.astype(np.int64))[journeys.starts]
    return replace(journeys, starts=starts, group=journeys.group[young], age=journeys.age[young])


_COLUMNS = ("at", "value", "conversions", "lead_age", "key", "person", "bucket")


def _owned(part: Columns, rows: Ints) -> Owned:
    at, lead_age = part["at"][rows], part["lead_age"][rows]
    lead_at = np.where(lead_age >= 0, at - lead_age, NO_LEAD)
    return Owned(
        part["owner"][rows], Conversions(part["person"][rows], at, part["value"][rows], lead_at, part["key"][rows])
    )


def _rows(part: Columns, kept: NDArray[np.bool_]) -> dict[str, NDArray[Any]]:
    lengths = np.diff(part["starts"])
    touches = np.repeat(kept, lengths)
    rows = {name: part[name][kept] for name in _ROWS}
    return {**rows, "lengths": lengths[kept], "group": part["group"][touches], "age": part["age"][touches]}
