"""Made-up companies whose truth is known: channels, months of deals and money, and people under schemes of pay."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import numpy as np

from onegoal.core.formulas import parse
from onegoal.core.kpi_conflicts import Channel, Figure, History, PersonHistory, SchemePay
from onegoal.core.pay import Part, PersonMonth, Stretch
from onegoal.core.periods import add_months
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, MIX, Terms
from onegoal.core.shared_kpi import Part as Goal

FIGURES = {
    "company_leads": Figure("leads"),
    "company_qualified_leads": Figure("qualified"),
    "company_deals_won": Figure("sold"),
    "company_money_signed": Figure("signed"),
    "company_money_received": Figure("received"),
    "deals_won": Figure("sold"),
    "money_signed": Figure("signed"),
    "money_received": Figure("received"),
    "company_lead_to_qualified": Figure("qualified", "leads"),
    "company_lead_to_won": Figure("sold", "leads"),
}
TERMS = Terms(
    (
        Goal(DEALS, 84, 5000),
        Goal(AVERAGE_PRICE, 12_000_000, 2000),
        Goal(MIX, None, 1000),
        Goal(CASH, 700_000_000, 2000),
    ),
    {"1-room": 4000, "2-room": 4000, "3-room": 2000},
)
"""Of a quarter."""


def company(seed: int = 1, months: int = 12, *, cheap_rate: float = 0.02, dear_rate: float = 0.09) -> History:
    """A company with a dear channel and a cheap one whose leads sell at these rates, drawn from a seed."""
    random = np.random.default_rng(seed)
    dear, cheap, own = (float(random.poisson(size * months)) for size in (110, 130, 60))
    channels = tuple(
        Channel(
            name,
            spend * leads,
            leads,
            float(random.binomial(int(leads), 3.2 * rate)),
            float(random.binomial(int(leads), rate)),
            leads,
        )
        for name, leads, spend, rate in (
            ("search", dear, 9_000.0, dear_rate),
            ("social", cheap, 4_000.0, cheap_rate),
            ("direct", own, 0.0, dear_rate),
        )
    )
    deals = random.poisson(np.array([[10.0], [10.0], [6.0]]), (3, months)).astype(float)
    prices = np.array([[10_000_000.0], [13_000_000.0], [18_000_000.0]])
    signed = deals * prices * random.normal(1, 0.03, (3, months))
    received = signed.sum(axis=0) * random.uniform(0.6, 0.9, months)
    first = dt.date(2025, 1, 1)
    return History(
        tuple(add_months(first, at) for at in range(months)),
        ("1-room", "2-room", "3-room"),
        deals,
        signed,
        received,
        channels,
        TERMS,
        3.0,
        leads=dear + cheap + own,
        qualified=sum(one.qualified for one in channels),
    )


def scheme(history: History, name: str, side: str, *parts: Part, people: int = 2) -> SchemePay:
    """People whose own share of deals and money is drawn, paid by these parts."""
    random = np.random.default_rng(len(name))
    shares = random.dirichlet(np.full(people, 5.0), history.size)
    persons = tuple(
        PersonHistory(
            who,
            f"{name} {who}",
            tuple(_month(history, at, float(shares[at, who]), parts) for at in range(history.size)),
        )
        for who in range(people)
    )
    return SchemePay(len(name), name, side, tuple(parts), persons, FIGURES)


def part(key: str, kind: str, formula: str, gate: str = "") -> Part:
    """A part by its formula."""
    return Part(key, key, kind, parse(formula), parse(gate) if gate else None)


def _month(history: History, at: int, share: float, parts: tuple[Part, ...]) -> PersonMonth:
    deals = float(history.deals[:, at].sum())
    signed, received = float(history.signed[:, at].sum()) / 100, float(history.received[at]) / 100
    leads, qualified = history.leads / history.size, history.qualified / history.size
    flows = {"deals_won": deals * share, "money_signed": signed * share, "money_received": received * share}
    given = {
        "base": 900.0,
        "company_leads": leads,
        "company_qualified_leads": qualified,
        "company_deals_won": deals,
        "company_money_signed": signed,
        "company_money_received": received,
        "company_lead_to_qualified": qualified / leads,
        "company_lead_to_won": deals / leads,
    }
    month = history.months[at]
    stretch = Stretch(
        month,
        month.replace(day=28),
        20,
        parts,
        {name: _exact(value) for name, value in flows.items()},
        {},
        {name: _exact(value) for name, value in given.items()},
    )
    return PersonMonth((stretch,), 20)


def _exact(value: float) -> Fraction:
    return Fraction(round(value * 1000), 1000)
