"""When people of the demo come and are answered: seasons, weekdays and hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 22, 20, 20, 20, 20, 21, 22, 24, 28, 30, 24, 12, 5], dtype=float)
HOURS_UP_TO = np.cumsum(HOURS / HOURS.sum())
WEEKDAYS = np.array([1.1, 1.1, 1.05, 1.05, 1.0, 0.85, 0.8])
OPENS = 9
CLOSES = (19, 19, 19, 19, 19, 16, 0)
"""When the office closes on each day of the week, Monday first; 0 is a free day."""
SEASON = np.array([0.8, 0.95, 1.15, 1.15, 1.1, 1.0, 0.85, 0.85, 1.15, 1.2, 1.1, 0.75])


@dataclass(frozen=True)
class Calendar:
    """The demo's days, first to last, in the company's time zone; `now` ends the last one."""

    first: dt.date
    now: dt.datetime
    zone: ZoneInfo

    @property
    def days(self) -> list[dt.date]:
        count = (self.now.astimezone(self.zone).date() - self.first).days + 1
        return [self.first + dt.timedelta(days=index) for index in range(count)]

    def busyness(self, day: dt.date) -> float:
        """Return how busy a day is, 1 being an average one."""
        return float(WEEKDAYS[day.weekday()] * SEASON[day.month - 1])

    def month_index(self, day: dt.date) -> int:
        """Return how many months after the first one the day lies."""
        return (day.year - self.first.year) * 12 + day.month - self.first.month

    def days_ago(self, moment: dt.datetime) -> int:
        """Return how many days before the last one a moment lies; negative for days to come."""
        return (self.now.astimezone(self.zone).date() - moment.astimezone(self.zone).date()).days

    def moment(self, day: dt.date, rng: np.random.Generator) -> dt.datetime:
        """Draw a moment of the day (UTC): evenings are busiest."""
        hour = int(np.searchsorted(HOURS_UP_TO, rng.random()))
        minute, second = divmod(int(rng.integers(3600)), 60)
        local = dt.datetime.combine(day, dt.time(min(hour, 23), minute, second), self.zone)
        return local.astimezone(dt.UTC)

    def local_hour(self, moment: dt.datetime) -> int:
        """Return the hour of the day in the company's zone."""
        return moment.astimezone(self.zone).hour

    def closes(self, day: dt.date) -> int:
        """Return the hour at which the office closes; 0 on a free day."""
        return CLOSES[day.weekday()]

    def working_minutes_ago(self, minutes: int) -> dt.datetime:
        """Return the moment (UTC) since which so many minutes of office time have passed."""
        left, day = dt.timedelta(minutes=minutes), self.now.astimezone(self.zone).date()
        while True:
            if closes := self.closes(day):
                opens_at = dt.datetime.combine(day, dt.time(OPENS), self.zone).astimezone(dt.UTC)
                ends_at = min(self.now, dt.datetime.combine(day, dt.time(closes), self.zone).astimezone(dt.UTC))
                if ends_at - opens_at > left:
                    return ends_at - left
                left -= max(dt.timedelta(), ends_at - opens_at)
            day -= dt.timedelta(days=1)

    def later_today(self, share: float) -> dt.datetime:
        """Return a moment (UTC) of what is left of today, by preference before the office closes."""
        day = self.now.astimezone(self.zone).date()
        begins = max(self.now, dt.datetime.combine(day, dt.time(OPENS), self.zone).astimezone(dt.UTC))
        closes, midnight = self.closes(day) or 18, dt.datetime.combine(day, dt.time(23, 58), self.zone)
        ends = dt.datetime.combine(day, dt.time(closes), self.zone).astimezone(dt.UTC)
        if ends - begins < dt.timedelta(hours=1):
            ends = midnight.astimezone(dt.UTC)
        return begins + max(dt.timedelta(), ends - begins) * share

    def working_moment(self, after: dt.datetime, rng: np.random.Generator, *, hours: float) -> dt.datetime:
        """Draw a moment about `hours` later, moved into working hours: 9 to 19, on Saturdays to 16, not on Sundays."""
        local = (after + dt.timedelta(hours=float(rng.exponential(hours)))).astimezone(self.zone)
        if local.hour >= CLOSES[local.weekday()]:
            local = local.replace(hour=OPENS, minute=int(rng.integers(60))) + dt.timedelta(days=1)
        elif local.hour < OPENS:
            local = local.replace(hour=OPENS, minute=int(rng.integers(60)))
        if not CLOSES[local.weekday()]:
            local = local.replace(hour=OPENS, minute=int(rng.integers(60))) + dt.timedelta(days=1)
        return local.astimezone(dt.UTC)
