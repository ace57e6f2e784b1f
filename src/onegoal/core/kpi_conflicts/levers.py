"""The levers that departments hold: what each does to leads, deals, prices and money, as a plain model of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.joint_plan.conversions import shrunk
from onegoal.core.kpi_conflicts.assumptions import Assumption
from onegoal.core.kpi_conflicts.history import Channel, Effect, History

Floats = NDArray[np.float64]
Errors = Mapping[str, Floats]
"""How many standard errors each uncertain number lies from its estimate, a value a draw; none said is nought."""

MARKETING: Final = "marketing"
SALES: Final = "sales"
_DEAR: Final = "dear_conversion"
_CHEAP: Final = "cheap_conversion"


@dataclass(frozen=True, slots=True)
class Pool:
    """Channels taken together: money for a lead, leads and spend of the months, and conversions with their errors."""

    names: tuple[str, ...]
    spend: float
    leads: float
    qualified_rate: float
    won_rate: float
    won_error: float

    @property
    def cost(self) -> float:
        """Minor units for a lead."""
        return self.spend / self.leads


@dataclass(frozen=True, slots=True)
class Pools:
    """Paid channels whose leads cost less than the average paid lead, and those whose leads cost more."""

    cheap: Pool
    dear: Pool
    won: float
    """Signed leads of all channels, each channel at its conversion."""


@dataclass(frozen=True)
class Ground:
    """What a lever's model stands on."""

    history: History
    assumptions: Mapping[str, Assumption]
    pools: Pools | None

    def value(self, key: str, errors: Errors) -> Floats:
        """Return an assumed number with its errors, as a column of draws."""
        one = self.assumptions[key]
        moved = np.maximum(one.least, one.estimate + np.asarray(errors.get(key, 0.0), dtype=float) * one.error)
        return np.atleast_1d(moved)[:, None]


Model = Callable[[Ground, float, Errors], Effect]


@dataclass(frozen=True)
class Lever:
    """What a department can do: `sides` who can, `uses` the uncertain numbers, `full` how far it goes at full strength.

    `block` is how many neighbouring months are drawn together because the lever moves things between them.
    """

    key: str
    sides: tuple[str, ...]
    uses: tuple[str, ...]
    full: float
    model: Model
    block: int = 1

    def effect(self, ground: Ground, strength: float, errors: Errors) -> Effect:
        """Return what it does at a share of its full strength."""
        return self.model(ground, self.full * strength, errors)

    def is_possible(self, ground: Ground) -> bool:
        """Tell whether the company's history knows enough to try it."""
        if self.key == "cheap_leads":
            return ground.pools is not None
        if self.key == "easy_product":
            return len(ground.history.types) > 1
        return bool(ground.history.deals.sum())


def pools_of(channels: tuple[Channel, ...]) -> Pools | None:
    """Return the paid channels in two pools, parted by what a paid lead costs on average; None where one would be empty.

    Conversions are the channels' own, shrunk towards the company's (beta-binomial), weighted by the leads money buys.
    """
    rates = shrunk(
        {one.name: (one.won, one.watched) for one in channels},
        (sum(one.won for one in channels), sum(one.watched for one in channels)),
    )
    paid = [one for one in channels if one.spend > 0 and one.leads > 0]
    if len(paid) < 2 or not rates:
        return None
    average = sum(one.spend for one in paid) / sum(one.leads for one in paid)
    parts = {name: (rate.a / (rate.a + rate.b), rate.a, rate.b) for name, rate in rates.items()}
    cheap = _pool([one for one in paid if one.spend / one.leads <= average], parts)
    dear = _pool([one for one in paid if one.spend / one.leads > average], parts)
    if cheap is None or dear is None:
        return None
    return Pools(cheap, dear, sum(one.leads * parts[one.name][0] for one in channels))


def _pool(channels: list[Channel], rates: Mapping[str, tuple[float, float, float]]) -> Pool | None:
    leads = sum(one.leads for one in channels)
    if not leads:
        return None
    shares = [one.leads / leads for one in channels]
    won = sum(share * rates[one.name][0] for share, one in zip(shares, channels, strict=True))
    variance = 0.0
    for share, one in zip(shares, channels, strict=True):
        mean, a, b = rates[one.name]
        variance += share**2 * mean * (1 - mean) / (a + b + 1)
    return Pool(
        tuple(one.name for one in channels), sum(one.spend for one in channels), leads,
        sum(one.qualified for one in channels) / leads, won, float(np.sqrt(variance)),
    )  # fmt: skip


def _cheap_leads(ground: Ground, moved: float, errors: Errors) -> Effect:
    """A share of the dear channels' budget goes to the cheap ones; sellers' time is spread over more leads."""
    pools, history = ground.pools, ground.history
    if pools is None:
        return Effect()
    cheap, dear = pools.cheap, pools.dear
    lost = moved * dear.leads
    added = moved * dear.spend / cheap.cost * ground.value("returns", errors)
    quality = ground.value("added_quality", errors)
    k_dear = np.maximum(0.0, dear.won_rate + _column(errors, _DEAR) * dear.won_error)
    k_cheap = np.maximum(0.0, cheap.won_rate + _column(errors, _CHEAP) * cheap.won_error)
    leads = 1 + (added - lost) / history.leads
    time = leads ** -ground.value("attention", errors)
    # The dear channels' conversion also stands in what all leads brought, so that errors do not count twice.
    before = pools.won + (k_dear - dear.won_rate) * dear.leads + (k_cheap - cheap.won_rate) * cheap.leads
    won = np.maximum(0.0, 1 + (added * k_cheap * quality - lost * k_dear) / before) * time
    qualified = 1 + (added * cheap.qualified_rate * quality - lost * dear.qualified_rate) / max(history.qualified, 1.0)
    rejected = _rejected(history, leads, np.maximum(qualified, 0.0))
    return _all_of(
        {"leads": leads, "visitors": leads, "qualified": np.maximum(qualified, 0.0), "rejected": rejected}, won
    )


