"""Moments in UTC as days and hours of the company's time zone, with plain arithmetic that every engine knows."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
from typing import Any
from zoneinfo import ZoneInfo

import ibis

_DAY = dt.timedelta(days=1)


def day_starts_at(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the moment a day begins in the zone, in UTC."""
    return dt.datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(dt.UTC)


@functools.lru_cache(maxsize=64)
def offset_changes(zone: ZoneInfo, first: int, last: int) -> tuple[tuple[dt.datetime, int], ...]:
    """Return (moment, seconds ahead of UTC from then on) for the years `first` to `last`, to the minute.

    The first entry holds from the beginning of time.
    """
    moment, end = dt.datetime(first, 1, 1, tzinfo=dt.UTC), dt.datetime(last, 12, 31, tzinfo=dt.UTC)
    found = [(moment, _offset(zone, moment))]
    while moment < end:
        if _offset(zone, moment + _DAY) != found[-1][1]:
            change = _change_within(zone, moment)
            found.append((change, _offset(zone, change)))
        moment += _DAY
    return tuple(found)


def epoch(at: Any) -> Any:
    """Return a moment as whole seconds since 1970; a number is already that."""
    return at if at.type().is_integer() else at.epoch_seconds().cast("int64")


def local_seconds(at: Any, changes: tuple[tuple[dt.datetime, int], ...]) -> Any:
    """Return the reading of the company's clock at a moment, as the seconds since 1970 that it would be in UTC."""
    second = epoch(at)
    later = [(second < int(moment.timestamp()), before) for (_, before), (moment, _) in _pairs(changes)]
    last = changes[-1][1]
    return second + (ibis.cases(*later, else_=last) if later else last)


def days_since_1970(day: Any) -> Any:
    """Return a date as a number of days."""
    return day.delta(ibis.literal(dt.date(1970, 1, 1)), unit="day").cast("int64")


def month_number(day: Any) -> Any:
    """Return year * 12 + month - 1 of a number of days since 1970."""
    date = ibis.literal(dt.date(1970, 1, 1)) + day.cast("int32").as_interval("D")
    return (date.year() * 12 + date.month() - 1).cast("int64")


def _pairs(changes: tuple[tuple[dt.datetime, int], ...]) -> list[tuple[tuple[dt.datetime, int], ...]]:
    return list(itertools.pairwise(changes))


def _offset(zone: ZoneInfo, moment: dt.datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change_within(zone: ZoneInfo, start: dt.datetime) -> dt.datetime:
    """Return the minute of the day from `start` on at which the offset changes."""
    before, low, high = _offset(zone, start), 0, 24 * 60
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, start + dt.timedelta(minutes=middle)) == before else (low, middle)
    return start + dt.timedelta(minutes=high)
