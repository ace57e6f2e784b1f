"""Touches in sorted runs: a large old one and small newer ones, in which one's touches are found by their identity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.merging import distinct, members, offsets, spread
from onegoal.core.attribution.cutting import person_starts
from onegoal.core.attribution.journeys import Ints

Codes = NDArray[np.int16]
MOST_GROUPS = np.iinfo(np.int16).max


@dataclass(frozen=True, slots=True)
class TouchRows:
    """Touches as columns, (n,): whose, when, in which order at the same moment, and the code of the group."""

    identity: Ints
    at: Ints
    sequence: Ints
    group: Codes

    def __len__(self) -> int:
        return len(self.identity)

    def taken(self, places: NDArray[Any]) -> TouchRows:
        """Return the touches in these places."""
        return TouchRows(self.identity[places], self.at[places], self.sequence[places], self.group[places])

    @classmethod
    def joined(cls, parts: Sequence[TouchRows]) -> TouchRows:
        """Return the touches of all parts, one part after the other."""
        empty = np.empty(0, np.int64)
        return cls(
            np.concatenate([empty, *(part.identity for part in parts)]),
            np.concatenate([empty, *(part.at for part in parts)]),
            np.concatenate([empty, *(part.sequence for part in parts)]),
            np.concatenate([empty.astype(np.int16), *(part.group for part in parts)]),
        )


class TouchRun:
    """One run: identities, each once and in order, and their touches, those of one identity together.

    `restated` are sorted identities of which this run says all there is: what older runs hold of them is void.
    """

    def __init__(self, columns: Columns) -> None:
        self.identity = columns["identity"]
        self.starts = columns["starts"]
        self.restated = columns["restated"]
        self._columns = columns

    def found(self, wanted: Ints) -> TouchRows:
        """Return the touches of these identities, which are sorted."""
        if not len(self.identity):
            return TouchRows.joined(())
        places = np.minimum(np.searchsorted(self.identity, wanted), len(self.identity) - 1)
        hits = np.flatnonzero(self.identity[places] == wanted)
        places = places[hits]
        first = self.starts[places]
        lengths = self.starts[places + 1] - first
        return self._rows(np.repeat(wanted[hits], lengths), spread(first, lengths))

    def without(self, identities: Ints) -> TouchRows:
        """Return all touches but those of these identities, which are sorted."""
        whole = self._rows(np.repeat(self.identity, np.diff(self.starts)), slice(None))
        return whole.taken(~members(whole.identity, identities)) if len(identities) else whole

    def _rows(self, identity: Ints, places: Any) -> TouchRows:
        numbered = self._columns.get("sequence")
        sequence = np.zeros(len(identity), np.int64) if numbered is None else numbered[places]
        return TouchRows(identity, self._columns["at"][places], sequence, self._columns["group"][places])


def found_in(runs: Sequence[TouchRun], identities: Ints) -> TouchRows:
    """Return all touches of these identities, which are sorted."""
    parts = []
    for run in reversed(runs):
        parts.append(run.found(identities))
        if len(run.restated):
            identities = identities[~members(identities, run.restated)]
    return TouchRows.joined(parts)


def merged(runs: Sequence[TouchRun], *, with_oldest: bool) -> Columns:
    """Return the columns of one run in the place of several that follow each other; `with_oldest`: none is older."""
    parts, void = [], np.empty(0, np.int64)
    for run in reversed(runs):
        parts.append(run.without(void))
        void = distinct(void, run.restated)
    rows = TouchRows.joined(parts[::-1])
    # Timsort merges stretches that are in order already, which is what these are.
    rows = rows.taken(np.argsort(rows.identity, kind="stable"))
    return run_columns(rows, restated=void[:0] if with_oldest else void)


def run_columns(rows: TouchRows, *, restated: Ints) -> Columns:
    """Return the columns of a run with these touches, which are sorted by identity."""
    firsts = person_starts(rows.identity)
    starts = offsets(np.diff(firsts, append=len(rows))) if len(rows) else np.zeros(1, np.int64)
    columns: dict[str, NDArray[Any]] = {
        "identity": rows.identity[firsts], "starts": starts, "at": rows.at, "group": rows.group, "restated": restated,
    }  # fmt: skip
    if np.any(rows.sequence):
        columns["sequence"] = rows.sequence
    return columns


def places_of(held: TouchRows, sought: TouchRows) -> Ints | None:
    """Return the places of touches equal to those sought, one for each; None where there are not as many."""
    both = TouchRows.joined([held, sought])
    is_sought = np.arange(len(both)) >= len(held)
    order = np.lexsort((is_sought, both.group, both.sequence, both.at, both.identity))
    rows, is_sought = both.taken(order), is_sought[order]
    is_first = np.ones(len(rows), bool)
    is_first[1:] = False
    for column in (rows.identity, rows.at, rows.sequence, rows.group):
        is_first[1:] |= column[1:] != column[:-1]
    firsts = np.flatnonzero(is_first)
    lengths = np.diff(firsts, append=len(rows))
    wanted = np.add.reduceat(is_sought.astype(np.int64), firsts)
    if np.any(2 * wanted > lengths):
        return None
    return order[spread(firsts, wanted)]