def _stricter(ground: Ground, share: float, errors: Errors) -> Effect:
    """Leads at the edge of the criteria are turned away; half of the sellers' time goes to qualified leads."""
    kept = np.array([[1 - share]])
    won = (1 - share * ground.value("turned_away", errors)) * kept ** (-ground.value("attention", errors) / 2)
    rejected = _rejected(ground.history, np.ones((1, 1)), kept)
    return _all_of({"qualified": kept, "rejected": rejected}, won)


def _looser(ground: Ground, share: float, errors: Errors) -> Effect:
    """Leads below the criteria are let in and share the sellers' time."""
    more = np.array([[1 + share]])
    won = (1 + share * ground.value("let_in", errors)) * more ** (-ground.value("attention", errors) / 2)
    rejected = _rejected(ground.history, np.ones((1, 1)), more)
    return _all_of({"qualified": more, "rejected": rejected}, won)


def _discount(ground: Ground, share: float, errors: Errors) -> Effect:
    """Every deal is signed at a lower price, and more are signed."""
    won = 1 + share * ground.value("discount_response", errors)
    price = np.array([[[1 - share]]])
    return _all_of({}, won, price=price)


def _easy_product(ground: Ground, share: float, errors: Errors) -> Effect:
    """Effort goes from all other products to the one that sells best; prices stay those of each product."""
    history = ground.history
    counts = history.deals.sum(axis=1)
    best = int(np.argmax(counts))
    others = np.arange(len(counts)) != best
    effort = ground.value("easy_effort", errors)
    by_type = np.ones((effort.shape[0], len(counts), 1))
    by_type[:, others, :] = 1 - share
    by_type[:, best, 0] = 1 + share * counts[others].sum() / max(counts[best], 1.0) * effort[:, 0]
    won = (by_type[:, :, 0] * counts).sum(axis=1, keepdims=True) / max(counts.sum(), 1.0)
    money = history.signed.sum(axis=1)
    signed = (by_type[:, :, 0] * money).sum(axis=1, keepdims=True) / max(money.sum(), 1.0)
    return Effect({"sold": won, "signed": signed, "received": signed}, by_type=by_type)


def _close_early(ground: Ground, share: float, errors: Errors) -> Effect:
    """Deals of every second month are signed the month before, for a concession, and some of them are cancelled."""
    months = ground.history.size
    counts = ground.history.deals.sum(axis=0)
    lost, price = ground.value("early_lost", errors), ground.value("early_price", errors)
    won = np.ones((lost.shape[0], months))
    paid = np.ones((max(lost.shape[0], price.shape[0]), months))
    for first in range(0, months - 1, 2):
        pulled = share * counts[first + 1] / max(counts[first], 1.0) * (1 - lost)
        won[:, first : first + 1] = 1 + pulled
        won[:, first + 1] = 1 - share
        paid[:, first : first + 1] = (1 + pulled * (1 - price)) / (1 + pulled)
    return _all_of({}, won, price=paid[:, None, :])


def _fewer_calls(ground: Ground, share: float, errors: Errors) -> Effect:
    """Each lead is called less."""
    kept = np.array([[1 - share]])
    won = kept ** ground.value("attention", errors)
    return _all_of({"calls": kept, "qualified": won}, won)


def _late_cash(ground: Ground, share: float, errors: Errors) -> Effect:
    """Easier terms: a share of the money comes after the months looked at, and somewhat more is signed."""
    won = 1 + share * ground.value("easy_terms", errors)
    return Effect({"won": won, "sold": won, "signed": won, "received": won * (1 - share)})


def _all_of(factors: Mapping[str, Floats], won: Floats, price: Floats | None = None) -> Effect:
    """Deals, their money and what is received of it follow each other."""
    money = won if price is None else won * price[:, 0, :]
    return Effect({**factors, "won": won, "sold": won, "signed": money, "received": money}, price=price)


def _rejected(history: History, leads: Floats, qualified: Floats) -> Floats:
    rest = history.leads - history.qualified
    if rest <= 0:
        return np.ones((1, 1))
    return np.maximum(0.0, (history.leads * leads - history.qualified * qualified) / rest)


def _column(errors: Errors, key: str) -> Floats:
    return np.atleast_1d(np.asarray(errors.get(key, 0.0), dtype=float))[:, None]


LEVERS: Final = (
    Lever("cheap_leads", (MARKETING,), ("returns", "added_quality", "attention", _DEAR, _CHEAP), 0.5, _cheap_leads),
    Lever("stricter", (SALES,), ("turned_away", "attention"), 0.2, _stricter),
    Lever("looser", (SALES,), ("let_in", "attention"), 0.2, _looser),
    Lever("discount", (SALES,), ("discount_response",), 0.03, _discount),
    Lever("easy_product", (SALES,), ("easy_effort",), 0.2, _easy_product),
    Lever("close_early", (SALES,), ("early_lost", "early_price"), 0.3, _close_early, block=2),
    Lever("fewer_calls", (SALES,), ("attention",), 0.2, _fewer_calls),
    Lever("late_cash", (SALES,), ("easy_terms",), 0.2, _late_cash),
)
"""In the order of the chain."""
