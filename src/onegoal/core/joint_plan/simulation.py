"""A plan lived through many times: how often each of its targets is reached; the same seed gives the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from onegoal.core.joint_plan.chain import delay_of, house_of, leads_of, months_left, rate_of
from onegoal.core.joint_plan.delays import arrivals
from onegoal.core.joint_plan.figures import Basis, Chance, Cost, Floats, PlanFigures
from onegoal.core.statistics import LEVEL, Interval

RUNS: Final = 10_000
SEED: Final = 20_001
"""One seed for all versions: scenarios beside each other then differ by what is planned, not by luck."""
SIMULATED: Final = ("visitors", "leads", "qualified_leads", "deals_won", "money_signed", "money_received")


@dataclass(frozen=True)
class Lives:
    """What came of each run: a metric's figure as [run, month], and the deals as [run, month, product type].

    `given` names the figures that were taken as planned because no spend buys them: they have no chance of their own.
    """

    figures: Mapping[str, Floats]
    types: tuple[str, ...]
    deals: Floats
    given: frozenset[str]


def simulate(plan: PlanFigures, basis: Basis, *, runs: int = RUNS, seed: int = SEED) -> tuple[Chance, ...]:
    """Return the chance of every planned figure, by month and in all; nothing without a history of signed deals."""
    if "" not in basis.won or "" not in basis.delays:
        return ()
    return chances_of(plan, lives_of(plan, basis, runs=runs, seed=seed))


def lives_of(plan: PlanFigures, basis: Basis, *, runs: int = RUNS, seed: int = SEED) -> Lives:
    """Live through the plan: spend buys leads, leads become deals by conversion and delay, deals bring money.

    A channel with planned spend and a known cost brings what the money buys; another brings its planned leads, give or
    take chance. Deals of a type end with its units in stock.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    found: dict[str, Floats] = {}
    channels = tuple(dict.fromkeys([*plan.channels, *basis.house, *basis.done_leads]))
    leads = [_leads(rng, plan, basis, name, runs) for name in channels]
    found["leads"] = np.sum(leads, axis=0)
    if basis.visit_costs and "visitors" in plan.marketing:
        found["visitors"] = np.sum(
            [_bought(rng, plan, basis.visit_costs, name, runs) for name in plan.channels], axis=0
        )
    if "" in basis.qualified:
        found["qualified_leads"] = _qualified(rng, basis, channels, leads)
    types, deals = _deals(rng, plan, basis, _expected(rng, plan, basis, channels, leads), runs)
    found["deals_won"] = deals.sum(axis=2) + _done(basis.done_deals)
    if basis.prices:
        signed = _money(rng, basis, types, deals)
        found["money_signed"] = signed + _done(basis.done_money)
        if basis.paid is not None:
            found["money_received"] = _cash(rng, plan, basis, signed, runs) + _done(basis.done_cash)
    bought = {name: _buys(plan, costs) for name, costs in (("leads", basis.costs), ("visitors", basis.visit_costs))}
    return Lives(found, types, deals, frozenset(name for name, is_bought in bought.items() if not is_bought))


def chances_of(plan: PlanFigures, lives: Lives) -> tuple[Chance, ...]:
    """Return how often each planned figure was reached: months, the whole, the average price and the mix."""
    found = []
    for metric in SIMULATED:
        planned, lived = plan.by_month(metric), lives.figures.get(metric)
        if planned is None or lived is None or metric in lives.given:
            continue
        for at, month in enumerate(plan.months):
            if planned[at]:
                found.append(_chance(metric, month, float(planned[at]), lived[:, at]))
        if planned.sum():
            found.append(_chance(metric, None, float(planned.sum()), lived.sum(axis=1)))
    return (*found, *_price_and_mix(plan, lives))


