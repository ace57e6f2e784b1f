"""Conversions, delays and costs of the company's own channels, tried on the months that are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from onegoal.apps.planning.queries.past import RECENT_MONTHS, Past
from onegoal.core.joint_plan.conversions import Counts, best_of, prior_strength, shrunk
from onegoal.core.joint_plan.delays import arrivals, blended, reached_by_month, shares_of
from onegoal.core.joint_plan.figures import Cost, Floats, Rate
from onegoal.core.joint_plan.swings import swing_of
from onegoal.metrics.results import Survival

SETTLED: Final = 0.9
"""A month is tried only where leads are recorded long enough before it that this share of its deals had a lead to come from."""
DEALS_WEIGHT: Final = 10.0
"""What "one deal for each lead that signs" weighs, in deals, against what the months say."""


@dataclass(frozen=True)
class Chain:
    """Conversions and delays by channel (the company's under the empty name), costs, and the months they were tried on."""

    won: dict[str, Rate]
    qualified: dict[str, Rate]
    visited: dict[str, Rate]
    delays: dict[str, Floats]
    delay_counts: dict[str, float]
    costs: dict[str, Cost]
    visit_costs: dict[str, Cost]
    deals_per_won: float
    swing: float
    tested: tuple[tuple[dt.date, float, float], ...]
    strength: float
    watched_days: float


def chain_of(past: Past, channels: Iterable[str]) -> Chain:
    """Return what the past says of each channel that is planned or had leads."""
    names = tuple(dict.fromkeys([*(name for name in channels if name), *(name for name in past.leads if name)]))
    counts = {name: _matured(past.curves.get(name)) for name in names}
    whole = _matured(past.curves.get(""))
    won = shrunk(counts, whole)
    delays = _delays(past.curves, names)
    worth = _worth(past, won, delays) if won and delays else np.zeros(len(past.months))
    tried = _tried(past, delays, worth)
    deals, expected = past.deals[tried], worth[tried]
    per_won = (deals.sum() + DEALS_WEIGHT) / (expected.sum() + DEALS_WEIGHT)
    if won:
        level = won[""].mean
        seen = [(o / per_won, e / level) for o, e in zip(deals, expected, strict=True)]
        won[""] = _with_best(won[""], seen)
    return Chain(
        won=won, qualified=_quick(past, names, past.leads, past.qualified),
        visited=_quick(past, names, past.visitors, past.leads), delays=delays,
        delay_counts={name: curve.events for name, curve in past.curves.items()},
        costs=_costs(past, past.leads), visit_costs=_costs(past, past.visitors),
        deals_per_won=float(per_won), swing=swing_of(deals, expected * per_won),
        tested=tuple((past.months[at], float(worth[at] * per_won), float(past.deals[at])) for at in tried),
        strength=prior_strength(list(counts.values())),
        watched_days=past.curves[""].watched_days if "" in past.curves else 0.0,
    )  # fmt: skip


def _matured(curve: Survival | None) -> Counts:
    """Events, and what the leads watched so far are worth in leads watched to the end (events / share reached)."""
    if curve is None or not curve.records:
        return 0.0, 0.0
    if not curve.events:
        return 0.0, float(curve.records)
    return float(curve.events), min(float(curve.records), curve.events / curve.points[-1].reached)


def _delays(curves: Mapping[str, Survival], names: tuple[str, ...]) -> dict[str, Floats]:
    company = _shares(curves.get(""))
    if company is None:
        return {}
    return {"": company} | {
        name: blended(_shares(curves.get(name)), curves[name].events if name in curves else 0.0, company)
        for name in names
    }


def _shares(curve: Survival | None) -> Floats | None:
    if curve is None or not curve.events:
        return None
    days, reached = [point.day for point in curve.points], [point.reached for point in curve.points]
    # Beyond the last deal the curve is flat: there is nothing later to follow.
    return shares_of(reached_by_month(days, reached, days[-1] + 31))


def _worth(past: Past, won: Mapping[str, Rate], delays: Mapping[str, Floats]) -> Floats:
    """What the leads of each channel were worth in deals, by the month of signing."""
    total = np.zeros(len(past.months))
    for name, leads in past.leads.items():
        rate, delay = won.get(name, won[""]), delays.get(name, delays[""])
        total += rate.mean * (leads @ arrivals(delay, len(past.months)))
    return total


def _tried(past: Past, delays: Mapping[str, Floats], worth: Floats) -> list[int]:
    """Places of the last twelve whole months that leads recorded long enough before can explain."""
    if not delays or not worth.any():
        return []
    total = sum(past.leads.values())
    first = int(np.argmax(np.asarray(total) > 0))
    settled = int(np.argmax(delays[""].cumsum() >= SETTLED))
    last = len(past.months) - 1
    return [at for at in range(max(0, last - RECENT_MONTHS), last) if at >= first + settled]


def _quick(
    past: Past, names: tuple[str, ...], start: Mapping[str, Floats], end: Mapping[str, Floats]
) -> dict[str, Rate]:
    """A conversion that takes days, of the last year's months, with the best one; only channels that have both sides."""
    pairs = {name: _pairs(past, end, start, name) for name in ("", *names)}
    counts = {name: _sums(one) for name, one in pairs.items()}
    known = {name: one for name, one in counts.items() if name and one[1] >= one[0] and one[1]}
    rates = shrunk(known, counts[""])
    return {name: _with_best(rate, pairs[name]) for name, rate in rates.items()}


def _pairs(past: Past, end: Mapping[str, Floats], start: Mapping[str, Floats], name: str) -> list[Counts]:
    """Counts of the last whole months but one (its leads are still open), of a channel, or of all that have both."""
    nought = np.zeros(len(past.months))
    chosen = [name] if name else [one for one in start if one in end]
    of = sum((start.get(one, nought) for one in chosen), nought)[-1 - RECENT_MONTHS : -2]
    to = sum((end.get(one, nought) for one in chosen), nought)[-1 - RECENT_MONTHS : -2]
    return [(float(e), float(n)) for e, n in zip(to, of, strict=True) if n > 0]


def _sums(pairs: list[Counts]) -> Counts:
    return sum(e for e, _ in pairs), sum(n for _, n in pairs)


def _with_best(rate: Rate, months: list[Counts]) -> Rate:
    return Rate(rate.a, rate.b, rate.events, rate.exposure, best_of(months))


def _costs(past: Past, pieces: Mapping[str, Floats]) -> dict[str, Cost]:
    """What a lead or a visitor of each channel cost over the last whole months, and of all that cost anything."""
    nought = np.zeros(len(past.months))
    found = {name: _cost(past.spend.get(name, nought), count) for name, count in pieces.items() if name}
    paid = [name for name, cost in found.items() if cost and not cost.is_free]
    if paid:
        found[""] = _cost(
            sum((past.spend[name] for name in paid), nought), sum((pieces[name] for name in paid), nought)
        )
    return {name: cost for name, cost in found.items() if cost}


def _cost(spend: Floats, count: Floats) -> Cost | None:
    money, number = spend[-1 - RECENT_MONTHS : -1], count[-1 - RECENT_MONTHS : -1]
    total, pieces = float(money.sum()), float(number.sum())
    if not pieces:
        return None
    if not total:
        return Cost(0.0, 0.0, 0.0, 0.0, pieces, is_free=True)
    each, paid = total / pieces, money > 0
    swing = swing_of(number[paid], money[paid] / each)
    error = 1 / pieces + swing / max(1, int(paid.sum()))
    return Cost(each, float(np.sqrt(error)), float(np.sqrt(np.log1p(swing))), total, pieces)
