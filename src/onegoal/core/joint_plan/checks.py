"""What stands against a plan: leads, budget, conversion, hours, units and money, each with what is missing and what closes it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, log1p, sqrt
from typing import Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.joint_plan.chain import Feed, feed_of, gamma_interval, missing_leads, months_left
from onegoal.core.joint_plan.conversions import bounds_of
from onegoal.core.joint_plan.delays import arrivals
from onegoal.core.joint_plan.figures import (
    AMBER,
    CODES,
    GREEN,
    RED,
    UNKNOWN,
    Basis,
    Check,
    Closing,
    Floats,
    PlanFigures,
    Rate,
)  # fmt: skip
from onegoal.core.periods import add_months
from onegoal.core.statistics import LEVEL, Interval
from onegoal.core.workload import FULL

_ORDER: Final = (RED, AMBER, UNKNOWN, GREEN)
_TINY: Final = 1e-9


def check(plan: PlanFigures, basis: Basis) -> tuple[Check, ...]:
    """Return everything the plan must stand, the red first; each code has at least one entry.

    A check is red where the planned figure lies outside the interval of what is possible, amber where it is above what is
    likely, unknown (with a reason) where nothing is planned of it or the company has no history. Where months or channels
    are looked at one by one their intervals are widened for their number (Bonferroni): a plan that equals what then happens
    is refused no more often for being cut finely.
    """
    found = [*_leads(plan, basis), *_budget(plan, basis), *_conversions(plan, basis), *_hours(plan, basis),
             *_stock(plan, basis), *_cash(plan, basis)]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.level), CODES.index(one.code), one.month is not None)))


def _leads(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    deals = plan.by_month("deals_won")
    if (reason := _why_unknown(plan, basis, "deals_won")) or deals is None:
        yield Check("leads_short", UNKNOWN, reason=reason)
        return
    feed = feed_of(plan, basis)
    planned = deals_left(plan, basis)
    yield _fed(plan, basis, feed, planned, None)
    for at in range(len(plan.months)):
        found = _fed(plan, basis, feed, planned, at)
        if found.is_red and len(plan.months) > 1:
            yield found


def _fed(plan: PlanFigures, basis: Basis, feed: Feed, planned: Floats, at: int | None) -> Check:
    """Planned deals of one month, or of all, against what leads bring."""
    months = list(range(len(plan.months))) if at is None else [at]
    trust = LEVEL if at is None else _one_of(len(plan.months))
    possible, wanted = feed.interval(months, trust), float(planned[months].sum())
    gap = max(0.0, wanted - (possible.estimate or 0.0))
    level = _level(wanted, possible)
    month = None if at is None else plan.months[at]
    if not gap or not feed.conversion:
        return Check("leads_short", level, wanted, possible, month=month)
    within, before = missing_leads(plan, basis, feed, _gap_of(planned, feed, months, gap))
    late = np.concatenate([before[::-1], within])
    names = [add_months(plan.months[0], place - before.size) for place in range(late.size)]
    passed = float(before[basis.ahead :].sum() + within[feed.left <= 0].sum())
    by_month = tuple((name, float(leads)) for name, leads in zip(names, late, strict=True) if leads >= 0.5)
    missing = float(ceil(late.sum() - _TINY))
    return Check(
        "leads_short", level, wanted, possible, missing, "count", month, by_month=by_month, too_late=passed,
        closes=tuple(_closing_leads(plan, basis, feed, missing, wanted, possible)),
    )  # fmt: skip


def _closing_leads(
    plan: PlanFigures, basis: Basis, feed: Feed, missing: float, wanted: float, possible: Interval
) -> Iterator[Closing]:
    yield Closing("leads", missing)
    if price := lead_price(plan, basis):
        yield Closing("spend", missing * price, "money")
    likely = possible.estimate or 0.0
    if likely > 0 and (needed := feed.conversion * wanted / likely) <= 1:
        yield Closing("conversion", needed, "share")
    yield Closing("deals_down", wanted - likely)


def _gap_of(planned: Floats, feed: Feed, months: list[int], gap: float) -> Floats:
    """The gap spread over the months that lack deals; months with more than enough help those after them."""
    lacking = np.zeros(planned.size)
    lacking[months] = np.maximum(planned[months] - feed.expected[months], 0.0)
    return lacking * gap / lacking.sum()


def lead_price(plan: PlanFigures, basis: Basis) -> float | None:
    """Return what one more lead costs at the company's own prices, in the plan's own mix of paid channels."""
    leads = plan.by_channel("leads")
    paid = {name: cost for name, cost in basis.costs.items() if not cost.is_free and name}
    weights = (
        {} if leads is None else {name: leads[:, at].sum() for at, name in enumerate(plan.channels) if name in paid}
    )
    if sum(weights.values()):
        return float(sum(weights[name] * paid[name].each for name in weights) / sum(weights.values()))
    whole = basis.costs.get("")
    return whole.each if whole and not whole.is_free else None


def deals_left(plan: PlanFigures, basis: Basis) -> Floats:
    """Return the planned deals still to be signed in each month; none in a month that is over."""
    deals = plan.by_month("deals_won")
    return _still(plan, basis, np.zeros(len(plan.months)) if deals is None else deals, basis.done_deals)


def _still(plan: PlanFigures, basis: Basis, planned: Floats, done: Floats | None) -> Floats:
    rest = planned if done is None else np.maximum(planned - done, 0.0)
    return np.where(months_left(plan, basis) > 0, rest, 0.0)


def _budget(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    leads, spend = plan.by_channel("leads"), plan.by_channel("spend")
    if leads is None or spend is None:
        yield Check("budget_short", UNKNOWN, unit="money", reason="not_planned")
        return
    if not basis.costs:
        yield Check("budget_short", UNKNOWN, unit="money", reason="no_history")
        return
    left = months_left(plan, basis)[:, None]
    wanted, money = (leads * left).sum(axis=0), (spend * left).sum(axis=0)
    means, spreads = _costs(plan, basis, wanted)
    yield _paid("", float(money.sum()), means.sum(), spreads.sum(), LEVEL)
    for at, name in enumerate(plan.channels):
        one = _paid(name, float(money[at]), means[at], spreads[at], _one_of(len(plan.channels)))
        if one.is_red and name and len(plan.channels) > 1:
            yield one


def _costs(plan: PlanFigures, basis: Basis, wanted: Floats) -> tuple[Floats, Floats]:
    """What each channel's leads cost on average, and the variance of it."""
    means, spreads = np.zeros(wanted.size), np.zeros(wanted.size)
    months = max(1, int((months_left(plan, basis) > 0).sum()))
    for at, name in enumerate(plan.channels):
        cost = basis.costs.get(name) or basis.costs.get("")
        if cost and not cost.is_free:
            means[at] = wanted[at] * cost.each
            spreads[at] = means[at] ** 2 * np.expm1(cost.error**2 + log1p(np.expm1(cost.swing**2) / months))
            spreads[at] += means[at] * cost.each
    return means, spreads


