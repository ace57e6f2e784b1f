"""What the levers rest on beside the company's own counts: each a number with bounds that the company may set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Z: Final = 1.959964
_LEAST_MONTHS: Final = 6


@dataclass(frozen=True, slots=True)
class Assumption:
    """A number the history does not tell: the estimate and the bounds that hold it in 95 of 100 cases; `least` it may be."""

    key: str
    estimate: float
    low: float
    high: float
    least: float = 0.0

    @property
    def error(self) -> float:
        """The standard deviation that the bounds stand for."""
        return (self.high - self.low) / (2 * _Z)


ASSUMPTIONS: Final[Mapping[str, Assumption]] = {
    one.key: one
    for one in (
        Assumption("returns", 0.85, 0.75, 0.95),
        Assumption("added_quality", 0.75, 0.55, 0.95),
        Assumption("attention", 0.3, 0.1, 0.5),
        Assumption("turned_away", 0.5, 0.3, 0.7),
        Assumption("let_in", 0.1, 0.0, 0.2),
        Assumption("discount_response", 1.5, 0.5, 2.5),
        Assumption("easy_effort", 1.15, 1.05, 1.25),
        Assumption("early_lost", 0.08, 0.02, 0.14),
        Assumption("early_price", 0.02, 0.0, 0.04),
        Assumption("easy_terms", 0.15, 0.05, 0.25),
    )
}
"""In the order of the levers that use them.

returns: what added spend brings of what a channel's spend brings on average. added_quality: how well added leads sell
beside the channel's own. attention: by how many per cent conversion changes when each lead gets one per cent more of the
sellers' time. turned_away, let_in: how well the leads at the edge of the criteria sell beside the average qualified lead.
discount_response: deals more per per cent of discount. easy_effort: deals of the easy product for one of the others.
early_lost, early_price: the share of deals pulled forward that is cancelled, and what is conceded for signing early.
easy_terms: deals more per per cent of money that is paid later.
"""


def attention_of(
    calls_a_lead: Sequence[float], conversion: Sequence[float], assumed: Assumption
) -> tuple[Assumption, int]:
    """Return the attention that months of own history make of the assumed one, and how many months told.

    The slope of log conversion on log calls a lead over months, combined with the assumption as two normal estimates by
    their precision. Fewer than six months with both change nothing.
    """
    pairs = [(log(c), log(k)) for c, k in zip(calls_a_lead, conversion, strict=True) if c > 0 and k > 0]
    if len(pairs) < _LEAST_MONTHS:
        return assumed, 0
    x, y = np.array(pairs).T
    x, y = x - x.mean(), y - y.mean()
    spread = float(x @ x)
    if spread < 1e-9:
        return assumed, 0
    slope = float(x @ y) / spread
    rest = y - slope * x
    variance = max(float(rest @ rest) / (len(pairs) - 2) / spread, 1e-6)
    prior = max(assumed.error, 1e-6) ** 2
    weight = prior / (prior + variance)
    estimate = max(assumed.least, assumed.estimate + weight * (slope - assumed.estimate))
    half = _Z * float(np.sqrt(prior * variance / (prior + variance)))
    return Assumption(assumed.key, estimate, max(assumed.least, estimate - half), estimate + half), len(pairs)
