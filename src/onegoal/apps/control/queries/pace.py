"""Pace of the shared KPI: what was to be reached by now, what is needed today, and what the end of the period will bring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Final

from onegoal.apps.audit.record_version import record_version
from onegoal.apps.control.queries.days import (
    RESULTS,
    DayLine,
    PlanFact,
    Standing,
    by_seller,
    by_team,
    days_of_month,
    plan_of_day,
    plan_of_month,
    planned_days,
)
from onegoal.apps.control.queries.history import History, history_of
from onegoal.apps.facts.engine import reading
from onegoal.apps.goal.models import KpiVersion, SharedKpi
from onegoal.apps.goal.queries import (
    attainments_by_day,
    calendar_of,
    facts_by_day,
    terms_of,
    version_of_day,
    working_days_of,
)
from onegoal.apps.planning.queries.in_force import planned_by_day
from onegoal.apps.planning.queries.payment_forecast import cash_ahead
from onegoal.core.kpi_forecast import Forecast, forecast
from onegoal.core.pace import kind_of, needed, price_needed
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import AVERAGE_PRICE, CASH, DEALS, WHOLE_BP, Attainment, Fact, Part, Terms, attain
from onegoal.core.statistics import Interval

__all__ = [
    "RESULTS", "DayLine", "DayPace", "Pace", "PartPace", "PlanFact", "Standing", "by_seller", "by_team", "days_of_month",
    "pace_of", "plan_of_day", "plan_of_month", "planned_days",
]  # fmt: skip

_DAY: Final = dt.timedelta(days=1)
_GROWS: Final = {DEALS: "deals_won", CASH: "money_received"}
"""Parts that grow day by day, and the planned figure that shapes their way; the others are to be right all the time."""


@dataclass(frozen=True)
class DayPace:
    """One day of the period: what was to be reached by its end, what was, and for days to come the range of the forecast.

    All are shares of the KPI (0.71).
    """

    day: dt.date
    plan: float
    fact: float | None
    forecast: Interval | None = None


@dataclass(frozen=True)
class PartPace:
    """One part in its own unit (deals, minor units, a share for the mix) and against what was to be reached by tonight.

    `expected` is the part's planned fact tonight, `needed_today` what today has to bring to be there, `missing_today` what
    of it is still to come; for an average price both are the price the deals still to come need. None: nothing to say.
    """

    kind: str
    target: int | None
    weight_bp: int
    fact: float | None
    raw: float
    expected: float
    needed_today: int | None
    missing_today: int | None
    forecast: Interval
    a_day: float | None = None
    """What each working day after today has to bring for the target to be reached, for parts that grow."""

    @property
    def pace(self) -> float | None:
        """Fact over what was to be reached by tonight (0.94); None before anything was."""
        return (self.fact or 0.0) / self.expected if self.expected else None


@dataclass(frozen=True)
class Pace:
    """The KPI on one day, the same for all who look: attained, expected, forecast with its range, part by part, day by day.

    `share_gone` is the share of the period's working days that are over with this one; `is_planned` says whether a plan in force
    shapes the way to the target (else working days do). `forecast` is the attainment at the end, held by its range in
    eight of ten cases.
    """

    kpi: SharedKpi
    today: dt.date
    attainment: Attainment
    expected: float
    share_gone: float
    days_left: int
    forecast: Interval
    parts: tuple[PartPace, ...]
    by_day: tuple[DayPace, ...]
    is_planned: bool

    @property
    def attained(self) -> float:
        """The attainment as a share (0.71)."""
        return float(self.attainment.total)

    @property
    def pace(self) -> float | None:
        """Attained over expected (0.94); None before anything was expected."""
        return self.attained / self.expected if self.expected else None


def pace_of(kpi: SharedKpi, *, today: dt.date) -> Pace | None:
    """Return the pace of a KPI on a day (of its period; later days are its last one); None for one without parts.

    What today still brings is not counted once it has brought anything; before, today counts as a day to come. The
    forecast is drawn once for each version of the data and of the KPI, and all of it is the same for whoever looks until
    the data or the records change.
    """
    records = record_version()
    if records is None:
        return _pace_of(kpi, today)
    return reading().remember(("pace", kpi.pk, today, records), lambda: _pace_of(kpi, today))


def _pace_of(kpi: SharedKpi, today: dt.date) -> Pace | None:
    version = version_of_day(kpi, min(today, kpi.ends_on))
    if version is None or not (terms := terms_of(version)).parts:
        return None
    now = min(today, kpi.ends_on)
    shares, is_planned = _shares(kpi, terms)
    reached = attainments_by_day(kpi, until=now)
    attainment = reached[-1][1] if reached else attain(terms.parts, terms.mix, Fact())
    coming = _coming_days(kpi, now)
    drawn = _forecast(kpi, version, terms, now, coming)
    days = list(Period(kpi.starts_on, kpi.ends_on))
    calendar = calendar_of(kpi)
    worked = working_days_of(calendar, kpi.starts_on, kpi.ends_on)
    gone = sum(day <= now for day in worked)
    plan = {day: _planned_attainment(terms, {kind: own[day] for kind, own in shares.items()}) for day in days}
    return Pace(
        kpi=kpi,
        today=now,
        attainment=attainment,
        expected=plan.get(now, 0.0),
        share_gone=gone / len(worked) if worked else 0.0,
        days_left=len(worked) - gone,
        forecast=drawn.total,
        parts=_parts(kpi, terms, attainment, shares, now, drawn, len(worked) - gone),
        by_day=_by_day(days, plan, dict(reached), dict(zip(coming, drawn.by_day, strict=False))),
        is_planned=is_planned,
    )


def _shares(kpi: SharedKpi, terms: Terms) -> tuple[dict[str, dict[dt.date, float]], bool]:
    """For each part that grows, which share of its target was to be reached by the end of each day; and whether by a plan."""
    days = list(Period(kpi.starts_on, kpi.ends_on))
    worked = set(working_days_of(calendar_of(kpi), kpi.starts_on, kpi.ends_on)) or set(days)
    even = [float(day in worked) for day in days]
    found, is_planned = {}, False
    for part in terms.parts:
        if part.kind in _GROWS:
            planned = planned_by_day(_GROWS[part.kind], kpi.starts_on, kpi.ends_on, project=kpi.project)
            is_shaped = len(planned) == len(days) and sum(planned.values()) > 0
            weights = [float(planned[day]) for day in days] if is_shaped else even
            total = sum(weights)
            found[part.kind] = dict(zip(days, (so_far / total for so_far in accumulate(weights)), strict=True))
            is_planned = is_planned or is_shaped
    return found, is_planned


def _planned_attainment(terms: Terms, shares: Mapping[str, float]) -> float:
    """What is reached on a day when all goes to plan: parts that grow have come so far, the others are right."""
    return sum(part.weight_bp / WHOLE_BP * shares.get(part.kind, 1.0) for part in terms.parts)


def _coming_days(kpi: SharedKpi, now: dt.date) -> list[dt.date]:
    """The days whose events are drawn: those after today, and today as long as it has brought nothing."""
    today = facts_by_day(kpi, until=now).get(now)
    start = max(now + _DAY if today else now, kpi.starts_on)
    return list(Period(start, kpi.ends_on)) if start <= kpi.ends_on else []


def _forecast(kpi: SharedKpi, version: KpiVersion, terms: Terms, now: dt.date, coming: Sequence[dt.date]) -> Forecast:
    calendar = calendar_of(kpi)
    kinds = tuple(kind_of(day, calendar.window(day) is not None) for day in coming)

    def draw() -> Forecast:
        facts, known_on = facts_by_day(kpi, until=now), coming[0] - _DAY if coming else now
        past: History = history_of(kpi.project, until=known_on, calendar=calendar)
        wants_cash = any(part.kind == CASH for part in terms.parts) and coming
        ahead = cash_ahead(known_on=known_on, last=coming[-1], project=kpi.project) if wants_cash else None
        return forecast(terms, sum(facts.values(), Fact()), past.deals, past.payments, past.types, kinds, ahead)

    key = (
        "kpi forecast",
        kpi.pk,
        version.pk,
        kpi.project_id,
        kpi.starts_on,
        terms.parts,
        now,
        tuple(coming[:1]),
        kinds,
    )
    return reading().remember(key, draw)


def _parts(
    kpi: SharedKpi,
    terms: Terms,
    attainment: Attainment,
    shares: Mapping[str, Mapping[dt.date, float]],
    now: dt.date,
    drawn: Forecast,
    days_left: int,
) -> tuple[PartPace, ...]:
    facts = facts_by_day(kpi, until=now)
    today, total = facts.get(now, Fact()), sum(facts.values(), Fact())
    found = []
    for part in terms.parts:
        own = attainment.part(part.kind)
        share = shares.get(part.kind, {}).get(now, 0.0 if part.kind in _GROWS else 1.0)
        wanted, missing = _needed(part, terms, share, total, today)
        found.append(
            PartPace(
                kind=part.kind,
                target=part.target,
                weight_bp=part.weight_bp,
                fact=float(own.fact) if own and own.fact is not None else None,
                raw=float(own.raw) if own else 0.0,
                expected=share * (part.target if part.target is not None else 1),
                needed_today=wanted,
                missing_today=missing,
                forecast=drawn.parts[part.kind],
                a_day=_a_day(part, own.fact if own else None, days_left),
            )
        )
    return tuple(found)


def _a_day(part: Part, fact: Fraction | None, days_left: int) -> float | None:
    if part.kind not in _GROWS or not part.target or not days_left:
        return None
    return max(0.0, float(part.target - (fact or 0))) / days_left


def _needed(part: Part, terms: Terms, share: float, total: Fact, today: Fact) -> tuple[int | None, int | None]:
    if part.kind in _GROWS and part.target:
        done, done_today = (total.deals, today.deals) if part.kind == DEALS else (total.received, today.received)
        return needed(round(part.target * share), done - done_today, done_today)
    deals = next((other.target for other in terms.parts if other.kind == DEALS), None)
    if part.kind == AVERAGE_PRICE and part.target and deals:
        price = price_needed(part.target, deals, total.money_signed, total.deals_with_amount)
        return price, price
    return None, None


def _by_day(
    days: Sequence[dt.date],
    plan: Mapping[dt.date, float],
    reached: Mapping[dt.date, Attainment],
    coming: Mapping[dt.date, Interval],
) -> tuple[DayPace, ...]:
    return tuple(
        DayPace(day, plan[day], float(reached[day].total) if day in reached else None, coming.get(day)) for day in days
    )
