"""How stable a team is: who leaves in a year, how long people stay, how new ones get going and what that costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from onegoal.core.statistics import Interval, poisson_interval
from onegoal.core.survival import SurvivalSummary, time_to_event

YEAR_DAYS: Final = 365.25
MONTH_DAYS: Final = 30.4375
RAMP_MONTHS: Final = 12
"""Whoever has been there longer is a settled colleague, against whom new people are held."""
LEAST_RESULTS: Final = 10
"""With fewer results in a group, its rate says too little for a verdict; the counts are shown all the same."""
REACHED: Final = 0.9
"""The normal level counts as reached at nine tenths of it: the last tenth is lost in chance."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stay:
    """One person's time in the company: first and last day (None: still there)."""

    name: str
    joined_on: dt.date
    left_on: dt.date | None = None


@dataclass(frozen=True)
class Turnover:
    """People who left in some days over the average headcount, as a rate a year (0.25), with the bounds of a Poisson count."""

    left: int
    joined: int
    headcount: float
    days: int
    rate: Interval


@dataclass(frozen=True)
class RampMonth:
    """What new people brought in one month of their tenure (1 is the first): a rate per person and month with its bounds."""

    month: int
    people: int
    person_months: float
    results: int
    rate: Interval


@dataclass(frozen=True)
class Ramp:
    """New people's way to the normal level. `reached` is the first month from which on they are there; None: not told.

    `missing` is what they brought less than settled colleagues would have in the same time, with its bounds (Newcombe's way
    of joining two intervals); below nothing where they brought more. Unknown without settled colleagues.
    """

    months: tuple[RampMonth, ...]
    settled: RampMonth
    reached: int | None
    missing: Interval
    newcomers: int
    is_told: bool


def turnover(stays: Iterable[Stay], start: dt.date, end: dt.date) -> Turnover:
    """Return who left between two days, both included, over the average number of people there on a day of them.

    The last day counts as one of presence, and as the day of leaving. Nobody there gives no rate.
    """
    stays = list(stays)
    days = (end - start).days + 1
    present = sum(_days_there(stay, start, end) for stay in stays)
    left = sum(stay.left_on is not None and start <= stay.left_on <= end for stay in stays)
    joined = sum(start <= stay.joined_on <= end for stay in stays)
    years = present / YEAR_DAYS
    bounds = poisson_interval(left)
    rate = (
        Interval(*((value or 0.0) / years for value in (bounds.estimate, bounds.low, bounds.high))) if years else None
    )
    return Turnover(left, joined, present / days if days > 0 else 0.0, days, rate or Interval(None, None, None))


def tenure(stays: Iterable[Stay], today: dt.date) -> SurvivalSummary:
    """Return the Kaplan-Meier curve of days until people leave; those still there are counted as not having left yet."""
    begun = [stay for stay in stays if stay.joined_on <= today]
    ends = [stay.left_on if stay.left_on and stay.left_on <= today else None for stay in begun]
    durations = [max(0, ((end or today) - stay.joined_on).days) for stay, end in zip(begun, ends, strict=True)]
    return time_to_event(durations, [end is not None for end in ends])


def ramp_of(
    stays: Iterable[Stay], results: Callable[[str], Sequence[tuple[dt.date, int]]], start: dt.date, end: dt.date
) -> Ramp:
    """Return how new people get going: what each month of tenure brought between two days, against settled colleagues.

    `results` gives a person's results by day. A month of tenure is MONTH_DAYS long; only the days between `start` and `end`
    count, so that nobody is judged by days nothing was recorded of.
    """
    days, counts, people = [0.0] * (RAMP_MONTHS + 1), [0] * (RAMP_MONTHS + 1), [0] * (RAMP_MONTHS + 1)
    newcomers = 0
    for stay in stays:
        own = _days_by_month(stay, start, end)
        newcomers += any(own[:RAMP_MONTHS])
        for at, there in enumerate(own):
            days[at] += there
            people[at] += there > 0
        for day, count in results(stay.name):
            if _first(stay, start) <= day <= _last(stay, end):
                counts[_month_at(stay, day)] += count
    lines = [_line(at + 1, people[at], days[at], counts[at]) for at in range(RAMP_MONTHS + 1)]
    months, settled = tuple(lines[:RAMP_MONTHS]), lines[RAMP_MONTHS]
    is_told = sum(counts[:RAMP_MONTHS]) >= LEAST_RESULTS and settled.results >= LEAST_RESULTS
    return Ramp(
        months, settled, _reached(months, settled) if is_told else None, _missing(months, settled), newcomers, is_told
    )


def _days_by_month(stay: Stay, start: dt.date, end: dt.date) -> list[float]:
    own = [0.0] * (RAMP_MONTHS + 1)
    day, last = _first(stay, start), _last(stay, end)
    while day <= last:
        own[_month_at(stay, day)] += 1
        day += _DAY
    return own


def _month_at(stay: Stay, day: dt.date) -> int:
    """The place of a day in the list of months of tenure; the last place holds everybody settled."""
    return min(RAMP_MONTHS, int((day - stay.joined_on).days / MONTH_DAYS))


def _first(stay: Stay, start: dt.date) -> dt.date:
    return max(start, stay.joined_on)


def _last(stay: Stay, end: dt.date) -> dt.date:
    return min(end, stay.left_on) if stay.left_on else end


def _days_there(stay: Stay, start: dt.date, end: dt.date) -> int:
    return max(0, (_last(stay, end) - _first(stay, start)).days + 1)


def _line(month: int, people: int, days: float, count: int) -> RampMonth:
    months = days / MONTH_DAYS
    bounds = poisson_interval(count)
    rate = [
        value / months if months and value is not None else None for value in (bounds.estimate, bounds.low, bounds.high)
    ]
    return RampMonth(month, people, months, count, Interval(*rate))


def _reached(months: Sequence[RampMonth], settled: RampMonth) -> int | None:
    """The first month from which on new people together bring REACHED of the normal rate, and none below it beyond chance."""
    normal = settled.rate.estimate or 0.0
    for at, month in enumerate(months):
        rest = [one for one in months[at:] if one.person_months]
        worked, count = sum(one.person_months for one in rest), sum(one.results for one in rest)
        if not worked or count < LEAST_RESULTS:
            return None
        if count / worked >= REACHED * normal and (month.rate.high or 0.0) >= normal:
            return month.month
    return None


def _missing(months: Sequence[RampMonth], settled: RampMonth) -> Interval:
    worked, count = sum(one.person_months for one in months), sum(one.results for one in months)
    if not worked or settled.rate.estimate is None:
        return Interval(None, None, None)
    normal = Interval(
        *((value or 0.0) * worked for value in (settled.rate.estimate, settled.rate.low, settled.rate.high))
    )
    own = poisson_interval(count)
    estimate = (normal.estimate or 0.0) - count
    down = _far(normal.estimate, normal.low) ** 2 + _far(own.high, own.estimate) ** 2
    up = _far(normal.high, normal.estimate) ** 2 + _far(own.estimate, own.low) ** 2
    return Interval(estimate, estimate - down**0.5, estimate + up**0.5)


def _far(upper: float | None, lower: float | None) -> float:
    return (upper or 0.0) - (lower or 0.0)
