"""Whether several people judge the same things alike: Krippendorff's alpha with an interval, and Cohen's kappa."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from onegoal.core.statistics import LEVEL, Interval

Scale = Literal["nominal", "ordinal", "interval"]
Weights = Literal["none", "linear", "quadratic"]
Ratings = Sequence[Sequence[float | None]]
"""One row for each thing that was judged; None where a judge said nothing. The order of judges does not matter."""

TENTATIVE: Final = 0.667
"""Below it conclusions cannot be drawn from the judgements (Krippendorff 2004, p. 241)."""
RELIABLE: Final = 0.8
FEWEST: Final = 5
"""With fewer judged things than these an interval would only look like one."""
_RESAMPLES: Final = 2_000
_SEED: Final = 20_261_122
"""The seed is fixed, because the same data must give the same page."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha with its interval, the number of things judged by at least two, and the judgements they hold.

    The estimate is None when there is nothing to compare or everybody always gave the same answer to everything: without
    any variety, agreement cannot be told from the absence of differences.
    """

    alpha: Interval
    things: int
    judgements: int

    @property
    def is_too_low(self) -> bool:
        """Whether it lies below what conclusions need, beyond chance."""
        return self.alpha.high is not None and self.alpha.high < TENTATIVE

    @property
    def is_reliable(self) -> bool:
        """Whether it is good enough to rely on, beyond chance."""
        return self.alpha.low is not None and self.alpha.low >= RELIABLE


def krippendorff(ratings: Ratings, scale: Scale, level: float = LEVEL) -> Agreement:
    """Krippendorff's alpha: one minus observed over expected disagreement (Krippendorff 2011).

    1 is full agreement, 0 what chance gives, below 0 systematic disagreement. The interval is the percentile bootstrap
    over the judged things (2,000 resamples, fixed seed); from fewer than five things there is none.
    """
    kept = [[one for one in row if one is not None] for row in ratings]
    kept = [row for row in kept if len(row) > 1]
    judgements = sum(len(row) for row in kept)
    if not kept:
        return Agreement(Interval(None, None, None), 0, 0)
    values = np.unique(np.concatenate([np.asarray(row, dtype=float) for row in kept]))
    pairs = _coincidences(kept, values)
    estimate = _alphas(pairs.sum(axis=0, keepdims=True), values, scale)[0]
    if np.isnan(estimate) or len(kept) < FEWEST:
        known = None if np.isnan(estimate) else float(estimate)
        return Agreement(Interval(known, None, None), len(kept), judgements)
    low, high = _bootstrap(pairs, values, scale, level)
    return Agreement(Interval(float(estimate), low, high), len(kept), judgements)


def cohen_kappa(pairs: Sequence[tuple[Hashable, Hashable]], weights: Weights = "none") -> float | None:
    """Cohen's kappa of two judges, unweighted (Cohen 1960) or with linear or quadratic weights (Cohen 1968).

    With weights the answers must be sortable: their distance is that of their ranks among the answers given. None when
    chance alone would give full agreement. 1 is full agreement, 0 what chance gives.
    """
    if not pairs:
        return None
    answers = sorted({answer for pair in pairs for answer in pair}, key=None if weights != "none" else repr)  # type: ignore[arg-type, type-var]
    place = {answer: at for at, answer in enumerate(answers)}
    table = np.zeros((len(answers), len(answers)))
    for first, second in pairs:
        table[place[first], place[second]] += 1
    table /= len(pairs)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    cost = _costs(len(answers), weights)
    by_chance = float((cost * expected).sum())
    return 1 - float((cost * table).sum()) / by_chance if by_chance else None


def _costs(count: int, weights: Weights) -> NDArray[np.float64]:
    distance = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(float)
    return (distance > 0).astype(float) if weights == "none" else distance ** (1 if weights == "linear" else 2)


def _coincidences(kept: Sequence[Sequence[float]], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """One matrix of pairable values for each judged thing; a thing judged by m holds m in all."""
    counts = np.array([[row.count(value) for value in values] for row in kept], dtype=float)
    pairs = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(len(values))
    pairs[:, diagonal, diagonal] -= counts
    return np.asarray(pairs / (counts.sum(axis=1) - 1)[:, None, None])


def _alphas(matrices: NDArray[np.float64], values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Alpha of each coincidence matrix; not a number where nothing varies."""
    totals = matrices.sum(axis=2)
    squares = _distances(totals, values, scale)
    number = totals.sum(axis=1)
    observed = (matrices * squares).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * squares).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        alphas = 1 - (number - 1) * observed / expected
    return np.where(expected > 0, alphas, np.nan)


def _distances(totals: NDArray[np.float64], values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Squared distances between values; ordinal ones depend on how often each value was given."""
    if scale == "nominal":
        return np.asarray(1.0 - np.eye(len(values)))[None]
    if scale == "interval":
        return np.asarray(np.subtract.outer(values, values) ** 2)[None]
    ranks = np.cumsum(totals, axis=1) - totals / 2
    return np.asarray((ranks[:, :, None] - ranks[:, None, :]) ** 2)


def _bootstrap(
    pairs: NDArray[np.float64], values: NDArray[np.float64], scale: Scale, level: float
) -> tuple[float | None, float | None]:
    things, size = len(pairs), len(values)
    draws = np.random.default_rng(_SEED).multinomial(things, np.full(things, 1 / things), size=_RESAMPLES)
    matrices = (draws @ pairs.reshape(things, -1)).reshape(-1, size, size)
    alphas = _alphas(matrices, values, scale)
    alphas = alphas[~np.isnan(alphas)]  # a resample in which nothing varies says nothing about agreement
    if len(alphas) < _RESAMPLES / 2:
        return None, None
    low, high = np.quantile(alphas, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
