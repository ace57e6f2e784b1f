"""Sags: drops of watched series that chance does not explain, with a stated number of false alarms in a quiet year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Direction = Literal["down", "up"]
Floats = NDArray[np.float64]

FACTOR: Final[Mapping[str, float]] = {"down": 0.65, "up": 1.5}
"""The change the sum is tuned to: 35 % less, or half as much again; smaller ones are found later, larger ones sooner."""
NORMAL_DAYS: Final = 182
"""What is normal is known from this many days: half a year, whole weeks."""
WATCHED_DAYS: Final = 56
"""The last eight weeks are watched and no part of what is normal: a sag must not become the norm by which it is judged."""
DAYS: Final = NORMAL_DAYS + WATCHED_DAYS
LEAST_NORMAL: Final = 26.0
"""Fewer events than this in half a year (one a week) say nothing soon enough to be watched."""
_QUIET_YEARS: Final = 600
_DAYS_A_YEAR: Final = 365
_SEED: Final = 20_261_121
_SIZES: Final = 2
"""Limits are simulated for sizes half a doubling apart."""
_LARGEST: Final = 16.0
"""Beyond this size of a day a Poisson count is near enough to normal for the limit to stay as it is."""


@dataclass(frozen=True)
class Series:
    """One watched figure over DAYS days in a row, the oldest first, the last one being the day of watching.

    `counts` of `bases`: answered calls of calls; a plain count has no bases. `days` names its days of the week (0 is Monday)
    or 7 for a day on which nobody works; None where all days are alike.
    """

    name: str
    counts: Sequence[float]
    bases: Sequence[float] | None = None
    days: Sequence[int] | None = None


@dataclass(frozen=True)
class Normal:
    """What is normal for a series: the expected counts of its watched days, their spread, and the size of a usual day."""

    expected: Floats
    dispersion: float
    size: float
    rate: float | None = None


@dataclass(frozen=True)
class Finding:
    """A change of one series beyond its limit: for how many days, how much came and how much was to be expected then.

    `score` over `limit` says how far beyond; for a rate `value` and `normal` are shares, else events a day.
    """

    series: str
    direction: Direction
    days: int
    count: float
    expected: float
    value: float
    normal: float
    score: float
    limit: float


def watch(series: Series, limit: float, direction: Direction = "down") -> Finding | None:
    """Return what the last eight weeks of a series say, or None where it is within its limit or too small to watch.

    A cumulative sum of log-likelihood ratios (Page 1954; for counts Lucas 1985) of a change by FACTOR against none, over
    the dispersion, never below zero; what is normal is known from the half year before.
    """
    normal = normal_of(series)
    if normal is None:
        return None
    steps = _steps(_watched(series.counts), normal, series, direction)
    score, begun = 0.0, 0
    for at, step in enumerate(steps):
        score = max(0.0, score + step)
        begun = at + 1 if score == 0.0 else begun
    return _finding(series, normal, direction, begun, score, limit) if score > limit else None


def normal_of(series: Series) -> Normal | None:
    """Return what the first half year of a series says is normal; None where it is too little to say anything."""
    counts = np.asarray(series.counts[:NORMAL_DAYS], dtype=float)
    if len(series.counts) != DAYS or counts.sum() < LEAST_NORMAL:
        return None
    if series.bases is not None:
        return _normal_rate(series, counts)
    kinds = np.asarray(series.days if series.days is not None else [0] * DAYS, dtype=int)
    by_kind = _by_kind(counts, kinds[:NORMAL_DAYS])
    expected = np.array([by_kind[kind] for kind in kinds])
    dispersion = _dispersion(counts, expected[:NORMAL_DAYS])
    return Normal(expected[NORMAL_DAYS:], dispersion, float(counts.mean()))


@lru_cache(maxsize=512)
def limit_for(size: float, alarms_a_year: float, direction: Direction = "down") -> float:
    """The limit at which one quiet series raises `alarms_a_year` alarms in a year on average.

    `size` is the expected count of a usual day over the dispersion (of successes, for a rate). Found by simulating quiet
    years of Poisson counts through the same steps, the estimation of what is normal included. Rare alarms are read off
    the tail, exponential in the limit, fitted where there are enough of them.
    """
    levels, rates = _alarm_rates(_rounded(size), direction)
    wanted = max(alarms_a_year, 1e-9)
    if wanted >= rates[0]:
        return float(levels[0])
    logs = np.log(rates)
    within = int(np.searchsorted(-logs, -log(wanted)))
    if within < len(levels):
        return float(np.interp(-log(wanted), -logs[: within + 1], levels[: within + 1]))
    slope = (logs[-1] - logs[0]) / (levels[-1] - levels[0])
    return float(levels[-1] + (log(wanted) - logs[-1]) / slope)


def size_of(normal: Normal) -> float:
    """The size `limit_for` wants: events of a usual day, those that chance bunches together counted as one."""
    return normal.size / normal.dispersion


def limits_for(watched: Sequence[Series], alarms_a_year: float, direction: Direction = "down") -> dict[str, float]:
    """The limits of all watched series at which they raise `alarms_a_year` false alarms in a quiet year together.

    Each may raise the same share of them. Numbers of alarms add up whether or not the series depend on each other, so
    the total holds for leads and the same leads by channel too. Series too small to watch are left out.
    """
    known = {series.name: normal for series in watched if (normal := normal_of(series))}
    share = alarms_a_year / max(len(known), 1)
    return {name: limit_for(_rounded(size_of(normal)), share, direction) for name, normal in known.items()}


def quiet_alarms(size: float, limit: float, direction: Direction = "down", *, seed: int, years: int) -> float:
    """How many alarms a quiet series of this size raises in a year at a limit, by simulation: a check of `limit_for`."""
    return _episodes(_scores(size, direction, seed=seed, years=years), limit) / years


def _watched(counts: Sequence[float]) -> Floats:
    return np.asarray(counts[NORMAL_DAYS:], dtype=float)


def _normal_rate(series: Series, counts: Floats) -> Normal | None:
    bases = np.asarray(series.bases, dtype=float)
    usual, total = bases[:NORMAL_DAYS], float(bases[:NORMAL_DAYS].sum())
    rate = min(float(counts.sum()) / total, 1.0) if total else 0.0
    if not 0 < rate < 1:
        return None
    spread = _dispersion(counts, usual * rate, whole=1 - rate)
    return Normal(bases[NORMAL_DAYS:] * rate, spread, float(counts.mean()) / (1 - rate), rate)


def _steps(counts: Floats, normal: Normal, series: Series, direction: Direction) -> Floats:
    """The log-likelihood ratios of the days: how much better each agrees with the changed level than with the normal one."""
    factor = FACTOR[direction]
    if normal.rate is None or series.bases is None:
        return (counts * log(factor) - normal.expected * (factor - 1)) / normal.dispersion
    # A share has no room above one: towards it the odds change instead of the rate.
    rate = normal.rate
    changed = rate * factor if direction == "down" else rate * factor / (1 - rate + rate * factor)
    failures = _watched(series.bases) - counts
    return (counts * log(changed / rate) + failures * log((1 - changed) / (1 - rate))) / normal.dispersion


def _finding(series: Series, normal: Normal, direction: Direction, begun: int, score: float, limit: float) -> Finding:
    counts = _watched(series.counts)[begun:]
    expected = normal.expected[begun:]
    days = len(counts)
    if normal.rate is not None and series.bases is not None:
        base = float(_watched(series.bases)[begun:].sum())
        value, usual = float(counts.sum()) / base if base else 0.0, normal.rate
    else:
        value, usual = float(counts.sum()) / days, float(expected.sum()) / days
    return Finding(series.name, direction, days, float(counts.sum()), float(expected.sum()), value, usual, score, limit)


def _by_kind(counts: Floats, kinds: NDArray[np.int64]) -> dict[int, float]:
    common = float(counts.mean())
    return {
        kind: (float(counts[kinds == kind].sum()) + common) / (np.count_nonzero(kinds == kind) + 1) for kind in range(8)
    }


def _dispersion(counts: Floats, expected: Floats, whole: float = 1.0) -> float:
    """Variance over that of pure chance, of weeks and of four weeks, whichever is larger: slow waves are chance too."""
    return max(_dispersion_of(counts, expected, whole, days) for days in (7, 28))


def _dispersion_of(counts: Floats, expected: Floats, whole: float, days: int) -> float:
    parts = counts.size // days
    own = counts[-parts * days :].reshape(parts, days).sum(axis=1)
    mean = expected[-parts * days :].reshape(parts, days).sum(axis=1)
    known = mean > 0
    if np.count_nonzero(known) < 3:
        return 1.0
    chi = float(((own - mean)[known] ** 2 / (mean[known] * max(whole, 1e-6))).sum())
    return max(1.0, chi / (np.count_nonzero(known) - 1))


def _rounded(size: float) -> float:
    """The size rounded up to half a doubling: limits rise with size, so none is too low."""
    return float(2 ** (ceil(_SIZES * np.log2(min(max(size, 1e-3), _LARGEST))) / _SIZES))


@lru_cache(maxsize=128)
def _alarm_rates(size: float, direction: Direction) -> tuple[Floats, Floats]:
    """Limits, rising, and how many alarms a year each gives; as far as there are ten alarms to count."""
    scores = _scores(size, direction, seed=_SEED, years=_QUIET_YEARS)
    tops = np.quantile(scores.max(axis=1), [0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1 - 10 / _QUIET_YEARS])
    levels = np.unique(np.maximum(tops, 1e-3))
    rates = np.array([_episodes(scores, float(level)) / _QUIET_YEARS for level in levels])
    return levels, rates


def _scores(size: float, direction: Direction, *, seed: int, years: int) -> NDArray[np.float32]:
    """The score on each day of quiet years: years x 365, each day's from its own half year and eight weeks."""
    draw = np.random.default_rng(seed)
    counts = draw.poisson(size, (years, DAYS + _DAYS_A_YEAR - 1)).astype(np.float32)
    sums = np.concatenate([np.zeros((years, 1), np.float32), counts.cumsum(axis=1)], axis=1)
    usual = (sums[:, NORMAL_DAYS : NORMAL_DAYS + _DAYS_A_YEAR] - sums[:, :_DAYS_A_YEAR]) / NORMAL_DAYS
    factor = FACTOR[direction]
    drift = usual * (factor - 1)
    scores = np.zeros((years, _DAYS_A_YEAR), np.float32)
    for at in range(WATCHED_DAYS):
        day = counts[:, NORMAL_DAYS + at : NORMAL_DAYS + at + _DAYS_A_YEAR]
        scores = np.maximum(0, scores + day * log(factor) - drift)
    return scores


def _episodes(scores: NDArray[np.float32], limit: float) -> int:
    """How many times a score rises above its limit after it was below half of it: an alarm ends there."""
    is_open, found = np.zeros(scores.shape[0], dtype=bool), 0
    for day in scores.T:
        begins = ~is_open & (day > limit)
        found += int(begins.sum())
        is_open = (is_open | begins) & (day > limit / 2)
    return found
