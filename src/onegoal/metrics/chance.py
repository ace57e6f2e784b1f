"""What chance may have done to the rows of an answer: their intervals, whether they differ, which of them stand out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them
from numpy.typing import NDArray

from onegoal.core.differences import Verdict, holm, means_differ, rates_differ, stand_out
from onegoal.core.statistics import LEVEL

_RESAMPLES: Final = 19_999
_SEED: Final = 20_261_121
_MOST_ROWS: Final = 500
"""Beyond this many rows no test is run: nobody compares so many, and the answer would be late."""

Compared = tuple[float, tuple[str, ...]]
"""The p value of the test over all rows, and for each row "above", "below" or ""."""


def compare_rates(counts: Sequence[tuple[int, int]]) -> Compared | None:
    """Compare shares given as (numerator, denominator); rows without denominators take no part."""
    if not _comparable([n for _, n in counts]) or any(not 0 <= s <= n for s, n in counts):
        return None
    return rates_differ(counts).p, tuple(_plain(verdict) for verdict in stand_out(counts))


def compare_costs(spent: Sequence[int], results: Sequence[int]) -> Compared | None:
    """Compare costs per result: were one price true for all, the results would fall to the rows as the spend does.

    Given their total the counts are then multinomial with the shares of spend (rows without spend take no part):
    chi-square while every expected count is at least 5, else the same statistic against drawn tables with a fixed seed.
    Each row against the rest is an exact binomial test (twice the smaller tail) with Holm's correction.
    """
    paid = [place for place, amount in enumerate(spent) if amount > 0]
    total, count = sum(spent[place] for place in paid), sum(results[place] for place in paid)
    if not _comparable([spent[place] for place in paid]) or not count:
        return None
    shares = [spent[place] / total for place in paid]
    p = _multinomial_p([results[place] for place in paid], shares)
    verdicts = [""] * len(spent)
    if p < 1 - LEVEL:
        tests = _binomial_p(np.array([results[at] for at in paid]), count, np.array(shares))
        for at, share, corrected in zip(paid, shares, holm(tests), strict=True):
            if corrected < 1 - LEVEL:  # fewer results than its share of the spend: each one costs more
                verdicts[at] = "above" if results[at] < share * count else "below"
    return p, tuple(verdicts)


def compare_means(groups: Sequence[Sequence[float]]) -> Compared | None:
    """Compare means by Welch's analysis of variance; each row against all others by Welch's t with Holm's correction."""
    if not _comparable([len(group) > 1 for group in groups]):
        return None
    p = means_differ(groups).p
    verdicts = [""] * len(groups)
    if p < 1 - LEVEL:
        tests = [_against_rest(groups, place) for place in range(len(groups))]
        for place, ((_, sign), corrected) in enumerate(zip(tests, holm([p for p, _ in tests]), strict=True)):
            verdicts[place] = sign if corrected < 1 - LEVEL else ""
    return p, tuple(verdicts)


def return_bounds(margin: int, squares: float, spend: int) -> tuple[float, float] | None:
    """Bounds of (margin - spend) / spend while the number of deals and the margin of each are chance.

    A compound Poisson sum has the variance of the sum of squares of its parts; normal approximation.
    """
    if spend <= 0 or not squares:
        return None
    half = scipy.stats.norm.ppf((1 + LEVEL) / 2) * math.sqrt(squares)
    return (margin - half) / spend - 1, (margin + half) / spend - 1


def _comparable(weights: Sequence[float]) -> bool:
    return sum(1 for weight in weights if weight) >= 2 and len(weights) <= _MOST_ROWS


def _plain(verdict: Verdict) -> str:
    return "" if verdict == "not beyond chance" else verdict


def _multinomial_p(results: Sequence[int], shares: Sequence[float]) -> float:
    count = sum(results)
    expected = np.array(shares) * count
    distance = float(((np.array(results) - expected) ** 2 / expected).sum())
    if expected.min() >= 5:
        return float(scipy.stats.chi2.sf(distance, len(shares) - 1))
    drawn = np.random.default_rng(_SEED).multinomial(count, np.array(shares) / sum(shares), size=_RESAMPLES)
    distances = ((drawn - expected) ** 2 / expected).sum(axis=1)
    return float((1 + np.count_nonzero(distances >= distance * (1 - 1e-9))) / (_RESAMPLES + 1))


def _binomial_p(results: NDArray[np.int64], count: int, shares: NDArray[np.float64]) -> list[float]:
    tails = np.minimum(scipy.stats.binom.cdf(results, count, shares), scipy.stats.binom.sf(results - 1, count, shares))
    return [float(p) for p in np.minimum(1.0, 2 * tails)]


def _against_rest(groups: Sequence[Sequence[float]], place: int) -> tuple[float, str]:
    own = groups[place]
    rest = [value for at, group in enumerate(groups) if at != place for value in group]
    if len(own) < 2 or len(rest) < 2:
        return 1.0, ""
    found = means_differ([own, rest])
    return found.p, "above" if float(np.mean(own)) > float(np.mean(rest)) else "below"
