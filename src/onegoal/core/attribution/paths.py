"""Paths as a whole: which ones there are, how long they are, how long they take, and which part each group plays in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import Floats, sums
from onegoal.core.attribution.journeys import DAY, Ints, Journeys
from onegoal.core.attribution.roles import Roles, roles_of

_PACKED = 1 << 62


@dataclass(frozen=True, slots=True)
class PathSummary:
    """Different paths of journeys that converted, those with most conversions first, equal ones by the names of groups.

    paths: codes of groups, oldest touch first; the empty path stands for conversions without a touch.
    conversions, value: (P,), value in minor units.  first_age: (P,) mean microseconds from the first touch to the
    conversion, 0 without touches.  different: how many paths there are, however few of them are told.
    """

    groups: tuple[str, ...]
    paths: tuple[tuple[int, ...], ...]
    conversions: Ints
    value: Ints
    first_age: Floats
    different: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """Conversions and value in minor units by a whole number `at` (touches, days), ascending; only numbers that occur."""

    at: Ints
    conversions: Ints
    value: Ints


@dataclass(frozen=True, slots=True)
class GroupRoles:
    """The parts groups play, counted in conversions and in the whole value of those conversions, minor units."""

    conversions: Roles
    value: Roles


def roles(journeys: Journeys) -> GroupRoles:
    """Return what each group starts, assists and closes. Values are not shared: a sale counts for each part in it."""
    return GroupRoles(roles_of(journeys), roles_of(journeys, journeys.value))


def path_summary(journeys: Journeys, *, collapse: bool = False, most: int | None = None) -> PathSummary:
    """Return the different paths, or the `most` frequent ones; `collapse` counts repeats of a group in a row as one touch."""
    starts, group = _collapsed(journeys) if collapse else (journeys.starts, journeys.group.astype(np.int64))
    example, path = _different(starts, group, max(len(journeys.groups), 1))
    size = len(example)
    conversions, value = sums(path, journeys.conversions, size), sums(path, journeys.value, size)
    taken = np.flatnonzero(conversions >= _least(conversions, most))
    codes = {row: tuple(group[starts[example[row]] : starts[example[row] + 1]].tolist()) for row in taken.tolist()}
    ranked = sorted(codes, key=lambda row: (-int(conversions[row]), codes[row]))[:most]
    order = np.array(ranked, np.int64)
    return PathSummary(
        groups=journeys.groups,
        paths=tuple(codes[row] for row in ranked),
        conversions=conversions[order],
        value=value[order],
        first_age=_mean_first_age(journeys, path, conversions)[order],
        different=size,
    )


def path_lengths(journeys: Journeys, *, collapse: bool = False) -> Distribution:
    """Return how many touches journeys have; 0 are conversions without a touch."""
    starts = _collapsed(journeys)[0] if collapse else journeys.starts
    return _distribution(np.diff(starts), journeys.conversions, journeys.value)


def time_lags(journeys: Journeys, *, since_last: bool = False, step: int = DAY) -> Distribution:
    """Return how many whole steps of time (days) lie between the first, or the last, touch and the conversion.

    Conversions without a touch are left out.
    """
    touched = journeys.lengths > 0
    touch = journeys.starts[1:][touched] - 1 if since_last else journeys.starts[:-1][touched]
    return _distribution(journeys.age[touch] // step, journeys.conversions[touched], journeys.value[touched])


def _distribution(number: Ints, conversions: Ints, value: Ints) -> Distribution:
    at, place = np.unique(number, return_inverse=True)
    return Distribution(at, sums(place, conversions, len(at)), sums(place, value, len(at)))


def _collapsed(journeys: Journeys) -> tuple[Ints, Ints]:
    """Return starts and groups without touches that repeat the group before them in the same journey."""
    group = journeys.group.astype(np.int64)
    kept = np.ones(len(group), bool)
    kept[1:] = group[1:] != group[:-1]
    kept[journeys.starts[:-1][journeys.lengths > 0]] = True
    return np.concatenate(([0], np.cumsum(kept)))[journeys.starts], group[kept]


def _different(starts: Ints, group: Ints, size: int) -> tuple[Ints, Ints]:
    """Return one journey of each different path, (P,), and the path of each journey, (J,)."""
    lengths = np.diff(starts)
    path = np.empty(len(lengths), np.int64)
    examples: list[Ints] = []
    count = 0
    for length in np.unique(lengths).tolist():
        rows = np.flatnonzero(lengths == length)
        _, first, place = np.unique(_packed(starts[rows], group, length, size), return_index=True, return_inverse=True)
        path[rows] = place + count
        examples.append(rows[first])
        count += len(first)
    return np.concatenate([np.empty(0, np.int64), *examples]), path


def _packed(begin: Ints, group: Ints, length: int, size: int) -> Ints:
    """Return a number for each path of one length, equal for equal paths only; numbers are renumbered before they overflow."""
    packed, cells = np.zeros(len(begin), np.int64), 1
    for place in range(length):
        if cells * size >= _PACKED:
            found, packed = np.unique(packed, return_inverse=True)
            cells = len(found)
        packed = packed * size + group[begin + place]
        cells *= size
    return packed


def _least(conversions: Ints, most: int | None) -> int:
    """Return the conversions of the last path that is told."""
    if most is None or most >= len(conversions):
        return int(conversions.min(initial=0))
    return int(np.partition(conversions, len(conversions) - most)[len(conversions) - most]) if most else 0


def _mean_first_age(journeys: Journeys, path: Ints, conversions: Ints) -> Floats:
    touched = journeys.lengths > 0
    age = np.zeros(len(journeys.value))
    age[touched] = journeys.age[journeys.starts[:-1][touched]]
    total = np.bincount(path, weights=age * journeys.conversions, minlength=len(conversions))
    return total / np.maximum(conversions, 1)
