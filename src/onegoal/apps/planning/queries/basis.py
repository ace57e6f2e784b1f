"""What a plan is checked against: the company's own conversions, delays, costs, prices, money, hours and units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from onegoal.apps.planning.queries.basis_chain import Chain, chain_of
from onegoal.apps.planning.queries.basis_money import money_of
from onegoal.apps.planning.queries.basis_work import hours_of, stock_of
from onegoal.apps.planning.queries.past import Past, past_of
from onegoal.core.joint_plan.figures import Basis, Floats, PlanFigures
from onegoal.core.periods import add_months

RECENT: Final = 3
"""Months whose mean stands for those between today and the first month of a plan, of which nothing is planned."""


@dataclass(frozen=True)
class Tested:
    """A month that is over: the deals that the leads behind it were worth at the conversions told today, and the fact."""

    month: dt.date
    expected: float
    fact: float


@dataclass(frozen=True)
class OwnHistory:
    """The basis of a plan with what the page beside it shows: the months it was tried on, and what it was read from."""

    months: tuple[dt.date, ...]
    basis: Basis
    tested: tuple[Tested, ...]
    past: Past
    strength: float
    watched_days: float


def history_of(
    plan: PlanFigures, *, project: str = "", today: dt.date, told: Mapping[dt.date, float] | None = None
) -> OwnHistory:
    """Return what the company's records say as of the morning of `today`, for the months and channels of a plan.

    `told` is the forecast of payments by month; without it schedules are taken at the share that was kept so far.
    """
    past = past_of(plan.months, project=project, today=today)
    chain = chain_of(past, plan.channels)
    money = money_of(past, plan.months, project=project, told=told or {})
    basis = Basis(
        won=chain.won, qualified=chain.qualified, visited=chain.visited, delays=chain.delays,
        delay_counts=chain.delay_counts, house=_house(past, plan.months), costs=chain.costs,
        visit_costs=chain.visit_costs, prices=money.prices, mix=past.by_type,
        stock=stock_of(project), hours=None if project else hours_of(plan.months, past), paid=money.paid, owed=money.owed,
        left=_left(plan.months, today), done_leads=_done_leads(past, plan.months),
        done_deals=past.in_months(past.deals, plan.months), done_money=past.in_months(past.signed, plan.months),
        done_cash=past.in_months(past.received, plan.months), deals_per_won=chain.deals_per_won, swing=chain.swing,
        cash_swing=money.swing, ahead=max(0, _apart(past.months[-1], plan.months[0])),
    )  # fmt: skip
    return OwnHistory(plan.months, basis, _tested(chain), past, chain.strength, chain.watched_days)


def _tested(chain: Chain) -> tuple[Tested, ...]:
    return tuple(Tested(*one) for one in chain.tested)


def _left(months: tuple[dt.date, ...], today: dt.date) -> Floats:
    """The share of each month still to come on the morning of `today`."""
    shares = []
    for month in months:
        following = add_months(month, 1)
        shares.append(min(1.0, max(0.0, (following - max(today, month)).days / (following - month).days)))
    return np.array(shares)


def _done_leads(past: Past, months: tuple[dt.date, ...]) -> dict[str, Floats]:
    found = {name: past.in_months(leads, months) for name, leads in past.leads.items()}
    return {name: leads for name, leads in found.items() if leads.any()}


def _house(past: Past, months: tuple[dt.date, ...]) -> dict[str, Floats]:
    """Leads of the months before the plan, the latest first; months nobody has lived yet hold the mean of the last ones."""
    return {name: past.before(leads, months[0], RECENT) for name, leads in past.leads.items() if leads.any()}


def _apart(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month
