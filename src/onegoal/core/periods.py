"""Periods of whole days, their comparison periods, and the days, weeks, months, quarters and years they fall into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from onegoal.core.problems import ValueProblem

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: Final[tuple[Grain, ...]] = ("day", "week", "month", "quarter", "year")

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """The days from `start` to `end`, both included.

    Raises: ValueProblem `period_ends_before_it_starts`.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueProblem("period_ends_before_it_starts", f"{self.start} {self.end}")

    def days(self) -> int:
        """How many days, at least 1."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=at) for at in range(self.days()))

    def previous(self) -> Period:
        """The period to compare with.

        Whole months give as many whole months before. A month, quarter or year to date gives the same part of the one
        before (1-21 November: 1-21 October; the shortest unit that holds the period decides). Any other period gives
        the same number of days just before it.
        """
        months = _months_to_step(self)
        if months:
            return Period(add_months(self.start, -months), _same_day(self.end, -months))
        return Period(self.start - timedelta(days=self.days()), self.start - _DAY)

    def following(self) -> Period:
        """The period after it: whole months give as many whole months, others the same number of days."""
        start = self.end + _DAY
        if _is_whole_months(self):
            return Period(start, add_months(start, _months_to_step(self)) - _DAY)
        return Period(start, self.end + timedelta(days=self.days()))

    def year_before(self) -> Period:
        """The same dates a year earlier; the last day of a month stays the last when the period is whole months."""
        end = _same_day(self.end, -12) if _is_whole_months(self) else add_months(self.end, -12)
        return Period(add_months(self.start, -12), end)

    def buckets(self, grain: Grain) -> Iterator[Period]:
        """Consecutive days, weeks, months ... covering the period, the outer ones cut to it."""
        start = bucket_start(self.start, grain)
        while start <= self.end:
            following = next_bucket(start, grain)
            yield Period(max(start, self.start), min(following - _DAY, self.end))
            start = following


def add_months(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, the last day where the month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _last_day(year, month + 1)))


def bucket_start(day: date, grain: Grain) -> date:
    """The first day of the day, ISO week (Monday), month, quarter or year that holds `day`."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    return date(day.year, 3 * ((day.month - 1) // 3) + 1 if grain == "quarter" else 1, 1)


def next_bucket(start: date, grain: Grain) -> date:
    """The first day of the bucket that follows the one beginning on `start`."""
    if grain in ("day", "week"):
        return start + timedelta(days=7 if grain == "week" else 1)
    return add_months(start, _MONTHS[grain])


def bucket_label(day: date, grain: Grain) -> str:
    """A sortable key for screens to put into words: 2025-03-12, 2025-W11, 2025-03, 2025-Q1 or 2025."""
    start = bucket_start(day, grain)
    if grain == "day":
        return start.isoformat()
    if grain == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if grain == "month":
        return f"{start:%Y-%m}"
    return f"{start.year}-Q{(start.month + 2) // 3}" if grain == "quarter" else str(start.year)


def preset(name: str, *, today: date) -> Period:
    """A named period: those called `this_…` and `last_N_days` end today, `last_…` others are whole.

    Names are in PRESETS. Raises: ValueProblem `period_unknown`.
    """
    if name not in _PRESETS:
        raise ValueProblem("period_unknown", name)
    return _PRESETS[name](today)


def _to_date(grain: Grain) -> Callable[[date], Period]:
    return lambda today: Period(bucket_start(today, grain), today)


def _whole_before(grain: Grain) -> Callable[[date], Period]:
    def before(today: date) -> Period:
        end = bucket_start(today, grain) - _DAY
        return Period(bucket_start(end, grain), end)

    return before


def _last_days(count: int) -> Callable[[date], Period]:
    return lambda today: Period(today - timedelta(days=count - 1), today)


_MONTHS: Final[dict[str, int]] = {"month": 1, "quarter": 3, "year": 12}
_PRESETS: Final[dict[str, Callable[[date], Period]]] = {
    "today": _to_date("day"),
    "yesterday": _whole_before("day"),
    "last_7_days": _last_days(7),
    "last_30_days": _last_days(30),
    "last_90_days": _last_days(90),
    "this_week": _to_date("week"),
    "last_week": _whole_before("week"),
    "this_month": _to_date("month"),
    "last_month": _whole_before("month"),
    "this_quarter": _to_date("quarter"),
    "last_quarter": _whole_before("quarter"),
    "this_year": _to_date("year"),
    "last_year": _whole_before("year"),
}
PRESETS: Final[tuple[str, ...]] = tuple(_PRESETS)


def _last_day(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - _DAY).day


def _is_month_end(day: date) -> bool:
    return day.day == _last_day(day.year, day.month)


def _is_whole_months(period: Period) -> bool:
    return period.start.day == 1 and _is_month_end(period.end)


def _same_day(day: date, months: int) -> date:
    """The day moved by months; the last day of a month stays the last day."""
    moved = add_months(day, months)
    return moved.replace(day=_last_day(moved.year, moved.month)) if _is_month_end(day) else moved


def _months_to_step(period: Period) -> int:
    if _is_whole_months(period):
        return (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    for grain in ("month", "quarter", "year"):
        if period.start == bucket_start(period.end, grain) and period.days() > 1:
            return _MONTHS[grain]
    return 0
