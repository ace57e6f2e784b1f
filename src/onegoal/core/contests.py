"""How a contest is decided: value for each member, minimum, handicap, places with ties, prizes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from onegoal.core.standings import places

K = TypeVar("K", bound=Hashable)
WHOLE_BP = 10_000
MILLION = 1_000_000


@dataclass(frozen=True)
class Entrant(Generic[K]):
    """Who takes part: the figure reached (None: nothing to tell), how many members reached it, what it counts times."""

    key: K
    value: Fraction | None
    members: int = 1
    handicap_bp: int = WHOLE_BP


@dataclass(frozen=True)
class Rules:
    """`minimum` is held against the figure before the handicap; where less is better it is the most one may have."""

    per_person: bool = False
    minimum: Fraction | None = None
    less_is_better: bool = False


@dataclass(frozen=True)
class Result(Generic[K]):
    """Where an entrant stands: `value` is the figure (for each member where so agreed), `points` what it counts.

    `place` is None for those who have no value or are short of the minimum; they come after the others.
    """

    key: K
    value: Fraction | None
    points: Fraction | None
    place: int | None
    is_short: bool = False


def standing_of(entrants: Iterable[Entrant[K]], rules: Rules) -> list[Result[K]]:
    """Return the results, the best first; equal points share a place and the next place is left out (1, 1, 3).

    points = value / members (where counted for each member) x handicap.
    """
    counted = {one.key: _value_of(one, rules) for one in entrants}
    return decided({one.key: (counted[one.key], one.handicap_bp) for one in entrants}, rules)


def decided(values: Mapping[K, tuple[Fraction | None, int]], rules: Rules) -> list[Result[K]]:
    """Return the results of values that are final, each with its handicap; the same for settled contests."""
    points = {key: None if value is None else value * bp / WHOLE_BP for key, (value, bp) in values.items()}
    short = {key for key, (value, _) in values.items() if _is_short(value, rules)}
    ranked = {key: None if key in short else one for key, one in points.items()}
    found = places(ranked, less_is_better=rules.less_is_better)
    results = [Result(key, values[key][0], points[key], found[key], key in short) for key in values]
    return sorted(results, key=lambda one: _order(one, rules))


def winners(results: Iterable[Result[K]], prize_places: Iterable[int]) -> dict[int, list[K]]:
    """Return who wins the prize of each place: everybody who shares it, nobody where a tie above left it out."""
    listed = list(results)
    return {place: [one.key for one in listed if one.place == place] for place in prize_places}


def to_millionths(value: Fraction) -> int:
    """Return a value as it is kept: millionths of its unit, halves to even."""
    return round(value * MILLION)


def from_millionths(kept: int) -> Fraction:
    """Return the value that was kept."""
    return Fraction(kept, MILLION)


def _value_of(one: Entrant[K], rules: Rules) -> Fraction | None:
    """Return what counts, to the millionth it will be kept in: the places of today are those of the settled result."""
    if one.value is None or (rules.per_person and one.members < 1):
        return None
    value = one.value / one.members if rules.per_person else one.value
    return from_millionths(to_millionths(value))


def _is_short(value: Fraction | None, rules: Rules) -> bool:
    if value is None or rules.minimum is None:
        return False
    return value > rules.minimum if rules.less_is_better else value < rules.minimum


def _order(one: Result[K], rules: Rules) -> tuple[bool, int, bool, Fraction]:
    points = one.points if one.points is not None else Fraction(0)
    return one.place is None, one.place or 0, one.points is None, points if rules.less_is_better else -points
