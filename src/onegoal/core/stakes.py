"""What a hindrance may cost: counts, conversions and prices multiplied, with bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, sqrt

from onegoal.core.statistics import Interval


def product_of(factors: Sequence[Interval]) -> Interval:
    """Return the product of independent figures of zero or more, bounded by the method of variance estimates recovery.

    On the scale of logarithms the distances of each bound from its estimate add up as squares, so that the bounds keep
    each figure's own skew (Zou and Donner 2008, Statistics in Medicine 27:1693). A factor without estimate leaves the
    product unknown, one without a bound leaves that bound unknown; a lower bound of nothing makes the product's nothing.
    """
    estimates = [factor.estimate for factor in factors]
    if not estimates or any(value is None for value in estimates):
        return Interval(None, None, None)
    known = [value or 0.0 for value in estimates]
    if min(known) <= 0:
        return Interval(0.0, 0.0, _highest(factors))
    total = exp(sum(log(value) for value in known))
    return Interval(
        total, _bound(total, known, [one.low for one in factors]), _bound(total, known, [one.high for one in factors])
    )


def _bound(total: float, known: Sequence[float], bounds: Sequence[float | None]) -> float | None:
    if any(bound is None for bound in bounds):
        return None
    steps = [log(bound / value) if bound and bound > 0 else -inf for value, bound in zip(known, bounds, strict=True)]
    distance = sqrt(sum(step * step for step in steps))
    return total * exp(-distance if min(steps) < 0 else distance)


def _highest(factors: Sequence[Interval]) -> float | None:
    """With nothing seen of one factor, all that can be said above is the product of the upper bounds."""
    highest = 1.0
    for factor in factors:
        if factor.high is None:
            return None
        highest *= factor.high
    return highest
