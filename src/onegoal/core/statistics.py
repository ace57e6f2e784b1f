"""Intervals around rates, counts, means and costs: how far a figure may be from the truth by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them
from numpy.typing import ArrayLike, NDArray

LEVEL = 0.95
"""The confidence level of every interval unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds that hold the truth at the asked level; None where the data cannot say."""

    estimate: float | None
    low: float | None
    high: float | None

    def excludes(self, value: float) -> bool:
        """Whether the bounds rule `value` out; an unknown bound rules out nothing."""
        return (self.low is not None and value < self.low) or (self.high is not None and value > self.high)


def wilson(successes: int, trials: int, level: float = LEVEL) -> Interval:
    """A rate with Wilson's score interval (Wilson 1927; Brown, Cai and DasGupta 2001 recommend it for small counts).

    No trials give no rate and bounds of 0 and 1. Raises: ValueError unless 0 <= successes <= trials.
    """
    low, high = wilson_bounds([successes], [trials], level)
    return Interval(successes / trials if trials else None, float(low[0]), float(high[0]))


def wilson_bounds(
    successes: ArrayLike, trials: ArrayLike, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Wilson's bounds for whole columns at once: (lows, highs)."""
    s, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if np.any(s < 0) or np.any(s > n):
        raise ValueError("successes must be between 0 and trials")
    z = _z(level)
    safe = np.maximum(n, 1)
    rate = s / safe
    centre = rate + z * z / (2 * safe)
    half = z * np.sqrt(rate * (1 - rate) / safe + z * z / (4 * safe * safe))
    scale = 1 + z * z / safe
    low = np.where((n == 0) | (s == 0), 0.0, (centre - half) / scale)
    high = np.where((n == 0) | (s == n), 1.0, (centre + half) / scale)
    return low, high


def difference_of_rates(first: tuple[int, int], second: tuple[int, int], level: float = LEVEL) -> Interval:
    """The first rate minus the second, each given as (successes, trials), by Newcombe's hybrid score method.

    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10. Without trials on a side the estimate is None.
    """
    one, two = wilson(*first, level), wilson(*second, level)
    if one.estimate is None or two.estimate is None:
        return Interval(None, -1.0, 1.0)
    p1, p2, difference = one.estimate, two.estimate, one.estimate - two.estimate
    down = sqrt((p1 - _known(one.low)) ** 2 + (_known(two.high) - p2) ** 2)
    up = sqrt((_known(one.high) - p1) ** 2 + (p2 - _known(two.low)) ** 2)
    return Interval(difference, difference - down, difference + up)


def poisson_interval(count: int, level: float = LEVEL) -> Interval:
    """A count with the exact interval of a Poisson mean (Garwood 1936). Raises: ValueError for a negative count."""
    if count < 0:
        raise ValueError("a count is not negative")
    tail = (1 - level) / 2
    low = float(scipy.special.gammaincinv(count, tail)) if count else 0.0
    return Interval(float(count), low, float(scipy.special.gammaincinv(count + 1, 1 - tail)))


def ratio_interval(cost: float, count: int, level: float = LEVEL) -> Interval:
    """Cost per result when the cost is known and the number of results is chance: cost over the count's bounds.

    In the units of `cost`. Without results the estimate and the upper bound are None: it may be any price above `low`.
    """
    bounds = poisson_interval(count, level)
    low = cost / _known(bounds.high)
    return Interval(cost / count, low, cost / _known(bounds.low)) if count else Interval(None, low, None)


def mean_interval(values: Sequence[float], level: float = LEVEL) -> Interval:
    """The mean with Student's t interval; a single value has a mean but no bounds, none at all has neither."""
    data = np.asarray(values, dtype=float)
    deviation = float(data.std(ddof=1)) if data.size > 1 else None
    return mean_interval_of(data.size, float(data.mean()) if data.size else None, deviation, level)


def mean_interval_of(count: int, mean: float | None, deviation: float | None, level: float = LEVEL) -> Interval:
    """The same from a table that has only the count, the mean and the sample standard deviation (divisor n - 1)."""
    if not count or mean is None:
        return Interval(None, None, None)
    if count == 1 or deviation is None:
        return Interval(mean, None, None)
    half = float(scipy.special.stdtrit(count - 1, (1 + level) / 2)) * deviation / sqrt(count)
    return Interval(mean, mean - half, mean + half)


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError("a level is between 0 and 1")
    return float(scipy.special.ndtri((1 + level) / 2))


def _known(bound: float | None) -> float:
    if bound is None:
        raise ValueError("this interval has no such bound")
    return bound