def _buys(plan: PlanFigures, costs: Mapping[str, Cost]) -> bool:
    """Whether planned spend buys anything in some channel whose cost is known."""
    spend = plan.by_channel("spend")
    paid = {name for name, cost in costs.items() if not cost.is_free}
    return spend is not None and any(spend[:, at].any() for at, name in enumerate(plan.channels) if name in paid)


def _leads(rng: np.random.Generator, plan: PlanFigures, basis: Basis, channel: str, runs: int) -> Floats:
    done = basis.done_leads.get(channel, np.zeros(len(plan.months)))
    cost = basis.costs.get(channel)
    spend = plan.by_channel("spend")
    if channel in plan.channels and cost and not cost.is_free and spend is not None:
        paid = spend[:, plan.channels.index(channel)] * months_left(plan, basis)
        if paid.any():
            return done + rng.poisson(_pieces(rng, paid, cost, runs)).astype(float)
    given = np.maximum(leads_of(plan, basis, channel) - done, 0.0)
    return done + rng.poisson(np.broadcast_to(given, (runs, given.size))).astype(float)


def _bought(rng: np.random.Generator, plan: PlanFigures, costs: Mapping[str, Cost], channel: str, runs: int) -> Floats:
    """Visitors of a channel: as many as its planned spend buys, or as planned where they cost nothing."""
    spend, planned = plan.by_channel("spend"), plan.by_channel("visitors")
    at, cost = plan.channels.index(channel), costs.get(channel)
    if cost and not cost.is_free and spend is not None and spend[:, at].any():
        return _pieces(rng, spend[:, at], cost, runs)
    given = np.zeros(len(plan.months)) if planned is None else planned[:, at]
    return np.broadcast_to(given, (runs, given.size))


def _pieces(rng: np.random.Generator, spend: Floats, cost: Cost, runs: int) -> Floats:
    """How many leads or visitors a month's spend buys on average, run by run."""
    error = cost.error * rng.standard_normal((runs, 1))
    swing = cost.swing * rng.standard_normal((runs, spend.size))
    # `each` is spend over pieces, so the mean of the pieces stays spend / each.
    return spend / cost.each * np.exp(error + swing - (cost.error**2 + cost.swing**2) / 2)


def _qualified(rng: np.random.Generator, basis: Basis, channels: tuple[str, ...], leads: list[Floats]) -> Floats:
    total, good = np.zeros_like(leads[0]), np.zeros_like(leads[0])
    for name, own in zip(channels, leads, strict=True):
        rate = basis.qualified.get(name) or basis.qualified[""]
        total += own
        good += own * rng.beta(rate.a, rate.b, size=(own.shape[0], 1))
    return rng.binomial(total.astype(np.int64), good / np.maximum(total, 1.0)).astype(float)


def _expected(
    rng: np.random.Generator, plan: PlanFigures, basis: Basis, channels: tuple[str, ...], leads: list[Floats]
) -> Floats:
    """The deals of each run and month on average: conversions drawn once a run, the swing of months once a month."""
    months = len(plan.months)
    worth = np.zeros_like(leads[0])
    for name, own in zip(channels, leads, strict=True):
        rate = rate_of(basis, name)
        drawn = rng.beta(rate.a, rate.b, size=(own.shape[0], 1))
        worth += drawn * (own @ arrivals(delay_of(basis, name), months) + house_of(basis, name, months))
    worth *= basis.deals_per_won * months_left(plan, basis)
    return worth * rng.gamma(1 / basis.swing, basis.swing, size=worth.shape) if basis.swing > 1e-9 else worth


def _deals(
    rng: np.random.Generator, plan: PlanFigures, basis: Basis, expected: Floats, runs: int
) -> tuple[tuple[str, ...], Floats]:
    """Deals by product type, drawn by what the company sold, no more of a type than there are units."""
    types = types_of(plan, basis)
    weights = np.array([basis.mix.get(name, 0.0) for name in types]) + 0.5
    share = rng.dirichlet(weights, size=runs) if len(types) > 1 else np.ones((runs, 1))
    deals = rng.poisson(expected[:, :, None] * share[:, None, :]).astype(float)
    limits = _limits(basis, types)
    if limits is not None:
        reached = np.minimum(deals.cumsum(axis=1), limits)
        deals = np.diff(reached, axis=1, prepend=0.0)
    return types, deals


