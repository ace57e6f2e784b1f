"""When a regular report is due, and about which days it is."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal
from zoneinfo import ZoneInfo

from onegoal.core.periods import Period, preset

Rhythm = Literal["daily", "weekly", "monthly"]
_DAYS: Final[dict[str, str]] = {"daily": "yesterday", "weekly": "last_week", "monthly": "last_month"}
"""What each report is about: the whole day, week or month that has just ended."""


def latest_due(rhythm: Rhythm, hour: int, *, now: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, Period]:
    """Return the latest moment, at or before `now`, at which a report was due, and the days it is about.

    Reports are due at `hour` o'clock: every day, on Mondays, on the first of the month. An hour that the clock skips in
    spring is due at the moment the clock jumps over it.
    """
    today = now.astimezone(zone).date()
    for day in (today - dt.timedelta(days=back) for back in range(63)):
        if _is_day(rhythm, day) and (due := _at(day, hour, zone)) <= now:
            return due, preset(_DAYS[rhythm], today=day)
    raise ValueError("every rhythm has a day within two months")


def _is_day(rhythm: Rhythm, day: dt.date) -> bool:
    if rhythm == "daily":
        return True
    return day.weekday() == 0 if rhythm == "weekly" else day.day == 1


def _at(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(dt.UTC)
