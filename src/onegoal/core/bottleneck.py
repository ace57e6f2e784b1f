"""The bottleneck of the chain: the step whose return to its normal value would bring most, and nothing chance explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.differences import holm
from onegoal.core.statistics import LEVEL, Interval

_DRAWS: Final = 20_000
_SEED: Final = 20_261_121


@dataclass(frozen=True)
class Step:
    """One step of the chain: what came out of it over what went in, now and in normal times.

    `count` of `base` now (deals of leads; visitors of days), `normal_count` of `normal_base` before. `dispersion` is the
    variance of such counts over their mean, 1 for a Poisson count; how it is known is the caller's business.
    """

    name: str
    count: float
    base: float
    normal_count: float
    normal_base: float
    dispersion: float = 1.0

    @property
    def value(self) -> float | None:
        """What comes out for one that goes in, now."""
        return self.count / self.base if self.base else None

    @property
    def normal(self) -> float | None:
        """The same in normal times."""
        return self.normal_count / self.normal_base if self.normal_base else None


@dataclass(frozen=True)
class Shortfall:
    """A step below its normal value beyond chance.

    `ratio` is normal over present (1.25: a quarter more would come out), `gain` what its return would add to the result
    that `worth` measured, `p` the corrected probability of so low a value by chance.
    """

    step: Step
    ratio: Interval
    gain: Interval
    p: float


def shortfalls(steps: Sequence[Step], worth: float, *, level: float = LEVEL) -> list[Shortfall]:
    """Return the steps that run below normal beyond chance, the one whose return would add most first.

    `worth` is what the chain brings now in the time the steps were counted over (deals, money, points of the KPI). The chain
    multiplies, so a step back at its normal value multiplies the result by normal over present, all else as it is:
    gain = worth x (ratio - 1). One-sided tests of two Poisson rates, conditional on their sum (Przyborowski and Wilenski
    1940), counts divided by the dispersion; corrected for the number of steps by Holm. The ratio's interval is that of
    two gamma posteriors (Jeffreys' prior), 20,000 draws with a fixed seed.
    """
    usable = [step for step in steps if step.base > 0 and step.normal_base > 0 and step.normal_count > 0]
    tests = holm([_p_below(step) for step in usable])
    found = [
        Shortfall(step, ratio, _gain(ratio, worth), p)
        for step, p in zip(usable, tests, strict=True)
        if p < 1 - level and (ratio := _ratio(step, level)).estimate
    ]
    return sorted(found, key=lambda one: -(one.gain.estimate or 0))


def dispersion_of(counts: Sequence[float], bases: Sequence[float]) -> float:
    """The variance of counts of equal stretches of time over their mean, their bases taken into account; at least 1."""
    own, base = np.asarray(counts, dtype=float), np.asarray(bases, dtype=float)
    if own.size < 4 or not own.sum() or not base.sum():
        return 1.0
    expected = own.sum() * base / base.sum()
    known = expected > 0
    return max(1.0, float(((own - expected)[known] ** 2 / expected[known]).sum()) / max(int(known.sum()) - 1, 1))


def _p_below(step: Step) -> float:
    """The probability of so few or fewer now, given how many there were in all."""
    now, before = step.count / step.dispersion, step.normal_count / step.dispersion
    share = step.base / (step.base + step.normal_base)
    # The mid-p of a binomial count, through the incomplete beta function: scaled counts need not be whole.
    total = now + before
    at_most = float(scipy.special.betainc(max(total - now, 1e-9), now + 1, 1 - share)) if total > now else 1.0
    below = float(scipy.special.betainc(total - now + 1, now, 1 - share)) if now > 0 else 0.0
    return (at_most + below) / 2


def _ratio(step: Step, level: float) -> Interval:
    draw = np.random.default_rng(_SEED)
    now = draw.gamma(step.count / step.dispersion + 0.5, step.dispersion / step.base, _DRAWS)
    normal = draw.gamma(step.normal_count / step.dispersion + 0.5, step.dispersion / step.normal_base, _DRAWS)
    tail = (1 - level) / 2
    low, middle, high = (float(value) for value in np.quantile(normal / now, [tail, 0.5, 1 - tail]))
    estimate = step.normal / step.value if step.value and step.normal else middle
    return Interval(estimate, low, high)


def _gain(ratio: Interval, worth: float) -> Interval:
    low, middle, high = ((bound or 1) - 1 for bound in (ratio.low, ratio.estimate, ratio.high))
    return Interval(worth * middle, worth * max(low, 0.0), worth * high)


def mean_step(name: str, now: Sequence[float], normal: Sequence[float]) -> Step | None:
    """A step whose value is a mean (an average price), put as counts with the same relative error; None for too few.

    A mean m with standard error s is known as well as a Poisson count of (m / s) squared.
    """
    if len(now) < 3 or len(normal) < 3 or sum(now) <= 0 or sum(normal) <= 0:
        return None
    sizes = []
    for values in (now, normal):
        data = np.asarray(values, dtype=float)
        error = float(data.std(ddof=1)) / sqrt(data.size)
        sizes.append((float(data.mean()), min((float(data.mean()) / error) ** 2, 1e9) if error else 1e9))
    (mean, size), (usual, usual_size) = sizes
    return Step(name, size, size / mean, usual_size, usual_size / usual)
