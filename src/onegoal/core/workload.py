"""How full a seller's day is: hours the work takes against hours there are, with what chance alone may do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.statistics import LEVEL, Interval

FULL: Final = 0.85
"""Beyond this share of the day answers become late: work comes at random and cannot be put off to a quiet hour."""
WIDEST_SPAN: Final = 7
"""One supervisor leads six or seven sellers at most."""
MOST_WITHOUT_A_SECOND_TEAM: Final = 5


@dataclass(frozen=True, slots=True)
class Work:
    """Work of one kind: how many pieces came and how many minutes each takes.

    `is_random` work comes when it comes (Poisson); the rest, such as deals in hand, is there every day.
    """

    kind: str
    count: int
    minutes: float
    is_random: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """Hours of work a working day with their interval, hours there are, and the share of them that is taken."""

    hours: Interval
    capacity: float

    @property
    def share(self) -> float | None:
        """Return the hours of work for each hour there is; None where there are none."""
        return self.hours.estimate / self.capacity if self.capacity > 0 and self.hours.estimate is not None else None

    @property
    def verdict(self) -> str:
        """Return `over`, `full` or `free` where the whole interval says so, else an empty text."""
        if self.capacity <= 0 or self.hours.low is None or self.hours.high is None:
            return ""
        if self.hours.low > self.capacity:
            return "over"
        if self.hours.low > FULL * self.capacity:
            return "full"
        return "free" if self.hours.high <= FULL * self.capacity else ""


def load_of(work: Sequence[Work], *, days: float, capacity: float, level: float = LEVEL) -> Load:
    """Return the load of `days` working days, `capacity` in hours a day.

    The random part is a weighted sum of Poisson counts; its interval is Fay and Feuer's (1997, Statistics in Medicine
    16:791), which for one kind of work is Garwood's exact one. Raises: ValueError without a day or for negative figures.
    """
    if days <= 0:
        raise ValueError("a load is told of at least one day")
    steady = sum(one.count * one.minutes for one in work if not one.is_random) / 60
    pieces = weighted_poisson([(one.count, one.minutes / 60 / days) for one in work if one.is_random], level)
    bounds = [None if bound is None else bound + steady for bound in (pieces.estimate, pieces.low, pieces.high)]
    return Load(Interval(*bounds), capacity)


def weighted_poisson(parts: Sequence[tuple[int, float]], level: float = LEVEL) -> Interval:
    """Return a sum of Poisson counts times weights with Fay and Feuer's gamma interval; each part is (count, weight).

    Raises: ValueError for negative counts or weights.
    """
    if any(count < 0 or weight < 0 for count, weight in parts):
        raise ValueError("counts and weights are not negative")
    tail = (1 - level) / 2
    total = sum(count * weight for count, weight in parts)
    spread = sum(count * weight**2 for count, weight in parts)
    largest = max((weight for _, weight in parts), default=0.0)
    if not largest:
        return Interval(0.0, 0.0, 0.0)
    low = float(spread / total * scipy.special.gammaincinv(total**2 / spread, tail)) if total else 0.0
    above, beyond = total + largest, spread + largest**2
    high = float(beyond / above * scipy.special.gammaincinv(above**2 / beyond, 1 - tail))
    return Interval(total, low, high)


def waiting_factor(share: float) -> float | None:
    """Return how many handling times a new piece of work waits on average when `share` of the day is taken.

    One person, work that comes at random and takes as long as it takes: the queue M/M/1, share / (1 - share). None from a
    full day on: the queue then grows without end.
    """
    return share / (1 - share) if 0 <= share < 1 else None


def span_verdict(sellers: int, teams: int = 1) -> str:
    """Return what is wrong with a team's size: `too_wide`, `needs_second_team` where it is the only one, or nothing."""
    if sellers > WIDEST_SPAN:
        return "too_wide"
    return "needs_second_team" if teams == 1 and sellers > MOST_WITHOUT_A_SECOND_TEAM else ""
