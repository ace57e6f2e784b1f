"""The steps of the chain now and in normal times, and the bottleneck among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from onegoal.apps.control.queries.days import facts_by_day
from onegoal.apps.control.queries.sags import latest_reading
from onegoal.apps.facts.queries import survival
from onegoal.core.bottleneck import Shortfall, Step, dispersion_of, mean_step, shortfalls
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import AVERAGE_PRICE, DEALS, WHOLE_BP, Terms
from onegoal.core.statistics import Interval
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Question

NOW_DAYS: Final = 28
NORMAL_DAYS: Final = 364
PRICE: Final = "average_price"
_DAY: Final = dt.timedelta(days=1)
_FIGURES: Final = ("visitors", "leads", "opportunities", "deals", "deals_won", "money_signed")
_LINKS: Final = (
    ("visitors", ""),
    ("leads", "visitors"),
    ("opportunities", "leads"),
    ("deals", "opportunities"),
    ("deals_won", "deals"),
)
"""Each step and what goes into it; the first is told by the day."""
_WAYS: Final = {
    "leads": "time_first_touch_to_lead",
    "opportunities": "time_lead_to_qualified",
    "deals_won": "time_deal_to_won",
}


@dataclass(frozen=True)
class StepNow:
    """One step as it was read: value and normal value with their counts; `gain` and `p` where it is below beyond chance.

    Values are what comes out for one that goes in (visitors: a day; average price: minor units). `ratio` is normal over
    present, `gain` in signed deals within NOW_DAYS (for the price: in money signed, minor units).
    """

    name: str
    value: float | None
    normal: float | None
    count: float
    base: float
    ratio: Interval | None = None
    gain: Interval | None = None
    p: float | None = None


@dataclass(frozen=True)
class Bottleneck:
    """The step whose return to normal would add most to the KPI, `points` being shares of it within NOW_DAYS (0.03)."""

    step: StepNow
    points: Interval
    day: dt.date


def steps_of(until: dt.date) -> tuple[list[StepNow], int]:
    """Return every step of the company's chain over the NOW_DAYS up to a day, and how many deals were signed in them.

    Normal are the NORMAL_DAYS before. What goes into a step is counted earlier by the time the step usually takes those
    who pass it; visitors are counted by the day.
    """
    delays = {name: _delay(way, until) for name, way in _WAYS.items()}
    longest = max(delays.values(), default=0)
    days = Period(until - (NOW_DAYS + NORMAL_DAYS + longest - 1) * _DAY, until)
    facts = facts_by_day(_FIGURES, days)
    steps = [step for name, into in _LINKS if (step := _step(name, into, facts, delays.get(name, 0), until))]
    if (price := _price_step(facts, until)) is not None:
        steps.append(price)
    deals = _total(facts["deals_won"], _now(until))
    low = {one.step.name: one for one in shortfalls(steps, worth=deals)}
    money = _total(facts["money_signed"], _now(until))
    return [_told(step, low.get(step.name), money / deals if deals else 0.0) for step in steps], deals


def bottleneck_now(terms: Terms | None = None) -> Bottleneck | None:
    """Return the bottleneck of the latest morning, weighed by what the KPI consists of; None where chance explains all.

    Deals move the part that counts them, and the average price its own part by the share of the target's deals that four
    weeks bring. Without a KPI a deal is a deal, and the price is left aside.
    """
    reading = latest_reading()
    if reading is None:
        return None
    found = [step for line in reading.steps if (step := _read(line)).gain is not None]
    weighed = [Bottleneck(step, _points(step, terms, reading.deals), reading.day) for step in found]
    best = max(weighed, key=lambda one: one.points.estimate or 0.0, default=None)
    return best if best and (best.points.estimate or 0.0) > 0 else None


def steps_read() -> list[StepNow]:
    """Return every step of the latest morning in the order of the chain."""
    reading = latest_reading()
    return [_read(line) for line in reading.steps] if reading else []


def written(step: StepNow) -> dict[str, Any]:
    """Return a step as plain values to be stored."""
    return {
        "name": step.name, "value": step.value, "normal": step.normal, "count": step.count, "base": step.base,
        "ratio": _bounds(step.ratio), "gain": _bounds(step.gain), "p": step.p,
    }  # fmt: skip


def _read(line: Mapping[str, Any]) -> StepNow:
    intervals = {key: Interval(*line[key]) if line[key] else None for key in ("ratio", "gain")}
    return StepNow(**{**line, **intervals})


def _bounds(interval: Interval | None) -> list[float | None] | None:
    return [interval.estimate, interval.low, interval.high] if interval else None


def _points(step: StepNow, terms: Terms | None, deals: int) -> Interval:
    gain = step.gain or Interval(0.0, 0.0, 0.0)
    parts = {part.kind: part for part in terms.parts} if terms else {}
    counted = parts.get(DEALS)
    if step.name == PRICE:
        part, ratio = parts.get(AVERAGE_PRICE), step.ratio
        if part is None or ratio is None or not part.target or counted is None or not counted.target:
            return Interval(0.0, 0.0, 0.0)
        share = min(1.0, deals / counted.target) * part.weight_bp / WHOLE_BP * (step.value or 0.0) / part.target
        return _times(Interval(*((bound or 1.0) - 1 for bound in (ratio.estimate, ratio.low, ratio.high))), share)
    if counted is None or not counted.target:
        return gain if terms is None else Interval(0.0, 0.0, 0.0)
    return _times(gain, counted.weight_bp / WHOLE_BP / counted.target)


def _times(interval: Interval, factor: float) -> Interval:
    return Interval(*((bound or 0.0) * factor for bound in (interval.estimate, interval.low, interval.high)))


def _told(step: Step, low: Shortfall | None, price: float) -> StepNow:
    # A price multiplies money, not deals.
    gain = _times(low.gain, price) if low and step.name == PRICE else low.gain if low else None
    return StepNow(
        step.name,
        step.value,
        step.normal,
        step.count,
        step.base,
        low.ratio if low else None,
        gain,
        low.p if low else None,
    )


def _step(name: str, into: str, facts: Mapping[str, Mapping[dt.date, int]], delay: int, until: dt.date) -> Step | None:
    now, normal = _now(until), _normal(until)
    if not _total(facts[name], normal):
        return None
    blocks = [
        Period(normal.start + at * 28 * _DAY, normal.start + (at * 28 + 27) * _DAY) for at in range(NORMAL_DAYS // 28)
    ]

    def base(days: Period) -> float:
        if not into:
            return float(days.days())
        return float(_total(facts[into], Period(days.start - delay * _DAY, days.end - delay * _DAY)))

    spread = dispersion_of([_total(facts[name], block) for block in blocks], [base(block) for block in blocks])
    return Step(name, _total(facts[name], now), base(now), _total(facts[name], normal), base(normal), spread)


def _price_step(facts: Mapping[str, Mapping[dt.date, int]], until: dt.date) -> Step | None:
    prices = [_prices(facts, days) for days in (_now(until), _normal(until))]
    return mean_step(PRICE, *prices)


def _prices(facts: Mapping[str, Mapping[dt.date, int]], days: Period) -> Sequence[float]:
    """The average price of each deal's day, once for each deal."""
    counts, money = facts["deals_won"], facts["money_signed"]
    return [
        money[day] / counts[day] for day in days if counts.get(day) and money.get(day) for _deal in range(counts[day])
    ]


def _delay(metric: str, until: dt.date) -> int:
    """The days a step took half of those who passed it in the year before; nothing where nobody did."""
    question = Question(metric, (), until - (NORMAL_DAYS + NOW_DAYS) * _DAY, until)
    try:
        curves = survival(question)
    except QuestionRefused:
        return 0
    return min(round(curves[0].arrived_median or 0), NORMAL_DAYS // 2) if curves else 0


def _now(until: dt.date) -> Period:
    return Period(until - (NOW_DAYS - 1) * _DAY, until)


def _normal(until: dt.date) -> Period:
    return Period(until - (NOW_DAYS + NORMAL_DAYS - 1) * _DAY, until - NOW_DAYS * _DAY)


def _total(facts: Mapping[dt.date, int], days: Period) -> int:
    return sum(facts.get(day, 0) for day in days)
