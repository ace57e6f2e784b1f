"""The different paths that journeys took, and the first steps of all of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from onegoal.core.attribution.journeys import NULL, Ints, Journeys, NullJourneys

END, LATER, OTHER = "end", "later", "other"
"""Stops of the first steps that are no group: the conversion, touches beyond the last step, groups beyond the largest."""

_MIX = np.array([0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB], np.uint64)


@dataclass(frozen=True, slots=True)
class Pathway:
    """One path with all journeys that took it.

    groups: names, oldest first; none for conversions without a touch.  value: minor units.
    mean_age: microseconds from the first touch to the conversion, 0 without touches.
    nulls: open journeys of exactly this path, None where they are not known one by one.
    rows: the journeys, as places in the columns of `Journeys`.
    """

    groups: tuple[str, ...]
    conversions: int
    value: int
    mean_age: float
    nulls: int | None
    rows: Ints


def pathways(journeys: Journeys, nulls: NullJourneys) -> list[Pathway]:
    """Return every path of journeys that converted, those with most conversions first, equal ones by name."""
    if not len(journeys.value):
        return []
    marks = _marks(journeys)
    order = np.argsort(marks, kind="stable")
    marks = marks[order]
    parts = np.split(order, np.flatnonzero(marks[1:] != marks[:-1]) + 1)
    open_paths = _open_paths(nulls, len(journeys.groups))
    found = [_pathway(journeys, rows, open_paths) for rows in parts]
    return sorted(found, key=lambda path: (-path.conversions, path.groups))


def first_steps(journeys: Journeys, *, steps: int, most: int) -> Counter[tuple[int, str, str]]:
    """Count moves between the first `steps` touches as (step, from, to), names as they are, `step` from 0.

    Only the `most` groups with most touches keep their names, others are OTHER; a journey that goes on after the last
    step moves to LATER, one that is over to END. Journeys without touches are left out.
    """
    names = _folded(journeys, most)
    counted: Counter[tuple[int, str, str]] = Counter()
    for row in np.flatnonzero(journeys.lengths > 0):
        start, stop = int(journeys.starts[row]), int(journeys.starts[row + 1])
        path = [names[code] for code in journeys.group[start : min(stop, start + steps)]]
        path.append(LATER if stop - start > steps else END)
        for step, move in enumerate(pairwise(path)):
            counted[step, *move] += int(journeys.conversions[row])
    return counted


def _folded(journeys: Journeys, most: int) -> Sequence[str]:
    touches = np.bincount(journeys.group, minlength=len(journeys.groups))
    kept = set(np.argsort(-touches, kind="stable")[:most].tolist())
    return [name if code in kept else OTHER for code, name in enumerate(journeys.groups)]


def _marks(journeys: Journeys) -> np.ndarray:
    """Return a 64-bit mark of each journey's path: equal for equal paths, and for others by a chance of 1 in 10^19."""
    place = np.arange(len(journeys.group)) - journeys.starts[:-1][journeys.owner]
    bits = (journeys.group.astype(np.uint64) + np.uint64(1)) * _MIX[0] + place.astype(np.uint64) * _MIX[1]
    for shift, factor in ((30, _MIX[1]), (27, _MIX[2])):
        bits = (bits ^ (bits >> np.uint64(shift))) * factor
    bits ^= bits >> np.uint64(31)
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(bits, dtype=np.uint64)])
    return running[journeys.starts[1:]] - running[journeys.starts[:-1]]


def _pathway(journeys: Journeys, rows: Ints, open_paths: tuple[int, dict[int, int]]) -> Pathway:
    start, stop = journeys.starts[rows[0]], journeys.starts[rows[0] + 1]
    codes = journeys.group[start:stop].tolist()
    weight = journeys.conversions[rows]
    ages = journeys.age[journeys.starts[rows]] if codes else np.zeros(len(rows))
    return Pathway(
        groups=tuple(journeys.groups[code] for code in codes),
        conversions=int(weight.sum()),
        value=int(journeys.value[rows].sum()),
        mean_age=float((ages * weight).sum() / weight.sum()) if weight.sum() else 0.0,
        nulls=_nulls(codes, open_paths, len(journeys.groups)),
        rows=rows,
    )


def _open_paths(nulls: NullJourneys, size: int) -> tuple[int, dict[int, int]]:
    """Return the order of the longest known states and, by state, how many open journeys ended in it.

    A path shorter than the order is a state of its own, so for those the number of whole paths is known.
    """
    order = max(nulls.moves, default=0)
    if not order:
        return 0, {}
    moves = nulls.moves[order]
    ended: Counter[int] = Counter()
    for state, count in zip(moves.source[moves.target == NULL], moves.count[moves.target == NULL], strict=True):
        ended[int(state)] += int(count)
    return order, ended


def _nulls(codes: Sequence[int], open_paths: tuple[int, dict[int, int]], size: int) -> int | None:
    order, ended = open_paths
    if not codes or len(codes) >= order:
        return None
    state = 0
    for code in codes:
        state = state * (size + 1) + code + 1
    return ended.get(state, 0)
