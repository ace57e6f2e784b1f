"""The company's own months as the levers read them, and what the shared KPI makes of months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, KINDS, MIX, WHOLE_BP, Terms

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Channel:
    """One channel over all the months: spend in minor units, leads, qualified leads, and signed of those leads."""

    name: str
    spend: float
    leads: float
    qualified: float
    won: float
    watched: float
    """Leads whose outcome is counted: `won` of `watched` signed."""


@dataclass(frozen=True)
class History:
    """Whole months of one company, money in minor units.

    `deals` and `signed` are product types x months, `received` months; `kpi_months` is how many months the targets of
    `terms` stand for.
    """

    months: tuple[dt.date, ...]
    types: tuple[str, ...]
    deals: Floats
    signed: Floats
    received: Floats
    channels: tuple[Channel, ...]
    terms: Terms
    kpi_months: float
    leads: float = 0.0
    qualified: float = 0.0

    @property
    def size(self) -> int:
        """How many months there are."""
        return len(self.months)


@dataclass(frozen=True)
class Effect:
    """What a lever makes of the months: factors by what is counted, 1 where nothing is said.

    Keys are leads, visitors, qualified, rejected, won, signed, received, calls, spend. Factors broadcast against
    (draws, months); `won` and `price` also against (draws, types, months) where they stand in `by_type`.
    """

    factors: Mapping[str, Floats] = field(default_factory=dict)
    by_type: Floats | None = None
    price: Floats | None = None

    def of(self, key: str, shape: tuple[int, int]) -> Floats:
        """Return the factor of something as draws x months."""
        return np.broadcast_to(self.factors.get(key, np.ones((1, 1))), shape)


def goal_of_months(history: History, effect: Effect, weights: Floats, *, capped: bool = False) -> dict[str, Floats]:
    """Return what the KPI and each part reach over months, a value a draw: `""` is the weighted total.

    `weights` (draws x months) say how often each month counts; targets are those of as many months. Parts count beyond
    their cap unless `capped`: what a lever costs must also show in a month that is above it.
    """
    draws = weights.shape[0]
    shape = (draws, len(history.types), history.size)
    every = effect.of("won", (draws, history.size))[:, None, :]
    won = history.deals[None] * every
    if effect.by_type is not None:
        won = won * np.broadcast_to(effect.by_type, shape)
    prices = np.divide(history.signed, history.deals, out=np.zeros_like(history.signed), where=history.deals > 0)
    if effect.price is not None:
        prices = prices[None] * np.broadcast_to(effect.price, shape)
    signed = won * prices
    by_type = np.einsum("bm,btm->bt", weights, won)
    money = np.einsum("bm,btm->b", weights, signed)
    received = (weights * history.received * effect.of("received", (draws, history.size))).sum(axis=1)
    return _reached(history, by_type, money, received, weights.sum(axis=1), capped)


def _reached(
    history: History, by_type: Floats, money: Floats, received: Floats, months: Floats, capped: bool
) -> dict[str, Floats]:
    deals = by_type.sum(axis=1)
    share = months / history.kpi_months
    found: dict[str, Floats] = {}
    total = np.zeros(len(deals))
    for part in history.terms.parts:
        target = float(part.target or 1)
        if part.kind == DEALS:
            raw = deals / (target * share)
        elif part.kind == CASH:
            raw = received / (target * share)
        elif part.kind == AVERAGE_PRICE:
            raw = np.divide(money, deals, out=np.zeros_like(money), where=deals > 0) / target
        elif part.kind == MIX:
            raw = _mix(history, by_type, deals)
        else:
            raise ValueError(f"no part measures {part.kind!r}, only {KINDS}")
        raw = np.maximum(raw, 0.0)
        if capped and part.cap_bp is not None:
            raw = np.minimum(raw, part.cap_bp / WHOLE_BP)
        found[part.kind] = raw
        total = total + raw * part.weight_bp / WHOLE_BP
    return {"": total, **found}


def _mix(history: History, by_type: Floats, deals: Floats) -> Floats:
    planned = np.array([history.terms.mix.get(name, 0) / WHOLE_BP for name in history.types])
    unsold = sum(share for name, share in history.terms.mix.items() if name not in history.types) / WHOLE_BP
    shares = np.divide(by_type, deals[:, None], out=np.zeros_like(by_type), where=deals[:, None] > 0)
    return np.where(deals > 0, 1 - (np.abs(shares - planned).sum(axis=1) + unsold) / 2, 0.0)
