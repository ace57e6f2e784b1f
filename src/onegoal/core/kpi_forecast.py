"""What the shared KPI will have reached on each coming day: the facts and what may still come, drawn many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from onegoal.core.pace import (
    HALF_LIFE,
    Floats,
    Marks,
    Past,
    Stream,
    bands_of,
    coming_values,
    generator,
    interval_of,
    runs_for,
)
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, MIX, WHOLE_BP, Fact, Part, Terms
from onegoal.core.statistics import Interval

PAYMENTS_HALF_LIFE: Final = 30
"""Payments follow schedules that grow with every deal signed: their level moves faster than that of deals."""
_MOST_PAYERS: Final = 150_000
_AHEAD: Final = (
    2  # the columns of a drawn day before its types: how many were signed, for how much, how many had an amount
)


@dataclass(frozen=True)
class DealMark:
    """Deals of one day and type that were signed: how many, for how much in all, how many of them with an amount."""

    product_type: str
    deals: int
    money: int
    priced: int
    age: int = 0


@dataclass(frozen=True)
class PaymentMark:
    """Payments of one day: how many and how much in all (refunds taken off), `age` days ago."""

    payments: int
    money: int
    age: int = 0


@dataclass(frozen=True)
class CashAhead:
    """Money on its way where schedules are kept: futures in lines, the coming days in columns.

    `signed` is what deals signed already pay on each day; each line of `by_age` is one past deal: which share of its
    amount it paid on the day of its signing and on each day after. A deal still to be signed pays as one of them did.
    """

    signed: Floats
    by_age: Floats


@dataclass(frozen=True)
class Forecast:
    """The KPI at the end of the period and on each coming day, and each part's fact at the end in its own unit."""

    total: Interval
    by_day: Sequence[Interval]
    parts: Mapping[str, Interval]


def deals_stream(past: Past, marks: Sequence[DealMark], types: Sequence[str]) -> Stream:
    """Signed deals as a stream: each mark is one deal of the day's average price, one column for each type."""
    places = {name: at for at, name in enumerate(types)}
    values = np.zeros((len(marks), _AHEAD + len(types)))
    for line, mark in zip(values, marks, strict=True):
        line[0], line[1] = mark.money / mark.deals, mark.priced / mark.deals
        line[_AHEAD + places[mark.product_type]] = 1
    weights = _weights([mark.deals for mark in marks], [mark.age for mark in marks], HALF_LIFE)
    return Stream(past, Marks(values, weights))


def payments_stream(past: Past, marks: Sequence[PaymentMark]) -> Stream:
    """Payments as a stream: each mark is one payment of the day's average amount."""
    values = np.array([[mark.money / mark.payments] for mark in marks]).reshape(len(marks), 1)
    weights = _weights([mark.payments for mark in marks], [mark.age for mark in marks], PAYMENTS_HALF_LIFE)
    return Stream(past, Marks(values, weights), PAYMENTS_HALF_LIFE)


def forecast(
    terms: Terms, fact: Fact, deals: Stream, payments: Stream, types: Sequence[str], kinds: Sequence[int],
    ahead: CashAhead | None = None,
) -> Forecast:  # fmt: skip
    """Return what the KPI will have reached after each coming day, `kinds` naming those days, with the last as the end.

    Deals with their price and type and payments are drawn as `core.pace` says, added to the fact, and held against the
    parts as `core.shared_kpi.attain` does. With `ahead` money comes from schedules and from what new deals pay, and
    swings around that as recent payments do; without it, it comes at their pace. No coming days give the fact as it is.
    """
    draw, runs = generator(), runs_for([deals, payments], len(kinds))
    if kinds:
        by_day = coming_values(deals, kinds, runs=runs, draw=draw)
        signed = by_day.cumsum(axis=1)
        cash = coming_values(payments, kinds, runs=runs, draw=draw)[..., 1].cumsum(axis=1)
        if ahead is not None:
            swing = _swing(cash[:, -1])
            cash = _coming_cash(by_day[..., 1], by_day[..., 0], ahead, draw).cumsum(axis=1) * swing[:, None]
    else:
        signed, cash = np.zeros((1, 1, 1 + _AHEAD + len(types))), np.zeros((1, 1))
    facts = _facts(terms, fact, signed, cash, types)
    total = sum((_points(part, facts[part.kind]) for part in terms.parts), np.zeros(signed.shape[:2]))
    ends = {part.kind: interval_of(facts[part.kind][:, -1]) for part in terms.parts}
    return Forecast(interval_of(total[:, -1]), bands_of(total), ends)


