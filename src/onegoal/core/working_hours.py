"""Working time: the office's week, its days off, and how many working minutes lie between two moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Final

_DAY: Final = dt.timedelta(days=1)
_MINUTE: Final = dt.timedelta(minutes=1)
LAST_MINUTE: Final = dt.time(23, 59)
"""Closing at the last minute of a day means midnight: a time of day cannot say 24:00."""

Window = tuple[dt.datetime, dt.datetime]
Hours = tuple[dt.time, dt.time]


@dataclass(frozen=True)
class Calendar:
    """When an office works: `hours` by day of the week (0 is Monday), without those of `days_off`, with those of `worked`.

    Times are those of `zone`; a day in `worked` is worked although it is in `days_off` or has no hours of its own, and
    has then the hours of the week's first working day. Time is counted as it passes: a night in which the clocks change
    is an hour shorter or longer. Moments carry a zone; answers are in UTC.

    Raises: ValueError for a week without hours, or hours that end before they begin.
    """

    zone: dt.tzinfo
    hours: Mapping[int, Hours]
    days_off: Container[dt.date] = frozenset()
    worked: Container[dt.date] = frozenset()
    _windows: dict[dt.date, Window | None] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.hours:
            raise ValueError("a week has working hours")
        if any(opens >= closes for opens, closes in self.hours.values()):
            raise ValueError("an office opens before it closes")

    def is_open(self, moment: dt.datetime) -> bool:
        """Tell whether the office works at the moment; not any more at the moment it closes."""
        window = self.window(moment.astimezone(self.zone).date())
        return window is not None and window[0] <= moment < window[1]

    def window(self, day: dt.date) -> Window | None:
        """Return when the office opens and closes on a day, in UTC; None on a free day."""
        if day not in self._windows:
            self._windows[day] = self._window_of(day)
        return self._windows[day]

    def add(self, moment: dt.datetime, minutes: int) -> dt.datetime:
        """Return the first moment by which `minutes` of working time have passed since `moment`; no minutes give it back.

        What is due outside working hours is due when they end: 30 minutes from 17:45 of an office that closes at 18:00
        are 15 minutes after it opens again, 15 minutes are 18:00.
        """
        at, left = moment.astimezone(dt.UTC), minutes * _MINUTE
        if minutes <= 0:
            return at
        day = moment.astimezone(self.zone).date()
        while True:
            if (window := self.window(day)) and window[1] > at:
                begins = max(at, window[0])
                if window[1] - begins >= left:
                    return begins + left
                left -= window[1] - begins
            day += _DAY

    def between(self, first: dt.datetime, last: dt.datetime) -> int:
        """Return how many whole working minutes lie between two moments; negative when `last` is the earlier one."""
        if last < first:
            return -self.between(last, first)
        first, last = first.astimezone(dt.UTC), last.astimezone(dt.UTC)
        day, end = first.astimezone(self.zone).date(), last.astimezone(self.zone).date()
        passed = dt.timedelta()
        while day <= end:
            if window := self.window(day):
                passed += max(dt.timedelta(), min(last, window[1]) - max(first, window[0]))
            day += _DAY
        return passed // _MINUTE

    def next_opening(self, moment: dt.datetime) -> dt.datetime:
        """Return the moment itself while the office works, else when it opens next."""
        return self.add(moment, 1) - _MINUTE

    def working_day_before(self, day: dt.date) -> dt.date:
        """Return the last day before `day` on which the office works."""
        day -= _DAY
        while self.window(day) is None:
            day -= _DAY
        return day

    def _window_of(self, day: dt.date) -> Window | None:
        hours = self.hours.get(day.weekday())
        if day in self.worked:
            hours = hours or self.hours[min(self.hours)]
        elif day in self.days_off:
            return None
        if hours is None:
            return None
        opens, closes = hours
        begins = dt.datetime.combine(day, opens, self.zone)
        ends = dt.datetime.combine(day + _DAY, dt.time(), self.zone)
        if closes < LAST_MINUTE:
            ends = dt.datetime.combine(day, closes, self.zone)
        window = begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)
        return window if window[0] < window[1] else None
