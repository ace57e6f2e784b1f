"""The demo's shared KPI: one for every quarter of the last year, and the running one with a change both departments signed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from onegoal.apps.demo import cast
from onegoal.apps.demo.records import HEAD, MARKETER, Records, done_by
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.goal.queries import fact_between
from onegoal.apps.goal.services import activate_kpi, draft_kpi, end_kpi, propose_change, sign_change
from onegoal.apps.planning.queries.in_force import planned_by_day
from onegoal.apps.regulation.models import Side
from onegoal.core.money import split_largest_remainder
from onegoal.core.periods import Period, add_months
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, MIX, WHOLE_BP, Fact, Part, Terms

QUARTERS: Final = 5
"""The running one and those of the year before."""
PACE: Final = 0.93
WEIGHTS: Final = {DEALS: 4_000, CASH: 3_000, AVERAGE_PRICE: 1_500, MIX: 1_500}
CAPS: Final = {DEALS: 12_000, CASH: 12_000, AVERAGE_PRICE: 11_000}
SOONEST: Final = 8
"""Days a quarter must be old before it is changed."""
MOVED_BP: Final = 600
REASON: Final = (
    "One-room flats in Lumina Riverside are sold out. What they were to bring, two-room flats bring; otherwise the mix "
    "punishes both departments for what nobody can sell."
)
_DAY: Final = dt.timedelta(days=1)


def make_shared_goals(records: Records) -> SharedKpi:
    """Agree on the KPI of each quarter, end those that are over, and change the running one once; return that."""
    this = records.today.replace(month=(records.today.month - 1) // 3 * 3 + 1, day=1)
    for back in range(QUARTERS - 1, 0, -1):
        start = add_months(this, -3 * back)
        kpi = _agree(records, Period(start, add_months(start, 3) - _DAY), _terms_of_past(records, start))
        with done_by(records.users[HEAD]):
            end_kpi(kpi=kpi, now=_morning(records, kpi.ends_on + 3 * _DAY))
    running = Period(this, add_months(this, 3) - _DAY)
    terms = _running_terms(records, running)
    kpi = _agree(records, running, terms)
    if (records.today - this).days >= SOONEST:
        _change(records, kpi, terms)
    return kpi


def _agree(records: Records, quarter: Period, terms: Terms) -> SharedKpi:
    head = records.users[HEAD]
    written = _morning(records, quarter.start - 9 * _DAY)
    with done_by(head):
        draft = draft_kpi(
            name=f"Contracts and money Q{(quarter.start.month + 2) // 3} {quarter.start:%Y}", project=None,
            starts_on=quarter.start, ends_on=quarter.end, country=cast.COUNTRY, owner=head, terms=terms, author=head,
            now=written,
        )  # fmt: skip
        return activate_kpi(kpi=draft, now=written + 4 * _DAY)


def _change(records: Records, kpi: SharedKpi, terms: Terms) -> None:
    """Half of the way so far the mix is agreed anew."""
    head, marketer = records.users[HEAD], records.users[MARKETER]
    at = _morning(records, kpi.starts_on + (records.today - kpi.starts_on) // 2)
    mix = dict(terms.mix)
    moved = min(MOVED_BP, mix.get(cast.ONE, 0))
    mix |= {cast.ONE: mix.get(cast.ONE, 0) - moved, cast.TWO: mix.get(cast.TWO, 0) + moved}
    if not moved:
        return
    with done_by(head):
        version = propose_change(kpi=kpi, terms=replace(terms, mix=mix), reason=REASON, author=head, now=at)
    with done_by(marketer):
        sign_change(version=version, side=Side.MARKETING, user=marketer, now=at + dt.timedelta(hours=2))
    with done_by(head):
        sign_change(version=version, side=Side.SALES, user=head, now=at + dt.timedelta(hours=5))


def _terms_of_past(records: Records, start: dt.date) -> Terms:
    """Targets of a quarter that is over: what came, divided by how near it was drawn to have come to them."""
    fact = fact_between(None, start, add_months(start, 3) - _DAY)
    dice = records.dice(f"goal {start}")
    deals, money, price = (float(dice.uniform(*bounds)) for bounds in ((0.87, 1.04), (0.9, 1.05), (0.96, 1.02)))
    return _terms(fact, deals, money, price)


def _running_terms(records: Records, quarter: Period) -> Terms:
    """Targets that the quarter so far is a little behind, by the way the plan in force takes to them."""
    yesterday = records.today - _DAY
    fact = fact_between(None, quarter.start, yesterday) if yesterday >= quarter.start else Fact()
    if (records.today - quarter.start).days < SOONEST or not fact.deals or not fact.received:
        former = add_months(quarter.start, -3)
        return _terms(fact_between(None, former, quarter.start - _DAY), PACE, PACE, 1.0)
    shares = [_share_gone(metric, quarter, yesterday) for metric in ("deals_won", "money_received")]
    return _terms(fact, PACE * shares[0], PACE * shares[1], 0.985)


def _share_gone(metric: str, quarter: Period, until: dt.date) -> float:
    planned = planned_by_day(metric, quarter.start, quarter.end)
    whole = sum(planned.values())
    return sum(value for day, value in planned.items() if day <= until) / whole if whole else 1.0


def _terms(fact: Fact, deals: float, money: float, price: float) -> Terms:
    targets = {
        DEALS: max(1, round(fact.deals / deals)),
        CASH: max(1, round(fact.received / money / 5_000_000)) * 5_000_000,
        AVERAGE_PRICE: max(1, round(float(fact.average_price or 9_000_000) / price / 50_000)) * 50_000,
        MIX: None,
    }
    parts = tuple(Part(kind, targets[kind], weight, CAPS.get(kind)) for kind, weight in WEIGHTS.items())
    return Terms(parts, _mix(fact))


def _mix(fact: Fact) -> dict[str, int]:
    """The shares that were sold, in whole per cent, with more one-room flats than there are to sell."""
    names = (cast.ONE, cast.TWO, cast.THREE, cast.STUDIO)
    weights = [fact.by_type.get(name, 0) + 1 for name in names]
    shares = split_largest_remainder(WHOLE_BP // 100, weights)
    mix = {name: share * 100 for name, share in zip(names, shares, strict=True)}
    moved = min(MOVED_BP, mix[cast.TWO])
    return mix | {cast.ONE: mix[cast.ONE] + moved, cast.TWO: mix[cast.TWO] - moved}


def _morning(records: Records, day: dt.date) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(10), records.calendar.zone)
    return min(local.astimezone(dt.UTC), records.now - dt.timedelta(hours=6))