def types_of(plan: PlanFigures, basis: Basis) -> tuple[str, ...]:
    """Return the product types deals are drawn of: planned ones and sold ones; one without a name where none is divided."""
    named = [name for name in plan.types if name]
    return tuple(dict.fromkeys([*named, *(name for name in basis.mix if name)])) if named else ("",)


def _limits(basis: Basis, types: tuple[str, ...]) -> Floats | None:
    if basis.stock is None:
        return None
    by_type: dict[str, float] = {}
    for (_, name), units in basis.stock.items():
        by_type[name] = by_type.get(name, 0.0) + units
    if types == ("",):
        return np.array([sum(by_type.values())])
    return np.array([by_type.get(name, np.inf) for name in types])


def _money(rng: np.random.Generator, basis: Basis, types: tuple[str, ...], deals: Floats) -> Floats:
    """Money signed: the sum of so many gamma prices, whose mean is itself uncertain by its standard error."""
    money = np.zeros(deals.shape[:2])
    for at, name in enumerate(types):
        price = basis.prices.get(name) or basis.prices[""]
        mean = np.maximum(price.mean + price.error * rng.standard_normal((deals.shape[0], 1)), price.mean / 10)
        variation = (max(price.deviation, 1e-6 * price.mean) / price.mean) ** 2
        money += rng.standard_gamma(deals[:, :, at] / variation) * mean * variation
    return money


def _cash(rng: np.random.Generator, plan: PlanFigures, basis: Basis, signed: Floats, runs: int) -> Floats:
    months = len(plan.months)
    paid = basis.paid if basis.paid is not None else np.zeros(1)
    owed = basis.owed if basis.owed is not None else np.zeros(months)
    expected = signed @ arrivals(paid, months) + owed
    sigma = np.sqrt(np.log1p(basis.cash_swing))
    return expected * np.exp(sigma * rng.standard_normal((runs, months)) - sigma**2 / 2)


def _done(figures: Floats | None) -> Floats | float:
    return 0.0 if figures is None else figures


def _chance(metric: str, month: dt.date | None, planned: float, lived: Floats) -> Chance:
    return Chance(metric, month, planned, _middle(lived), float(np.mean(lived >= planned)))


def _middle(lived: Floats) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(lived, [tail, 1 - tail])
    return Interval(float(lived.mean()), float(low), float(high))


def _price_and_mix(plan: PlanFigures, lives: Lives) -> list[Chance]:
    deals, money = plan.by_month("deals_won"), plan.by_month("money_signed")
    found = []
    if deals is not None and money is not None and deals.sum() and money.sum() and "money_signed" in lives.figures:
        count = lives.figures["deals_won"].sum(axis=1)
        price = lives.figures["money_signed"].sum(axis=1) / np.maximum(count, 1.0)
        found.append(_chance("average_price", None, float(money.sum() / deals.sum()), price))
    by_type = plan.by_type("deals_won")
    if by_type is not None and len(lives.types) > 1 and by_type.sum():
        wanted = {name: by_type[:, at].sum() / by_type.sum() for at, name in enumerate(plan.types)}
        shares = lives.deals.sum(axis=1) / np.maximum(lives.deals.sum(axis=(1, 2)), 1.0)[:, None]
        apart = np.abs(shares - np.array([wanted.get(name, 0.0) for name in lives.types])).sum(axis=1)
        apart += wanted.get("", 0.0)
        met = np.where(lives.deals.sum(axis=(1, 2)) > 0, 1 - apart / 2, 0.0)
        found.append(Chance("product_mix", None, 1.0, _middle(met), None))
    return found
