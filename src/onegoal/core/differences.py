"""Whether groups differ beyond chance, and which of them stand out, corrected for how many are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them
from numpy.typing import NDArray

from onegoal.core.statistics import LEVEL, Interval, difference_of_rates

Counts = Sequence[tuple[int, int]]
"""One (successes, trials) for each group."""
Verdict = Literal["above", "below", "not beyond chance"]
Correction = Literal["holm", "benjamini-hochberg"]

_RESAMPLES: Final = 19_999
_SEED: Final = 20_261_121
"""The seed is fixed, because the same data must give the same page."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The probability of differences this large by chance alone, and the test that says so.

    `method` is `chi-square`, `fisher`, `exact by simulation`, `welch`, `kruskal-wallis`, `log-rank`, or `none` when
    there is nothing to compare (p is then 1).
    """

    p: float
    method: str

    def is_beyond_chance(self, level: float = LEVEL) -> bool:
        """Whether the groups differ at this level."""
        return self.p < 1 - level


@dataclass(frozen=True, slots=True)
class Pair:
    """Two groups by their places, the first rate minus the second, and p as such and corrected for all pairs."""

    first: int
    second: int
    difference: Interval
    p: float
    p_corrected: float


def rates_differ(counts: Counts) -> Difference:
    """Whether the groups' rates differ, all taken together.

    Pearson's chi-square without continuity correction while every expected count is at least 5 (Cochran's rule, strict
    form). Below that, Fisher's exact test for two groups and, for more, the same chi-square against 19,999 tables with
    the same margins drawn from the multivariate hypergeometric distribution with a fixed seed. Groups without trials
    are left out. Raises: ValueError unless 0 <= successes <= trials.
    """
    table = _table(counts)
    if table.shape[0] < 2 or not table.sum(axis=0).all():
        return Difference(1.0, "none")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    if expected.min() >= 5:
        return Difference(float(scipy.stats.chi2_contingency(table, correction=False).pvalue), "chi-square")
    if table.shape[0] == 2:
        return Difference(float(scipy.stats.fisher_exact(table).pvalue), "fisher")
    return Difference(_simulated(table), "exact by simulation")


def compare_pairs(counts: Counts, *, correction: Correction = "holm", level: float = LEVEL) -> list[Pair]:
    """Every pair of groups, in order, with Newcombe's interval and p corrected for the number of pairs."""
    places = list(combinations(range(len(counts)), 2))
    tests = [rates_differ([counts[one], counts[two]]).p for one, two in places]
    corrected = corrected_p(tests, correction)
    return [
        Pair(one, two, difference_of_rates(counts[one], counts[two], level), p, adjusted)
        for (one, two), p, adjusted in zip(places, tests, corrected, strict=True)
    ]


def stand_out(counts: Counts, level: float = LEVEL) -> list[Verdict]:
    """For each group whether its rate is above or below that of all others together, or not beyond chance.

    A group stands out only when the groups differ at all (`rates_differ`) and its own test against the rest still
    holds after Holm's correction for the number of groups; so chance names nobody in at least `level` of the cases.
    """
    if not rates_differ(counts).is_beyond_chance(level):
        return ["not beyond chance"] * len(counts)
    rests = _rests(counts)
    tests = [rates_differ([own, rest]).p for own, rest in zip(counts, rests, strict=True)]
    corrected = holm(tests)
    return [_verdict(own, rest, p < 1 - level) for own, rest, p in zip(counts, rests, corrected, strict=True)]


def corrected_p(tests: Sequence[float], correction: Correction) -> list[float]:
    """The p values corrected for their number: Holm keeps any false alarm rare, Benjamini-Hochberg their share."""
    return holm(tests) if correction == "holm" else benjamini_hochberg(tests)


def holm(tests: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p values (Holm 1979), in the order given."""
    order = sorted(range(len(tests)), key=tests.__getitem__)
    adjusted, floor = [0.0] * len(tests), 0.0
    for rank, place in enumerate(order):
        floor = max(floor, min(1.0, (len(tests) - rank) * tests[place]))
        adjusted[place] = floor
    return adjusted


def benjamini_hochberg(tests: Sequence[float]) -> list[float]:
    """Adjusted p values that bound the share of false discoveries (Benjamini and Hochberg 1995), in the order given."""
    return [float(p) for p in scipy.stats.false_discovery_control(list(tests))] if len(tests) else []


def means_differ(groups: Sequence[Sequence[float]], *, scale: Literal["plain", "log"] = "plain") -> Difference:
    """Whether the groups' means differ, by Welch's analysis of variance (Welch 1951), which lets spreads differ.

    `scale="log"` compares geometric means, right for prices spread over orders of size; all values must be positive.
    Groups of fewer than two values are left out. When the values of a group are all equal, where Welch's test does not
    exist, ranks are compared instead (Kruskal-Wallis). Raises: ValueError for a logarithm of zero or less.
    """
    data = [np.asarray(group, dtype=float) for group in groups if len(group) > 1]
    if scale == "log":
        if any((group <= 0).any() for group in data):
            raise ValueError("only positive values have logarithms")
        data = [np.log(group) for group in data]
    if len(data) < 2 or np.ptp(np.concatenate(data)) == 0:
        return Difference(1.0, "none")
    if any(np.ptp(group) == 0 for group in data):
        return Difference(float(scipy.stats.kruskal(*data).pvalue), "kruskal-wallis")
    return Difference(float(scipy.stats.f_oneway(*data, equal_var=False).pvalue), "welch")


def _table(counts: Counts) -> NDArray[np.int64]:
    """Rows of (successes, failures) for the groups that have trials."""
    if any(not 0 <= successes <= trials for successes, trials in counts):
        raise ValueError("successes must be between 0 and trials")
    rows = [(successes, trials - successes) for successes, trials in counts if trials]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _simulated(table: NDArray[np.int64]) -> float:
    """Share of tables with these margins at least as far from even as this one, itself counted among them."""
    trials, successes = table.sum(axis=1), int(table[:, 0].sum())
    even = trials * successes / trials.sum()
    drawn = np.random.default_rng(_SEED).multivariate_hypergeometric(trials, successes, size=_RESAMPLES)
    # Given the margins Pearson's statistic grows with this sum alone.
    distances = ((drawn - even) ** 2 / trials).sum(axis=1)
    own = float(((table[:, 0] - even) ** 2 / trials).sum())
    return float((1 + np.count_nonzero(distances >= own * (1 - 1e-9))) / (_RESAMPLES + 1))


def _rests(counts: Counts) -> list[tuple[int, int]]:
    successes, trials = sum(s for s, _ in counts), sum(n for _, n in counts)
    return [(successes - s, trials - n) for s, n in counts]


def _verdict(own: tuple[int, int], rest: tuple[int, int], is_significant: bool) -> Verdict:
    if not is_significant:
        return "not beyond chance"
    return "above" if own[0] * rest[1] > rest[0] * own[1] else "below"