def _swing(totals: Floats) -> Floats:
    """How far each run lies from the middle one: schedules tell the level, the company's own past how much it swings."""
    middle = float(np.median(totals))
    return totals / middle if middle > 0 else np.ones_like(totals)


def _coming_cash(signed: Floats, counts: Floats, ahead: CashAhead, draw: np.random.Generator) -> Floats:
    """Money of each day in each run: that of a future of the deals signed, and what the run's own new deals pay."""
    runs, days = signed.shape
    cash = ahead.signed[np.arange(runs) % len(ahead.signed), :days].ravel()
    # Where very many are signed, several pay alike: what differs between them evens out.
    alike = max(1.0, counts.sum() / _MOST_PAYERS)
    payers = np.ceil(counts / alike).astype(int).ravel()
    places = np.repeat(np.arange(payers.size), payers)
    amounts = np.repeat(np.divide(signed.ravel(), payers, out=np.zeros(payers.size), where=payers > 0), payers)
    shares = ahead.by_age[draw.integers(len(ahead.by_age), size=places.size)]
    left = days - places % days
    for age in range(min(days, shares.shape[1])):
        still = left > age
        cash += np.bincount(places[still] + age, weights=amounts[still] * shares[still, age], minlength=cash.size)
    return cash.reshape(runs, days)


def _facts(terms: Terms, fact: Fact, signed: Floats, cash: Floats, types: Sequence[str]) -> dict[str, Floats]:
    """The facts of each part after each day of each run, in the unit of its target."""
    priced = fact.deals_with_amount + signed[..., 2]
    money = fact.money_signed + signed[..., 1]
    return {
        DEALS: fact.deals + signed[..., 0],
        AVERAGE_PRICE: np.divide(money, priced, out=np.zeros_like(money), where=priced > 0),
        MIX: _mix(terms, fact, signed, types),
        CASH: fact.received + cash,
    }


def _mix(terms: Terms, fact: Fact, signed: Floats, types: Sequence[str]) -> Floats:
    """1 less half the sum of absolute differences between sold and planned shares, as `mix_attainment` has it."""
    names = sorted({*types, *terms.mix, *fact.by_type})
    sold = np.zeros((*signed.shape[:2], len(names)))
    for at, name in enumerate(names):
        sold[..., at] = fact.by_type.get(name, 0)
        if name in types:
            sold[..., at] += signed[..., 1 + _AHEAD + types.index(name)]
    total = sold.sum(axis=2)
    shares = np.divide(sold, total[..., None], out=np.zeros_like(sold), where=total[..., None] > 0)
    planned = np.array([terms.mix.get(name, 0) / WHOLE_BP for name in names])
    reached = 1 - np.abs(shares - planned).sum(axis=2) / 2
    return np.where(total > 0, np.maximum(reached, 0.0), 0.0)


def _points(part: Part, reached: Floats) -> Floats:
    raw = np.maximum(reached / (part.target if part.target and part.kind != MIX else 1), 0.0)
    counted = raw if part.cap_bp is None else np.minimum(raw, part.cap_bp / WHOLE_BP)
    return counted * (part.weight_bp / WHOLE_BP)


def _weights(counts: Sequence[int], ages: Sequence[int], half_life: float) -> Floats:
    return np.asarray(counts, dtype=float) * 0.5 ** (np.asarray(ages, dtype=float) / half_life)
