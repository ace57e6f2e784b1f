"""Touches that no site has seen: leads that came another way, calls, visits to the office, agencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onegoal.apps.attribution.queries.asked import AGENCY, CALL, NOT_SET, VISIT, Dimension
from onegoal.apps.attribution.queries.columns import (
    EMPTY,
    NEVER,
    UNKNOWN,
    bisect,
    filled,
    ints,
    lookup,
    moments,
    sorted_by,
)
from onegoal.apps.attribution.queries.data import Data
from onegoal.apps.attribution.queries.sources import persons_in
from onegoal.apps.attribution.queries.web_base import WebTouches
from onegoal.core.attribution.journeys import DAY, Ints
from onegoal.metrics.tables import table

_MOST_LOOKED_BACK = 10_000


@dataclass(frozen=True, slots=True)
class Steps:
    """Touches that no site has seen, sorted by (person, at); `label` is the name of the group."""

    person: Ints
    at: Ints
    label: NDArray[np.object_]

    def taken(self, places: NDArray[np.bool_] | Ints) -> Steps:
        """Return the steps in these places."""
        return Steps(self.person[places], self.at[places], self.label[places])


def labels_of(dimension: Dimension, origins: pa.Table) -> dict[int, str]:
    """Return the group of each origin."""
    columns = {name: origins[name].to_pylist() for name in ("origin_id", "source", "medium", dimension)
               if name in origins.column_names}  # fmt: skip
    if dimension == "source_medium":
        pairs = zip(columns["source"], columns["medium"], strict=True)
        names = [
            f"{source or NOT_SET} / {medium or NOT_SET}" if source or medium else NOT_SET for source, medium in pairs
        ]
    else:
        names = [name or NOT_SET for name in columns[dimension]]
    return dict(zip(columns["origin_id"], names, strict=True))


def steps_of(
    web: WebTouches, leads: Mapping[str, Ints], origins: pa.Table, labels: Mapping[int, str], worked: Steps
) -> Steps:
    """Return the origins of leads that no site has seen, and the steps that are no leads."""
    unseen = ~_is_seen(web, leads["person"], leads["created_at"], leads["origin"], _marks(origins))
    names = np.array([labels.get(int(one), NOT_SET) for one in leads["origin"][unseen]], dtype=object)
    return joined_steps([Steps(leads["person"][unseen], leads["created_at"][unseen], names), worked])


def joined_steps(parts: Sequence[Steps]) -> Steps:
    """Return all steps in order."""
    person = np.concatenate([part.person for part in parts])
    at = np.concatenate([part.at for part in parts])
    label = np.concatenate([part.label for part in parts])
    # Names decide between steps of one moment, so that the order never depends on the order of rows.
    order = np.lexsort((label.astype(str), at, person)) if len(person) else EMPTY
    return Steps(person, at, label).taken(order)


def worked_steps(data: Data, leads: dict[str, Ints]) -> list[Steps]:
    """Return calls, visits to the office and agencies as touches of the persons they were about."""
    calls = data.rows(table("calls").select("call_id", "person_id", "lead_id", "started_at"))
    of_lead = lookup(leads["id"], leads["person"], ints(calls, "lead_id"))
    told = persons_in(data, "calls", "call_id", calls)
    call = (np.where(told == UNKNOWN, of_lead, told), moments(calls, "started_at"), CALL)
    tasks = table("tasks")
    done = data.rows(
        tasks.filter(tasks.task_kind == "meeting", tasks.done_at.notnull()).select("lead_id", "deal_id", "done_at")
    )
    deals = data.rows(table("deals").select("deal_id", "person_id"))
    of_deal = lookup(
        *sorted_by(ints(deals, "deal_id"), persons_in(data, "deals", "deal_id", deals)), ints(done, "deal_id")
    )
    person = lookup(leads["id"], leads["person"], ints(done, "lead_id"))
    visit = (np.where(person == UNKNOWN, of_deal, person), moments(done, "done_at"), VISIT)
    brokered = leads["agency"] != UNKNOWN
    agency = (leads["person"][brokered], leads["created_at"][brokered], AGENCY)
    found = []
    for persons, at, name in (call, visit, agency):
        known = (persons != UNKNOWN) & (at != NEVER)
        found.append(Steps(persons[known], at[known], np.full(np.count_nonzero(known), name, dtype=object)))
    return found


def _is_seen(web: WebTouches, person: Ints, at: Ints, origin: Ints, marks: Marks) -> NDArray[np.bool_]:
    """Return which leads a touch of the same person and source in the day before has told of already."""
    lo, hi = span(web, person)
    last = bisect(web.at, lo, hi, at)
    first = np.maximum(bisect(web.at, lo, hi, at - DAY), last - _MOST_LOOKED_BACK)
    lengths = last - first
    owner = np.repeat(np.arange(len(person)), lengths)
    starts = np.concatenate(([0], np.cumsum(lengths)))[:-1]
    places = np.arange(len(owner)) + np.repeat(first - starts, lengths)
    same = marks.agree(web.origin[places], origin[owner])
    return np.bincount(owner[same], minlength=len(person)) > 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What origins say, as numbers by the place of the sorted `origin`; UNKNOWN where they say nothing."""

    origin: Ints
    columns: tuple[Ints, ...]

    def agree(self, some: Ints, others: Ints) -> NDArray[np.bool_]:
        """Return which pairs of origins are of one channel and contradict each other in nothing else.

        A site and a list of leads tell of the same click in different detail: the way the enquiry was sent, a page.
        """
        channels = [lookup(self.origin, self.columns[0], origins) for origins in (some, others)]
        found = (some == others) | ((channels[0] == channels[1]) & (channels[0] != UNKNOWN))
        for column in self.columns[1:]:
            one, other = (lookup(self.origin, column, origins) for origins in (some, others))
            found &= (one == other) | (one == UNKNOWN) | (other == UNKNOWN)
        return found


def _marks(origins: pa.Table) -> Marks:
    names = ("channel", "source", "medium", "campaign")
    return Marks(ints(origins, "origin_id"), tuple(_codes(origins[name]) for name in names))


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return texts as numbers, UNKNOWN where there is none."""
    found = column.combine_chunks().dictionary_encode() if len(column) else None
    return filled(pa.chunked_array([found.indices]), UNKNOWN) if found is not None else EMPTY


def span(web: WebTouches, person: Ints) -> tuple[Ints, Ints]:
    return np.searchsorted(web.person, person, "left"), np.searchsorted(web.person, person, "right")
