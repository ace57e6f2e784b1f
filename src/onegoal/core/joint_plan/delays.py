"""How many whole months lie between a lead and its signed deal, from a curve of arrivals by days."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

import numpy as np

from onegoal.core.joint_plan.figures import Floats

MONTH_DAYS: Final = 30.4375
MOST_LAGS: Final = 24
"""Deals later than two years after their lead are not followed."""
DELAY_STRENGTH: Final = 30.0
"""What the company's delays weigh against a channel's own, in deals."""


def reached_by_month(days: Sequence[float], reached: Sequence[float], watched: float) -> Floats:
    """Return the share of leads signed by the end of their own month, the next, and so on, up to `watched` days.

    `reached` is the share arrived from each of `days` on (a step curve). A lead comes at any moment of its month alike, so
    the share signed by the end of the k-th month after is the curve's mean from k to k + 1 months.
    """
    lags = min(MOST_LAGS, max(1, ceil(watched / MONTH_DAYS)))
    edges = np.arange(lags + 1) * MONTH_DAYS
    at, share = np.asarray(days, dtype=float), np.asarray(reached, dtype=float)
    rises = np.diff(share, prepend=0.0)
    area = (np.maximum(edges[:, None] - at, 0.0) * rises).sum(axis=1)
    by_month = np.diff(area) / MONTH_DAYS
    # Who came on the last day of a month had a month less: the last lag closes at what the curve reached.
    return np.append(by_month[:-1], share[-1] if share.size else 0.0)


def shares_of(by_month: Floats) -> Floats | None:
    """Return which share of the signed deals comes in each month after the lead's; None where nothing was signed."""
    if not by_month.size or by_month[-1] <= 0:
        return None
    return np.maximum(np.diff(by_month, prepend=0.0), 0.0) / by_month[-1]


def blended(own: Floats | None, deals: float, company: Floats) -> Floats:
    """Return a channel's delays with the company's weighing `DELAY_STRENGTH` deals, over the company's months."""
    if own is None:
        return company
    padded = np.zeros(max(company.size, own.size))
    padded[: own.size] += own * deals
    padded[: company.size] += company * DELAY_STRENGTH
    return padded / padded.sum()


def arrivals(shares: Floats, months: int) -> Floats:
    """Return the matrix [month of the lead, month of the deal] of a plan of so many months."""
    padded = np.zeros(months)
    padded[: min(months, shares.size)] = shares[:months]
    place = np.arange(months)[None, :] - np.arange(months)[:, None]
    return np.where(place >= 0, padded[np.maximum(place, 0)], 0.0)


def from_before(house: Floats, shares: Floats, months: int) -> Floats:
    """Return what leads of earlier months (the latest first) are worth in each month of the plan, in leads' worth."""
    found = np.zeros(months)
    for back, leads in enumerate(house, start=1):
        late = shares[back : back + months]
        found[: late.size] += leads * late
    return found
