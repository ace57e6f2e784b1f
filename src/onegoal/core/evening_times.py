"""When the report of an evening is due, on a clock that may skip or repeat an hour."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

_MINUTE = dt.timedelta(minutes=1)


def due_moment(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Return the one moment (UTC) at which it is `at` o'clock on a day: the first of a doubled hour, the jump of a skipped one.

    Source of the skipped hour: PEP 495; a time inside the gap reads with the offset before it (fold 0) or after it (fold
    1), and the jump lies between the two.
    """
    local = dt.datetime.combine(day, at.replace(second=0, microsecond=0), zone)
    first = local.astimezone(dt.UTC)
    if first.astimezone(zone).time() == local.time():
        return first
    return _jump(local.replace(fold=1).astimezone(dt.UTC), first, zone)


def missed_days(*, since: dt.datetime, now: dt.datetime, at: dt.time, zone: ZoneInfo, most: int) -> list[dt.date]:
    """Return the days, oldest first and at most `most`, whose report fell due from `since` up to `now`."""
    today = now.astimezone(zone).date()
    days = (today - dt.timedelta(days=back) for back in range(most - 1, -1, -1))
    return [day for day in days if since <= due_moment(day, at, zone) <= now]


def _jump(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first minute in (before, after] at which the zone's offset is the later one."""
    later = after.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > _MINUTE:
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        low, high = (low, middle) if middle.astimezone(zone).utcoffset() == later else (middle, high)
    return high