def _paid(channel: str, spend: float, mean: float, variance: float, trust: float) -> Check:
    needed = gamma_interval(float(mean), float(variance), trust)
    missing = max(0.0, float(mean) - spend)
    level = RED if needed.low is not None and spend < needed.low - _TINY else AMBER if missing > _TINY else GREEN
    each = () if not missing or not mean else (
        Closing("spend", missing, "money"), Closing("leads_down_share", missing / float(mean), "share"),
    )  # fmt: skip
    return Check("budget_short", level, spend, needed, missing, "money", subject=channel, closes=each)


_STEPS: Final = (
    ("visitor_to_lead", "visitors", "leads", "visited"),
    ("lead_to_qualified", "leads", "qualified_leads", "qualified"),
)


def _conversions(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    found = [one for step in _STEPS for one in _step(plan, basis, *step)]
    found.extend(_won(plan, basis))
    yield from found or [Check("conversion_unseen", UNKNOWN, unit="share", reason="not_planned")]


def _step(plan: PlanFigures, basis: Basis, name: str, of: str, to: str, kept: str) -> Iterator[Check]:
    """A planned conversion that does not take months, against the company's own: in all, and channels above anything seen."""
    rates: dict[str, Rate] = getattr(basis, kept)
    start, end = plan.by_channel(of), plan.by_channel(to)
    if start is None or end is None or not start.sum():
        return
    if "" not in rates:
        yield Check("conversion_unseen", UNKNOWN, unit="share", subject=name, reason="no_history")
        return
    # A channel without a conversion of its own (leads without visitors) has no part in the whole's.
    every = range(len(plan.channels))
    known = [at for at in every if not plan.channels[at] or plan.channels[at] in rates] or list(every)
    if start[:, known].sum():
        yield _seen(name, "", float(end[:, known].sum()), float(start[:, known].sum()), rates[""], LEVEL)
    for at, channel in enumerate(plan.channels):
        if channel in rates and channel and start[:, at].sum():
            trust = _one_of(len(plan.channels))
            one = _seen(name, channel, float(end[:, at].sum()), float(start[:, at].sum()), rates[channel], trust)
            if one.is_red:
                yield one


def _seen(step: str, channel: str, end: float, start: float, rate: Rate, trust: float) -> Check:
    low, high = bounds_of(rate, trust)
    top = max(rate.best or high, high)
    # Even the best conversion ever believed leaves chance to so many.
    best = min(1.0, top + _wide(trust) * sqrt(top * (1 - top) / start))
    possible, planned = Interval(rate.mean, low, best), end / start
    level = RED if planned > best else AMBER if planned > high else GREEN
    missing = max(0.0, planned - best) if level == RED else max(0.0, planned - rate.mean)
    closes = (
        ()
        if level == GREEN
        else (Closing("start_up", end / rate.mean - start), Closing("end_down", end - start * rate.mean))
    )
    subject = f"{step}:{channel}" if channel else step
    return Check("conversion_unseen", level, planned, possible, missing, "share", subject=subject, closes=closes)


def _won(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    """The conversion from lead to signed deal that the plan takes for granted, with the leads behind it."""
    if _why_unknown(plan, basis, "deals_won"):
        return
    feed, deals = feed_of(plan, basis), deals_left(plan, basis)
    likely = float(feed.expected.sum())
    if not likely or not deals.sum():
        return
    worth = likely / feed.conversion if feed.conversion else 0.0
    whole = basis.won[""]
    scale = feed.conversion / whole.mean
    seen = Rate(whole.a, whole.b, whole.events, whole.exposure, whole.best)
    one = _seen("lead_to_won", "", float(deals.sum()) / scale, worth, seen, LEVEL)
    low, high = (bound * scale for bound in bounds_of(whole))
    best = (one.possible.high or 0.0) * scale
    yield Check(
        one.code, one.level, one.planned * scale, Interval(feed.conversion, low, max(best, high)), one.missing * scale,
        "share", subject=one.subject, closes=() if one.level == GREEN else (
            Closing("start_up", max(0.0, float(deals.sum()) / feed.conversion - worth)),
            Closing("end_down", float(deals.sum()) - likely),
        ),
    )  # fmt: skip


def _hours(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    leads, hours = plan.by_month("leads"), basis.hours
    if leads is None or hours is None or not hours.sellers:
        reason = "not_planned" if leads is None else "no_history"
        yield Check("hours_short", UNKNOWN, unit="hours", reason=reason)
        return
    left = months_left(plan, basis)
    found = [_worked(plan, basis, at, leads[at] * left[at]) for at in range(leads.size) if left[at] > 0]
    if not found:
        yield Check("hours_short", UNKNOWN, unit="hours", reason="over")
        return
    worst = max(found, key=lambda one: (one.possible.estimate or 0.0) / max(one.planned, _TINY))
    yield from [one for one in found if one.is_red] or [worst]


def _worked(plan: PlanFigures, basis: Basis, at: int, leads: float) -> Check:
    """One month: hours the planned leads take (possible) against hours there are (planned)."""
    hours = basis.hours
    assert hours is not None
    each = hours.per_lead
    needed = Interval(*(None if b is None else float(b * leads) for b in (each.estimate, each.low, each.high)))
    there, own = float(hours.capacity[at]), float(hours.per_seller[at])
    missing = float(max(0.0, (needed.estimate or 0.0) - there * FULL))
    over = needed.low is not None and needed.low > there
    level = RED if over else AMBER if missing > _TINY else GREEN
    closes = () if not missing or not own else (
        Closing("sellers", ceil(missing / (own * FULL) - _TINY)), Closing("hours", missing, "hours"),
        Closing("leads_down", missing / each.estimate if each.estimate else 0.0),
    )  # fmt: skip
    return Check("hours_short", level, there, needed, missing, "hours", plan.months[at], closes=closes)


def _stock(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    deals = plan.sales.get("deals_won")
    if deals is None or basis.stock is None:
        yield Check("stock_short", UNKNOWN, reason="not_planned" if deals is None else "no_stock")
        return
    wanted = deals * (months_left(plan, basis) > 0)[:, None, None]
    lines = [_sold(plan, basis, wanted, at, kind) for at in range(len(plan.projects)) for kind in range(len(plan.types))
             if wanted[:, at, kind].any()]  # fmt: skip
    red = [one for one in lines if one.is_red]
    units = float(sum(basis.stock.values()))
    total = float(wanted.sum())
    if red or total <= units:
        yield from red or [Check("stock_short", GREEN, total, Interval(units, units, units))]
        return
    missing = total - units
    yield Check("stock_short", RED, total, Interval(units, units, units), missing, closes=(Closing("units", missing),))


def _sold(plan: PlanFigures, basis: Basis, wanted: Floats, at: int, kind: int) -> Check:
    project, name = plan.projects[at], plan.types[kind]
    stock = basis.stock or {}
    units = sum(
        n for (where, what), n in stock.items() if (not project or where == project) and (not name or what == name)
    )
    reached = wanted[:, at, kind].cumsum()
    missing = float(reached[-1]) - units
    sold_out = plan.months[int(np.argmax(reached > units))] if missing > 0 else None
    return Check(
        "stock_short", RED if missing > 0 else GREEN, float(reached[-1]), Interval(units, units, units),
        max(0.0, missing), "count", sold_out, name, project,
        (Closing("units", missing), Closing("deals_down", missing)) if missing > 0 else (),
    )  # fmt: skip


def _cash(plan: PlanFigures, basis: Basis) -> Iterator[Check]:
    cash = plan.by_month("money_received")
    if cash is None or basis.paid is None:
        yield Check("cash_late", UNKNOWN, unit="money", reason="not_planned" if cash is None else "no_history")
        return
    planned, expected = _still(plan, basis, cash, basis.done_cash), expected_cash(plan, basis)
    spread = expected**2 * basis.cash_swing
    yield _due(float(planned.sum()), float(expected.sum()), float(spread.sum()), plan, basis, None)
    for at in range(len(plan.months)):
        one = _due(float(planned[at]), float(expected[at]), float(spread[at]), plan, basis, at)
        if one.is_red and len(plan.months) > 1:
            yield one


def expected_cash(plan: PlanFigures, basis: Basis) -> Floats:
    """Return the money still to come in each month: what signed deals owe, and planned ones at the company's own habit."""
    months, left = len(plan.months), months_left(plan, basis)
    owed = np.zeros(months) if basis.owed is None else basis.owed
    paid = np.zeros(1) if basis.paid is None else basis.paid
    return owed + signed_left(plan, basis) @ arrivals(paid, months) * (left > 0)


def signed_left(plan: PlanFigures, basis: Basis) -> Floats:
    """Return the money planned to be signed still, by month; planned deals at the usual price where it is not planned."""
    money = plan.by_month("money_signed")
    if money is not None:
        return _still(plan, basis, money, basis.done_money)
    price = basis.prices.get("")
    return deals_left(plan, basis) * (price.mean if price else 0.0)


def _due(planned: float, mean: float, variance: float, plan: PlanFigures, basis: Basis, at: int | None) -> Check:
    possible = gamma_interval(mean, variance, LEVEL if at is None else _one_of(len(plan.months)))
    missing = max(0.0, planned - mean)
    closes = []
    if missing:
        closes.append(Closing("cash_earlier", missing, "money"))
        paid = arrivals(basis.paid if basis.paid is not None else np.zeros(1), len(plan.months))
        signed = signed_left(plan, basis)
        reach = float((signed @ paid).sum()) if at is None else float((signed @ paid)[at])
        if reach > 0:
            base = float(signed.sum()) if at is None else float(signed[: at + 1].sum())
            closes.append(Closing("money_signed", missing * base / reach, "money"))
    month = None if at is None else plan.months[at]
    return Check(
        "cash_late", _level(planned, possible), planned, possible, missing, "money", month, closes=tuple(closes)
    )


def _one_of(number: int) -> float:
    """The level of one interval of several that together are to hold at the usual level."""
    return 1 - (1 - LEVEL) / number


def _wide(level: float) -> float:
    return float(scipy.special.ndtri((1 + level) / 2))


def _level(planned: float, possible: Interval) -> str:
    if possible.high is not None and planned > possible.high + _TINY:
        return RED
    return AMBER if planned > (possible.estimate or 0.0) + _TINY else GREEN


def _why_unknown(plan: PlanFigures, basis: Basis, metric: str) -> str:
    if metric not in plan.sales and metric not in plan.marketing:
        return "not_planned"
    return "" if "" in basis.won and "" in basis.delays else "no_history"


__all__ = ["check", "deals_left", "expected_cash", "lead_price", "signed_left"]
