"""Who stands where: places with ties, progress against a plan of one's own, and how much of it may be told."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, Literal, TypeVar

K = TypeVar("K", bound=Hashable)
Tells = Literal["value", "progress", "rank"]


@dataclass(frozen=True)
class Entry(Generic[K]):
    """What one person or team has reached; `plan` is their own share of the plan, where there is one."""

    key: K
    value: Fraction | None
    plan: Fraction | None = None


@dataclass(frozen=True)
class Line(Generic[K]):
    """One line of standings. What may not be told is None, so that no reader of the answer can find it.

    `progress` is a share of one's own plan, or of the best where nobody has a plan; `place` is None without a value.
    """

    key: K
    place: int | None
    value: Fraction | None = None
    progress: Fraction | None = None


def places(values: Mapping[K, Fraction | None], *, less_is_better: bool = False) -> dict[K, int | None]:
    """Return the place of each: equal values share one and the next goes on counting (1, 1, 3); no value, no place."""
    told = [value for value in values.values() if value is not None]

    def ahead_of(value: Fraction) -> int:
        return sum(1 for other in told if (other < value if less_is_better else other > value))

    return {key: None if value is None else ahead_of(value) + 1 for key, value in values.items()}


def standings(entries: Iterable[Entry[K]], *, tells: Tells, less_is_better: bool = False) -> list[Line[K]]:
    """Return the lines in the order of what is told: values and places by value, progress by progress.

    With `progress` the place is that of the progress: whoever has the larger plan is not ahead for it.
    """
    listed = list(entries)
    progress = _progress(listed)
    ranked = progress if tells == "progress" else {one.key: one.value for one in listed}
    found = places(ranked, less_is_better=less_is_better and tells != "progress")
    lines = [
        Line(
            key=one.key,
            place=found[one.key],
            value=one.value if tells == "value" else None,
            progress=None if tells == "rank" else progress[one.key],
        )
        for one in listed
    ]
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0))


def _progress(entries: Sequence[Entry[K]]) -> dict[K, Fraction | None]:
    """Return the share of each one's plan; where nobody has one, the share of the largest value."""
    if any(one.plan for one in entries):
        return {one.key: one.value / one.plan if one.plan and one.value is not None else None for one in entries}
    best = max((one.value for one in entries if one.value is not None), default=Fraction(0))
    return {one.key: one.value / best if best > 0 and one.value is not None else None for one in entries}
