"""What would be lost if a group had not been there: removal effects as conversions and money, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.bootstrap import LEVEL, REPLICATES
from onegoal.core.attribution.cents import Floats
from onegoal.core.attribution.journeys import BUCKETS, Journeys, NullJourneys
from onegoal.core.attribution.markov import chain_of, first_order, moves_of
from onegoal.core.attribution.weights import attributed_of

_CELLS = 1 << 21


@dataclass(frozen=True, slots=True)
class Losses:
    """Between what the loss of each group lies, (K,) each: conversions, and money in minor units."""

    conversions_low: Floats
    conversions_high: Floats
    value_low: Floats
    value_high: Floats


def losses_of(
    journeys: Journeys, nulls: NullJourneys, *, replicates: int = REPLICATES, level: float = LEVEL, seed: int = 1
) -> Losses:
    """Return the intervals of removal effects of order 1 times what was attributed, by drawing groups of people again."""
    attributed, size = attributed_of(journeys), len(journeys.groups)
    chain = chain_of(moves_of(attributed, 1, by_bucket=True), nulls, size)
    drawn = np.random.default_rng(seed).multinomial(BUCKETS, np.full(BUCKETS, 1 / BUCKETS), replicates).astype(float)
    pairs, (count, value, bucket) = len(chain.source), chain.rows
    cells = [
        np.bincount(chain.row * BUCKETS + bucket, weights=column, minlength=pairs * BUCKETS).reshape(pairs, BUCKETS).T
        for column in (count, value)
    ]
    totals = [
        drawn @ np.bincount(attributed.bucket, weights=column, minlength=BUCKETS)
        for column in (attributed.conversions, attributed.value)
    ]
    step = max(_CELLS // max(pairs, (size + 2) ** 2), 1)
    parts = [
        first_order(chain, drawn[at : at + step] @ cells[0], drawn[at : at + step] @ cells[1])
        for at in range(0, replicates, step)
    ]
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high, value_low, value_high = (
        bound
        for column, total in zip(zip(*parts, strict=True), totals, strict=True)
        for bound in np.quantile(np.concatenate(column) * total[:, None], ends, axis=0)
    )
    return Losses(low, high, value_low, value_high)
