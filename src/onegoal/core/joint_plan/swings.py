"""How far months lie apart beyond chance: what a forecast must allow for besides the luck of counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def swing_of(observed: ArrayLike, expected: ArrayLike, *, counts: bool = True) -> float:
    """Return the variance of months around what was expected, relative to the mean squared, chance taken off.

    Method of moments: the sum of (o - e)^2 - e over the sum of e^2, never below 0; `counts=False` leaves the Poisson
    part e in (money has none). Fewer than three months tell nothing and give 0.
    """
    o, e = np.asarray(observed, dtype=float), np.asarray(expected, dtype=float)
    if e.size < 3 or not (e > 0).any():
        return 0.0
    beyond = ((o - e) ** 2).sum() * e.size / (e.size - 1) - (e.sum() if counts else 0.0)
    return float(max(0.0, beyond / (e**2).sum()))
