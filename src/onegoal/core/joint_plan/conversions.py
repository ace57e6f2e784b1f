"""Conversions of the company's own history as Beta distributions, shrunk towards the company's level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.joint_plan.figures import Floats, Rate
from onegoal.core.statistics import LEVEL

USUAL_STRENGTH: Final = 20.0
"""What the company's level weighs, in leads, where fewer than three channels tell how much channels differ."""
LEAST_GROUPS: Final = 3
_STRENGTHS: Final = np.logspace(0.0, 4.0, 81)
_JEFFREYS: Final = 0.5

Counts = tuple[float, float]
"""Events and exposure; the exposure need not be whole where the open ones count for what they are worth so far."""


def prior_strength(groups: Sequence[Counts]) -> float:
    """Return how many trials the common level weighs against a group's own: the beta-binomial's maximum likelihood.

    On a grid of 1 to 10,000, with the mean held at the pooled rate. Fewer than three groups with trials cannot tell:
    then it is `USUAL_STRENGTH`.
    """
    events, trials = _columns([one for one in groups if one[1] > 0])
    if events.size < LEAST_GROUPS or not 0 < events.sum() < trials.sum():
        return USUAL_STRENGTH
    level = events.sum() / trials.sum()
    a, b = _STRENGTHS[:, None] * level, _STRENGTHS[:, None] * (1 - level)
    likelihood = scipy.special.betaln(a + events, b + trials - events) - scipy.special.betaln(a, b)
    return float(_STRENGTHS[int(np.argmax(likelihood.sum(axis=1)))])


def shrunk(groups: Mapping[str, Counts], total: Counts) -> dict[str, Rate]:
    """Return a Rate for each group and, under the empty name, for the whole; empty where the whole has no event.

    A group's Beta begins at the whole's rate with `prior_strength` trials; the whole's own begins with half an event and
    half a failure (Jeffreys). A group without trials is as uncertain as groups differ.
    """
    events, exposure = total
    if events <= 0 or exposure <= 0:
        return {}
    level = min(max(events / exposure, 1e-6), 1 - 1e-6)
    strength = prior_strength(list(groups.values()))
    found = {
        name: Rate(strength * level + e, strength * (1 - level) + max(n - e, 0.0), e, n)
        for name, (e, n) in groups.items()
    }
    return found | {"": Rate(events + _JEFFREYS, max(exposure - events, 0.0) + _JEFFREYS, events, exposure)}


def best_of(months: Sequence[Counts], level: float = LEVEL) -> float | None:
    """Return the upper bound of the best month: the most that the company has ever given reason to believe.

    Months are shrunk towards each other first, so that three lucky deals of ten leads are no record.
    """
    events, trials = _columns([one for one in months if one[1] > 0])
    if not events.size or not events.sum():
        return None
    events = np.minimum(events, trials)
    pooled = min(events.sum() / trials.sum(), 1 - 1e-6)
    strength = prior_strength(list(zip(events, trials, strict=True)))
    a, b = strength * pooled + events, strength * (1 - pooled) + trials - events
    return float(scipy.special.betaincinv(a, b, (1 + level) / 2).max())


def bounds_of(rate: Rate, level: float = LEVEL) -> tuple[float, float]:
    """Return the equal-tailed bounds of a conversion."""
    tail = (1 - level) / 2
    low, high = scipy.special.betaincinv(rate.a, rate.b, [tail, 1 - tail])
    return float(low), float(high)


def _columns(groups: Sequence[Counts]) -> tuple[Floats, Floats]:
    table = np.asarray(groups, dtype=float).reshape(-1, 2)
    return np.minimum(table[:, 0], table[:, 1]), table[:, 1]
