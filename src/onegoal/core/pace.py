"""Pace towards a goal: what was to be reached by a day, what is needed today, and what the end of the period will bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.statistics import Interval

FORECAST_LEVEL: Final = 0.8
"""A forecast names the range that holds the end in eight of ten cases."""
HALF_LIFE: Final = 60
"""Days after which a past day counts half: a pace is what happened lately, and the quarter before still counts."""
MOST_DISPERSION: Final = 12.0
RUNS: Final = 2_000
_MOST_DRAWS: Final = 1_500_000
_MOST_DAYS: Final = 190_000
_SEED: Final = 20_261_121
_FREE: Final = 7
"""The kind of a day on which nobody works; 0 to 6 are working days from Monday."""

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def spread_over(total: int, shares: Sequence[float]) -> list[int]:
    """Spread a whole total by shares so that each running sum is the nearest whole number and the last is the total.

    Shares need not add up to one; without any, the whole total stands on the last place. Empty for no places.
    """
    if not shares:
        return []
    running = np.cumsum(np.asarray(shares, dtype=float))
    if running[-1] <= 0:
        return [0] * (len(shares) - 1) + [total]
    reached = [round(total * float(share)) for share in running / running[-1]]
    return [now - before for now, before in zip(reached, [0, *reached[:-1]], strict=True)]


def needed(planned: int, done_before: int, done_today: int) -> tuple[int, int]:
    """Return what today has to bring to be on plan tonight, and what of it is still missing; both not negative."""
    wanted = max(0, planned - done_before)
    return wanted, max(0, wanted - done_today)


def price_needed(target_price: int, target_deals: int, money: int, deals: int) -> int | None:
    """The average price the deals still to come need for the average of all to reach its target, in minor units.

    None when no deal is to come any more, or the target is safe whatever they cost.
    """
    left = target_deals - deals
    missing = target_price * target_deals - money
    return -(-missing // left) if left > 0 and missing > 0 else None


@dataclass(frozen=True)
class Past:
    """Days that have passed, the oldest first, all of them in a row: how many events each brought, and what kind it was."""

    counts: Sequence[int]
    kinds: Sequence[int]


@dataclass(frozen=True)
class Marks:
    """What events brought: one line of values for each kind of event seen, drawn in proportion to `weights`."""

    values: Floats
    weights: Floats


@dataclass(frozen=True)
class Stream:
    """Events of one sort (signed deals, payments): their past and what they bring."""

    past: Past
    marks: Marks
    half_life: float = HALF_LIFE


def kind_of(day: dt.date, is_worked: bool) -> int:
    """Return the kind of a day: its day of the week when it is worked (0 is Monday), else 7."""
    return day.weekday() if is_worked else _FREE


@dataclass(frozen=True)
class Level:
    """What the past says of the present level: events a day on an average day, how firmly, and each kind's own share.

    `shape` and `rate` are those of the gamma distribution of the level; `dispersion` is the variance of a week's count over
    its mean, at least 1 (a Poisson count).
    """

    shape: float
    rate: float
    by_kind: Mapping[int, float]
    dispersion: float

    @property
    def mean(self) -> float:
        """Events on a day of average kind."""
        return self.shape / self.rate


def level_of(past: Past, *, half_life: float = HALF_LIFE) -> Level:
    """Return the present level of a stream of events: a gamma-Poisson model whose past fades (Smith 1979).

    A past day counts by one half for each `half_life` days since. Days of the week and free days have a rate of their own,
    drawn towards the common one by one day's worth of it. No days at all leave a level nobody knows: half an event in
    a day's weight.
    """
    counts, kinds = np.asarray(past.counts, dtype=float), np.asarray(past.kinds, dtype=int)
    if not counts.size:
        return Level(0.5, 1.0, {}, 1.0)
    faded = 0.5 ** (np.arange(counts.size, 0, -1) / half_life)
    common = counts.mean()
    by_kind = {
        kind: (float(counts[kinds == kind].sum()) + common) / ((np.count_nonzero(kinds == kind) + 1) * common)
        if common
        else 1.0
        for kind in range(_FREE + 1)
    }
    exposure = np.array([by_kind[kind] for kind in kinds])
    dispersion = _dispersion(counts, exposure)
    shape = float((faded * counts).sum()) / dispersion + 0.5
    return Level(shape, float((faded * exposure).sum()) / dispersion, by_kind, dispersion)


def coming_counts(level: Level, kinds: Sequence[int], *, runs: int, draw: np.random.Generator) -> Counts:
    """Draw how many events each coming day brings: one line for each run, one column for each day."""
    exposure = np.array([level.by_kind.get(kind, 1.0) for kind in kinds])
    means = draw.gamma(level.shape, 1 / level.rate, size=(runs, 1)) * exposure
    excess = level.dispersion - 1
    if excess > 1e-9:
        means = draw.gamma(np.maximum(means / excess, 1e-12), excess)
    return draw.poisson(means)


def coming_values(stream: Stream, kinds: Sequence[int], *, runs: int, draw: np.random.Generator) -> Floats:
    """Draw what the coming days bring: runs x days x (the count, then each value of the marks), days one by one."""
    counts = coming_counts(level_of(stream.past, half_life=stream.half_life), kinds, runs=runs, draw=draw)
    width = stream.marks.values.shape[1] if stream.marks.values.ndim == 2 else 0
    drawn = np.zeros((*counts.shape, width + 1))
    drawn[..., 0] = counts
    total = int(counts.sum())
    if not total or not len(stream.marks.weights):
        return drawn
    chosen = draw.choice(len(stream.marks.weights), size=total, p=stream.marks.weights / stream.marks.weights.sum())
    places = np.repeat(np.arange(counts.size), counts.ravel())
    for at in range(width):
        sums = np.bincount(places, weights=stream.marks.values[chosen, at], minlength=counts.size)
        drawn[..., at + 1] = sums.reshape(counts.shape)
    return drawn


def runs_for(streams: Sequence[Stream], days: int) -> int:
    """How many runs to draw: fewer for long periods and many events, where chance matters less."""
    expected = sum(level_of(stream.past, half_life=stream.half_life).mean for stream in streams) * days
    most = min(float(RUNS), _MOST_DRAWS / (expected + 1), _MOST_DAYS / (days + 1))
    return max(300, int(most))


def generator() -> np.random.Generator:
    """The source of chance of forecasts: the same data give the same forecast."""
    return np.random.default_rng(_SEED)


def interval_of(drawn: Floats, level: float = FORECAST_LEVEL) -> Interval:
    """The median of drawn values with the range that holds `level` of them."""
    low, middle, high = (float(value) for value in np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2]))
    return Interval(middle, low, high)


def bands_of(drawn: Floats, level: float = FORECAST_LEVEL) -> list[Interval]:
    """The same for each column of drawn values."""
    lows, middles, highs = np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return [Interval(float(m), float(low), float(high)) for low, m, high in zip(lows, middles, highs, strict=True)]


def _dispersion(counts: Floats, exposure: Floats) -> float:
    """Pearson's chi-square of whole weeks (the last ones) against the average level, over their number less one."""
    weeks = counts.size // 7
    if weeks < 4 or not counts.sum():
        return 1.0
    own = counts[-7 * weeks :].reshape(weeks, 7).sum(axis=1)
    weight = exposure[-7 * weeks :].reshape(weeks, 7).sum(axis=1)
    expected = own.sum() * weight / weight.sum()
    known = expected > 0
    found = float(((own[known] - expected[known]) ** 2 / expected[known]).sum()) / max(int(known.sum()) - 1, 1)
    return min(max(found, 1.0), MOST_DISPERSION)
