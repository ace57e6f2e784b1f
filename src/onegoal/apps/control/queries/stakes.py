"""What a blocker puts at stake: estimated from the company's own chain, with its basis as data that a page can tell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.queries.days import own_rows
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.sales.models import Deal, Lead
from onegoal.core.stakes import product_of
from onegoal.core.statistics import Interval, poisson_interval, wilson
from onegoal.metrics.question import Answer, Question, Row

MONTH_DAYS: Final = 30.4375
ASSUMED_SHARE_BP: Final = 1_000
"""Unless somebody says otherwise, one in ten of what passes a hindered link is taken to be lost: an assumption, told as one."""
WHOLE_BP: Final = 10_000
VOLUME_DAYS: Final = 91
RIPE_DAYS: Final = 91
"""Conversions are counted over leads and deals at least this old where there are any: younger ones have not had their time."""
_YEAR: Final = dt.timedelta(days=364)
_DAY: Final = dt.timedelta(days=1)
_NOTHING: Final = Interval(None, None, None)
_WAYS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    Link.TOUCH: ("visitors", ("visitor_to_lead", "lead_to_won")),
    Link.LEAD: ("leads", ("lead_to_won",)),
    Link.QUALIFIED: ("leads", ("lead_to_won",)),
    Link.DEAL: ("opportunities", ("qualified_to_deal", "deal_to_won")),
    Link.CONTRACT: ("deals", ("deal_to_won",)),
}
"""What passes each link a month, and the conversions between it and a signed contract."""
_MONEY_LINKS: Final = (Link.PAYMENT, Link.HANDOVER)
Where = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Stake:
    """Money at stake in minor units of the company's currency (None: it cannot be told), with its bounds and its basis.

    A link's stake is for a month, that of one lead or deal once. `basis` is what `Blocker.stake_basis` keeps: `how` (chain,
    money, lead, deal, owed, named, unknown) with every figure that went in.
    """

    minor: int | None
    low: int | None = None
    high: int | None = None
    basis: dict[str, Any] = field(default_factory=dict)


def stake_of(blocker: Blocker, *, today: dt.date) -> Stake:
    """Return the stake of a blocker: of its deal or lead, else of its link within its campaign or project."""
    if blocker.deal:
        return deal_stake(blocker.deal, today=today)
    if blocker.lead:
        return lead_stake(blocker.lead, today=today)
    share = blocker.stake_basis.get("share_bp", ASSUMED_SHARE_BP)
    campaign = blocker.campaign.name if blocker.campaign else ""
    return link_stake(blocker.link, project=blocker.project, campaign=campaign, share_bp=share, today=today)


def named_stake(minor: int, *, name: str) -> Stake:
    """Return a sum somebody named."""
    return Stake(minor, None, None, {"how": "named", "by": name})


def link_stake(link: str, *, project: Project | None, campaign: str, share_bp: int, today: dt.date) -> Stake:
    """Return what a link of the chain loses in a month when a share of what passes it is lost."""
    where: Where = ((("project", project.name),) if project else ()) + ((("campaign", campaign),) if campaign else ())
    told = {"link": str(link), "share_bp": share_bp, "days": VOLUME_DAYS, "on": today.isoformat()}
    told |= {"project": project.name} if project else {}
    told |= {"campaign": campaign} if campaign else {}
    if link in _MONEY_LINKS:
        return _money_stake(where, share_bp, told, today)
    if link not in _WAYS:
        return Stake(None, basis={"how": "unknown", **told})
    volume, steps = _WAYS[Link(link)]
    seen, rates, price = _figures(volume, steps, where, today)
    lost = _scaled(product_of([seen.a_month, *(rate.interval for rate in rates), price.interval]), share_bp / WHOLE_BP)
    told |= {"volume": volume, "count": seen.count, "rates": [rate.told() for rate in rates], **price.told()}
    return stake_from(lost, {"how": "chain", **told})


def lead_stake(lead: Lead, *, today: dt.date) -> Stake:
    """Return what one lead is worth: the chance of a signed deal times the average price, of its project where it has both."""
    worth, told = worth_of_one(Link.LEAD, today=today, project=lead.project)
    return stake_from(worth, {"how": "lead", **told})


def deal_stake(deal: Deal, *, today: dt.date) -> Stake:
    """Return what one deal is worth: its amount (else the average price) times the chance to sign, once signed what is owed."""
    own = current_company().currency
    amount = deal.amount_minor if deal.currency in ("", own) else None
    if deal.lost_at:
        return Stake(0, 0, 0, {"how": "lost"})
    if deal.won_at and amount is not None:
        paid = sum(deal.payments.filter(currency=own).values_list("amount_minor", flat=True))
        owed = max(0, amount - paid)
        return Stake(owed, owed, owed, {"how": "owed", "amount": amount, "paid": paid})
    worth, told = worth_of_one(Link.CONTRACT, today=today, project=deal.project, price=amount)
    return stake_from(worth, {"how": "deal", **told})


def worth_of_one(
    link: str | None, *, today: dt.date, project: Project | None = None, price: int | None = None
) -> tuple[Interval, dict[str, Any]]:
    """Return what one record at a link (None: one signed contract) is worth in minor units, and the figures that went in."""
    where: Where = (("project", project.name),) if project else ()
    volume, steps = _WAYS[Link(link)] if link else ("deals_won", ())
    _seen, rates, found = _figures(volume, steps, where, today)
    used = found if price is None else _Price(Interval(price, price, price), 0, own=True)
    told: dict[str, Any] = {"rates": [rate.told() for rate in rates], **used.told(), "on": today.isoformat()}
    told |= {"project": project.name} if project else {}
    return product_of([*(rate.interval for rate in rates), used.interval]), told


@dataclass(frozen=True)
class _Seen:
    count: int
    a_month: Interval


@dataclass(frozen=True)
class _Rate:
    metric: str
    above: int
    below: int
    is_ripe: bool

    @property
    def interval(self) -> Interval:
        return wilson(self.above, self.below) if self.below else _NOTHING

    def told(self) -> list[Any]:
        return [self.metric, self.above, self.below, self.is_ripe]


@dataclass(frozen=True)
class _Price:
    interval: Interval
    deals: int
    own: bool = False

    def told(self) -> dict[str, Any]:
        value = self.interval.estimate
        return {"price": None if value is None else round(value), "priced": self.deals, "own_price": self.own}


def _figures(volume: str, steps: tuple[str, ...], where: Where, today: dt.date) -> tuple[_Seen, list[_Rate], _Price]:
    # A campaign's few sales say little of what a flat costs: the price is the project's, else the company's.
    of_place = tuple(pair for pair in where if pair[0] == "project")
    yesterday, ripe = today - _DAY, today - RIPE_DAYS * _DAY
    asked = [Question(volume, (), today - VOLUME_DAYS * _DAY, yesterday, where)]
    asked += [Question(step, (), ripe - _YEAR, ripe, where) for step in steps]
    asked += [Question(step, (), yesterday - _YEAR, yesterday, where) for step in steps]
    asked.append(Question("average_price", (), yesterday - _YEAR, yesterday, of_place))
    seen, *rates, price = ask_all(asked)
    count = int(_only(seen).value or 0)
    pairs = zip(steps, rates[: len(steps)], rates[len(steps) :], strict=True)
    return _monthly(count), [_ripest(step, old, whole) for step, old, whole in pairs], _price(price)


def _monthly(count: int) -> _Seen:
    return _Seen(count, _scaled(poisson_interval(count), MONTH_DAYS / VOLUME_DAYS))


def _ripest(step: str, old: Answer, whole: Answer) -> _Rate:
    for answer, is_ripe in ((old, True), (whole, False)):
        row = _only(answer)
        if row.denominator:
            return _Rate(step, int(row.numerator or 0), int(row.denominator), is_ripe)
    return _Rate(step, 0, 0, False)


def _price(answer: Answer) -> _Price:
    row = _only(answer)
    if row.value is None:
        return _Price(_NOTHING, 0)
    value = float(row.value)
    low, high = (value if bound is None else float(bound) for bound in (row.low, row.high))
    return _Price(Interval(value, max(0.0, low), high), int(row.denominator or 0))


def _money_stake(where: Where, share_bp: int, told: dict[str, Any], today: dt.date) -> Stake:
    days = (today - VOLUME_DAYS * _DAY, today - _DAY)
    money, count = ask_all([Question(name, (), *days, where) for name in ("money_received", "payments")])
    received, payments = int(_only(money).value or 0), int(_only(count).value or 0)
    told = {**told, "count": payments, "received": received}
    if not payments:
        return Stake(None, basis={"how": "unknown", **told})
    mean = received / payments
    lost = _scaled(product_of([_monthly(payments).a_month, Interval(mean, mean, mean)]), share_bp / WHOLE_BP)
    return stake_from(lost, {"how": "money", **told})


def _only(answer: Answer) -> Row:
    return next(iter(own_rows(answer)), Row({}, None))


def _scaled(interval: Interval, factor: float) -> Interval:
    return Interval(
        *(None if bound is None else bound * factor for bound in (interval.estimate, interval.low, interval.high))
    )


def stake_from(worth: Interval, basis: dict[str, Any]) -> Stake:
    """Return an estimate as a stake in whole minor units; `unknown` where there is none."""
    if worth.estimate is None:
        return Stake(None, basis={**basis, "how": "unknown"})
    minor, low, high = (None if bound is None else round(bound) for bound in (worth.estimate, worth.low, worth.high))
    return Stake(minor, low, high, basis)
