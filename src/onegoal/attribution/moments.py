"""Moments, windows and time zones as people write them on a command line."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from onegoal.attribution.refusals import SourceRefused
from onegoal.core.attribution.journeys import DAY, MICROSECONDS

_UNITS = {
    "s": MICROSECONDS, "m": 60 * MICROSECONDS, "h": 3600 * MICROSECONDS, "d": DAY, "w": 7 * DAY,
    "second": MICROSECONDS, "minute": 60 * MICROSECONDS, "min": 60 * MICROSECONDS, "hour": 3600 * MICROSECONDS,
    "day": DAY, "week": 7 * DAY,
}  # fmt: skip
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_ISO = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_LONGEST = 36_500 * DAY
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def parse_span(text: str | dt.timedelta, what: str = "window") -> int:
    """Return microseconds of `30d`, `12h`, `90 days` or ISO 8601 as `P30D`.

    Raises:
        SourceRefused: it is none of these, not positive, or longer than a century.
    """
    if isinstance(text, dt.timedelta):
        span = text // dt.timedelta(microseconds=1)
    else:
        span = _iso_span(text.strip()) or _plain_span(text.strip().casefold())
    if not 0 < span <= _LONGEST:
        raise SourceRefused(
            what, f"The {what.replace('_', ' ')} {str(text)!r} is no length of time.",
            remedy="Write it as 30d, 12h, 90 days or P30D.",
        )  # fmt: skip
    return span


def _plain_span(text: str) -> int:
    found = _SPAN.fullmatch(text)
    if not found:
        return 0
    unit = found.group(2)
    factor = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
    return round(float(found.group(1)) * factor) if factor else 0


def _iso_span(text: str) -> int:
    found = _ISO.fullmatch(text)
    if not found or not any(found.groups()):
        return 0
    factors = (7 * DAY, DAY, 3600 * MICROSECONDS, 60 * MICROSECONDS, MICROSECONDS)
    return sum(int(number or 0) * factor for number, factor in zip(found.groups(), factors, strict=True))


def checked_zone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        SourceRefused: no such zone is known.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SourceRefused(
            "timezone", f"There is no time zone {name!r}.", remedy="Use a name such as Europe/Bucharest or UTC."
        ) from error
    return name


def parse_moment(text: str | dt.datetime | dt.date, zone: str) -> int:
    """Return microseconds since 1970 UTC; without an offset it is in `zone`, a day alone means its end.

    Raises:
        SourceRefused: it is no moment.
    """
    try:
        moment = _moment(text)
    except ValueError as error:
        raise SourceRefused(
            "as_of", f"{text!r} is no moment.", remedy="Write it as 2026-01-31, or 2026-01-31T14:05:00+02:00."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return (moment.astimezone(dt.UTC) - _EPOCH) // dt.timedelta(microseconds=1)


def _moment(text: str | dt.datetime | dt.date) -> dt.datetime:
    if isinstance(text, dt.datetime):
        return text
    day = text if isinstance(text, dt.date) else _day(text.strip())
    if day is not None:
        return dt.datetime.combine(day, dt.time.max)
    return dt.datetime.fromisoformat(str(text).strip())


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
