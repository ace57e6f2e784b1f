"""The first version of a mart: a long history sorted once and counted in blocks, instead of person by person."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.closed import Owned, closed_columns
from onegoal.attribution.marts.cut import closed_journeys, open_touches, ordered
from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.manifest import MartSettings
from onegoal.attribution.marts.merging import distinct, members, offsets
from onegoal.attribution.marts.opened import Alphabet, OpenCounts
from onegoal.attribution.marts.ordering import Packing
from onegoal.attribution.marts.people import People
from onegoal.attribution.marts.touch_runs import TouchRows
from onegoal.attribution.scan import THREADS
from onegoal.core.attribution.cutting import Touches, person_starts
from onegoal.core.attribution.journeys import Ints

_BLOCK = 1 << 19


def first_parts(
    rows: TouchRows, owned: Owned, people: People, settings: MartSettings, alphabet: Alphabet
) -> dict[str, Columns]:
    """Return the touches, closed journeys and open counts of a mart that held nothing; conversions in order."""
    # Whose identities are all there is to know: one identity, no conversion. They are counted where they lie.
    special = distinct(people.named(), owned.conversions.person)
    run, parts = _sorted_run(rows, special, settings, alphabet)
    counts = OpenCounts(settings, alphabet, touches=len(rows))
    for part in parts:
        counts.merge(part.counts)
    later = TouchRows.joined([found for part in parts for found in part.later])
    touches = ordered(later, people.persons_of(later.identity), alphabet).touches
    counts.add(open_touches(touches, owned.conversions))
    journeys = closed_journeys(touches, owned, settings.rule, alphabet)
    return {
        "touches": run,
        "closed": closed_columns(journeys, owned.owner, np.empty(0, np.int64)),
        "open": counts.columns(),
    }


@dataclass(slots=True)
class _Part:
    """What one thread found: counts of plain people, touches of the others, identities and their touches by block."""

    counts: OpenCounts
    later: list[TouchRows] = field(default_factory=list)
    blocks: list[tuple[int, Ints, Ints]] = field(default_factory=list)


def _sorted_run(
    rows: TouchRows, special: Ints, settings: MartSettings, alphabet: Alphabet
) -> tuple[Columns, list[_Part]]:
    """Return the columns of the run of all touches, and what threads found on the way."""
    found = _Sorted.of(rows, alphabet)
    at, group = np.empty(len(rows), np.int64), np.empty(len(rows), np.int16)
    sequence = np.empty(len(rows), np.int64) if np.any(rows.sequence) else None

    def work(some: Sequence[tuple[int, int]]) -> _Part:
        own = _Part(OpenCounts(settings, alphabet, touches=len(rows)))
        for begin, end in some:
            identity, moment, numbers, rank = found.block(begin, end)
            at[begin:end], group[begin:end] = moment, alphabet.codes[rank]
            if sequence is not None:
                sequence[begin:end] = numbers
            firsts = person_starts(identity)
            lengths = np.diff(firsts, append=len(identity))
            own.blocks.append((begin, identity[firsts], lengths))
            apart = np.repeat(members(identity[firsts], special), lengths)
            own.later.append(TouchRows(identity, moment, numbers, group[begin:end]).taken(apart))
            own.counts.add(Touches(identity, moment, rank.astype(np.int32)).taken(~apart))
        return own

    blocks = list(itertools.pairwise(found.borders()))
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(work, [blocks[start::THREADS] for start in range(THREADS)]))
    in_order = sorted((block for part in parts for block in part.blocks), key=lambda block: block[0])
    empty = np.empty(0, np.int64)
    columns = {
        "identity": np.concatenate([empty, *(identity for _, identity, _ in in_order)]),
        "starts": offsets(np.concatenate([empty, *(lengths for _, _, lengths in in_order)])),
        "at": at, "group": group, "restated": empty,
    }  # fmt: skip
    return columns if sequence is None else {**columns, "sequence": sequence}, parts


class _Sorted:
    """Touches by (identity, at, sequence, name of the group): as one number each, or as columns where that cannot be."""

    def __init__(
        self, columns: Sequence[Ints], numbers: Ints | None, packing: Packing | None, named: Ints | None
    ) -> None:
        self._columns, self._numbers, self._packing, self._named = columns, numbers, packing, named
        self._shift = sum(bits for _, _, bits in packing.columns[1:]) if packing else 0

    @classmethod
    def of(cls, rows: TouchRows, alphabet: Alphabet) -> _Sorted:
        """Sort touches."""
        ranks = alphabet.ranks.astype(np.int16)[rows.group]
        columns: list[NDArray[Any]] = [rows.identity, rows.at, rows.sequence, ranks]
        named = None
        packing = Packing.of(columns)
        if packing is None:
            named, columns[0] = np.unique(rows.identity, return_inverse=True)
            packing = Packing.of(columns)
        if packing is None:
            order = np.lexsort(columns[::-1])
            return cls([column[order] for column in columns], None, None, named)
        numbers = packing.packed(columns)
        numbers.sort()
        return cls((), numbers, packing, named)

    def block(self, begin: int, end: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the columns of some rows."""
        if self._packing is not None and self._numbers is not None:
            identity, at, sequence, rank = self._packing.unpacked(self._numbers[begin:end])
        else:
            identity, at, sequence, rank = (column[begin:end] for column in self._columns)
        return identity if self._named is None else self._named[identity], at, sequence, rank

    def borders(self) -> list[int]:
        """Return where blocks begin and end, so that no identity's touches are cut apart."""
        rows = self._numbers if self._numbers is not None else self._columns[0]
        borders = [0]
        while borders[-1] < len(rows):
            place = borders[-1] + _BLOCK
            if place < len(rows):
                last = ((int(rows[place]) >> self._shift) << self._shift) | ((1 << self._shift) - 1)
                place = int(np.searchsorted(rows, last, side="right"))
            borders.append(min(place, len(rows)))
        return borders
