"""How long things take when some have not happened yet: Kaplan-Meier curves and log-rank tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them
from numpy.typing import NDArray

from onegoal.core.differences import Difference
from onegoal.core.statistics import LEVEL, Interval

_POINTS: Final = 200
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """On `day` the share still waiting falls to `waiting`, with its bounds."""

    day: float
    waiting: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SurvivalSummary:
    """How many were watched, how many got there, and after how many days a quarter, half and three quarters had.

    A quantile's estimate or bound is None when the curve does not reach it: too many are still open.
    """

    count: int
    events: int
    first_quarter: Interval
    median: Interval
    third_quarter: Interval
    curve: tuple[CurvePoint, ...]


def time_to_event(durations: Sequence[float], observed: Sequence[bool], level: float = LEVEL) -> SurvivalSummary:
    """The way from one stage to the next: `durations` in days, until the event or, where not `observed`, until now.

    Kaplan-Meier (1958) with log-log bounds; a quantile is the first day on which the share still waiting is at or below
    its level, its interval the days on which the curve's bounds are (Brookmeyer and Crowley 1982). The curve is thinned
    to about 200 points. Raises: ValueError for negative or endless durations or columns of different length.
    """
    days, happened = _columns(durations, observed)
    events = int(happened.sum())
    if not events:
        unknown = Interval(None, None, None)
        return SurvivalSummary(days.size, 0, unknown, unknown, unknown, ())
    at, waiting, low, high = _curve(days, happened, level)
    first, median, third = (_quantile(at, waiting, low, high, share) for share in (0.75, 0.5, 0.25))
    return SurvivalSummary(days.size, events, first, median, third, _thinned(at, waiting, low, high))


def durations_differ(groups: Sequence[tuple[Sequence[float], Sequence[bool]]]) -> Difference:
    """Whether groups, each given as (durations, observed), take different times: the log-rank test for k samples.

    Source: Kalbfleisch and Prentice 2002, section 1.5; for two groups it is Mantel's test.
    Groups without members are left out.
    """
    columns = [_columns(*group) for group in groups if len(group[0])]
    if len(columns) < 2 or not any(happened.any() for _, happened in columns):
        return Difference(1.0, "none")
    gap, covariance = _logrank_parts(columns)
    # One group's gap follows from the others', so the last one is left out.
    rank = int(np.linalg.matrix_rank(covariance[:-1, :-1]))
    statistic = float(gap[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ gap[:-1])
    return Difference(float(scipy.stats.chi2.sf(statistic, rank)), "log-rank") if rank else Difference(1.0, "none")


_Columns = tuple[NDArray[np.float64], NDArray[np.bool_]]
_Floats = NDArray[np.float64]


def _columns(durations: Sequence[float], observed: Sequence[bool]) -> _Columns:
    days, happened = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    if days.shape != happened.shape:
        raise ValueError("each duration needs to know whether its event was observed")
    if not np.isfinite(days).all() or (days < 0).any():
        raise ValueError("durations are finite and not negative")
    return days, happened


def _curve(days: _Floats, happened: NDArray[np.bool_], level: float) -> tuple[_Floats, _Floats, _Floats, _Floats]:
    """Days of events with the share still waiting after each and its bounds."""
    survival = scipy.stats.ecdf(scipy.stats.CensoredData.right_censored(days, ~happened)).sf
    is_event = np.isin(survival.quantiles, days[happened])
    at, waiting = survival.quantiles[is_event], survival.probabilities[is_event]
    low, high = _log_log_bounds(days, happened, at, waiting, level)
    return at, waiting, low, high


def _log_log_bounds(
    days: _Floats, happened: NDArray[np.bool_], at: _Floats, waiting: _Floats, level: float
) -> tuple[_Floats, _Floats]:
    """Greenwood's variance on the scale of log(-log S), as SciPy has it, but silent where nobody waits any more."""
    risk, dead = _at_risk(days, at), _counted_at(days[happened], at)
    left = np.maximum(risk - dead, 1)
    alive = waiting > 0
    safe = np.where(alive, waiting, 0.5)
    theta = scipy.special.ndtri((1 + level) / 2) * np.sqrt(np.cumsum(dead / (risk * left))) / np.log(safe)
    low, high = safe ** np.exp(-theta), safe ** np.exp(theta)
    # At the end of a curve that falls to zero the transform does not exist: the bound before it still holds.
    before = high[alive][-1] if alive.any() else 1.0
    return np.where(alive, low, 0.0), np.where(alive, high, before)


def _quantile(at: _Floats, waiting: _Floats, low: _Floats, high: _Floats, share: float) -> Interval:
    return Interval(*(_first_at_or_below(at, curve, share) for curve in (waiting, low, high)))


def _first_at_or_below(at: _Floats, curve: _Floats, share: float) -> float | None:
    reached = np.flatnonzero(curve <= share + _ROUNDING)
    return float(at[reached[0]]) if reached.size else None


def _thinned(at: _Floats, waiting: _Floats, low: _Floats, high: _Floats) -> tuple[CurvePoint, ...]:
    kept = np.unique(np.linspace(0, at.size - 1, min(at.size, _POINTS)).round().astype(int))
    return tuple(CurvePoint(*(float(column[place]) for column in (at, waiting, low, high))) for place in kept)


def _logrank_parts(columns: Sequence[_Columns]) -> tuple[_Floats, NDArray[Any]]:
    """Events less those expected if all groups were alike, for each group, and the covariance of these gaps."""
    times = np.unique(np.concatenate([days[happened] for days, happened in columns]))
    at_risk = np.stack([_at_risk(days, times) for days, _ in columns])
    events = np.stack([_counted_at(days[happened], times) for days, happened in columns])
    risk, dead = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / risk
    spread = dead * (risk - dead) / np.maximum(risk - 1, 1)
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    return (events - share * dead).sum(axis=1), covariance


def _at_risk(days: _Floats, times: _Floats) -> _Floats:
    return (days.size - np.searchsorted(np.sort(days), times)).astype(float)


def _counted_at(days: _Floats, times: _Floats) -> _Floats:
    return np.bincount(np.searchsorted(times, days), minlength=times.size).astype(float)
