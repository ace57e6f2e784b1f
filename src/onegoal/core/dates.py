"""Moments and days as people and programs write them, read into UTC or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from onegoal.core.months import month_number
from onegoal.core.problems import ValueProblem

DateOrder = Literal["dmy", "mdy", "ymd"]
GuessedOrder = Literal["dmy", "mdy", "ymd", "ambiguous"]
SerialKind = Literal["excel1900", "excel1904", "unix", "unix_ms"]

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
"""Years outside 1990 to 2100 are typing errors in this trade, so they are refused."""

_LONGEST: Final = 64
_NUMERIC: Final = re.compile(
    r"(\d{4}|\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})\.?(?:\s*(?:г|года|r|н)\.?)?", re.ASCII
)
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DAY_WORD_YEAR: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[.\s-]*([^\W\d_]+)[.,\s-]*(\d{4}|\d\d)\.?(?:\s*г(?:ода|\.)?)?"
)
_WORD_DAY_YEAR: Final = re.compile(r"([^\W\d_]+)[.\s-]*(\d{1,2})(?:st|nd|rd|th)?[,\s]+(\d{4})")
_YEAR_WORD_DAY: Final = re.compile(r"(\d{4})[.\s-]*([^\W\d_]+)[.\s-]*(\d{1,2})\.?")
_WEEKDAY: Final = re.compile(r"[^\W\d_]{2,12}\.?,\s+(?=\d)")
_TIME: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?\s*(z|utc|gmt|(?:utc|gmt)?[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_SPLIT: Final = re.compile(
    r"(?<=[\d.а-я])(?:\s*,)?\s+(?:в\s+|at\s+|ora\s+)?(?=\d{1,2}:\d\d)|(?<=\d)T(?=\d\d:\d\d)", re.IGNORECASE
)


class AmbiguousDate(ValueProblem):
    """`03/04/2025` is a day in March or in April: the column's order has to be said."""


class _TimeOfDay(NamedTuple):
    clock: time
    offset: tzinfo | None


def parse_moment(
    text: str, *, zone: ZoneInfo, order: DateOrder | None = None, serial: SerialKind | None = None
) -> datetime:
    """The moment a text means, in UTC.

    A text without an offset is local time of `zone`; without a time of day it is the midnight that begins the day. An
    hour that the clocks repeat is its first pass, one they skip lands an hour later (PEP 495). Two-digit years are
    1990 to 2089. Fractions finer than a microsecond are cut. `serial` says what a bare number counts: days of an Excel
    workbook in its 1900 or 1904 system (local time, to the millisecond), Unix seconds or milliseconds.
    Raises: AmbiguousDate (`date_ambiguous`); ValueProblem with `date_empty`, `date_not_understood`,
    `date_no_such_day`, `date_no_such_time`, `date_year_out_of_range`, `date_wrong_order`.
    """
    moment = _iso(text)
    if moment is None:
        moment = _written(text, order, serial)
    return in_utc(moment, zone)


def parse_day(
    text: str, *, order: DateOrder | None = None, serial: SerialKind | None = None, zone: ZoneInfo | None = None
) -> date:
    """The calendar day a text means; a moment with an offset is shown in `zone` first when that is given.

    Raises: as `parse_moment`.
    """
    moment = _iso(text)
    if moment is None:
        moment = _written(text, order, serial)
    if moment.tzinfo is not None and zone is not None:
        moment = moment.astimezone(zone)
    return moment.date()


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment in UTC; one without an offset is taken as local time of `zone` (workbook cells come like that).

    Raises: ValueProblem `date_year_out_of_range`.
    """
    _check_year(moment.year, moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def guess_date_order(samples: Iterable[str]) -> GuessedOrder:
    """The order of day, month and year in a column, 'ambiguous' when its cells do not tell or contradict each other.

    Year-first and named months are read the same in any order, so beside day-first cells they leave 'dmy'.
    """
    seen = {found for sample in samples if (found := _order_shown(sample.strip()))}
    firm = seen & {"dmy", "mdy"}
    if len(firm) == 1:
        return "dmy" if "dmy" in firm else "mdy"
    if firm or "unclear" in seen or not seen:
        return "ambiguous"
    return "ymd" if "ymd" in seen else "dmy"


def _iso(text: str) -> datetime | None:
    """ISO 8601 as machines write it, through the interpreter's own quick parser; None when it is something else."""
    if len(text) < 10 or text[4] != "-" or text[7] != "-" or len(text) > _LONGEST or not text.isascii():
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written(text: str, order: DateOrder | None, serial: SerialKind | None) -> datetime:
    rest = re.sub(r"[\s\u200b\ufeff]+", " ", text[: 2 * _LONGEST]).strip()
    if not rest:
        raise ValueProblem("date_empty", text)
    if len(rest) > _LONGEST:
        raise ValueProblem("date_not_understood", text)
    if serial and re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", rest):
        return _counted(rest, serial)
    day_text, *clock_text = _SPLIT.split(rest, maxsplit=1)
    day = _day_written(day_text, order)
    if not clock_text:
        return datetime.combine(day, time())
    clock = _time_written(clock_text[0])
    return datetime.combine(day, clock.clock, clock.offset)


@lru_cache(maxsize=50_000)
def _day_written(text: str, order: DateOrder | None) -> date:
    text = _WEEKDAY.sub("", text, count=1).strip(" ,")
    if found := _NUMERIC.fullmatch(text):
        return _numeric_day(found[1], found[3], found[4], found[2], order, text)
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]), text)
    if found := _YEAR_WORD_DAY.fullmatch(text):
        return _named_day(found[1], found[2], found[3], text)
    if found := _DAY_WORD_YEAR.fullmatch(text):
        return _named_day(found[3], found[2], found[1], text)
    if found := _WORD_DAY_YEAR.fullmatch(text):
        return _named_day(found[3], found[1], found[2], text)
    raise ValueProblem("date_not_understood", text)


def _named_day(year: str, month: str, day: str, text: str) -> date:
    number = month_number(month)
    if number is None:
        raise ValueProblem("date_not_understood", text)
    return _day(_full_year(year), number, int(day), text)


def _numeric_day(first: str, second: str, third: str, mark: str, order: DateOrder | None, text: str) -> date:
    if len(first) == 4 and len(third) == 4:
        raise ValueProblem("date_not_understood", text)
    if len(first) == 4 or (order == "ymd" and len(third) < 4):
        return _day(_full_year(first), int(second), int(third), text)
    one, two = int(first), int(second)
    month_first = _month_comes_first(one, two, mark, order, text)
    month, day = (one, two) if month_first else (two, one)
    return _day(_full_year(third), month, day, text)


def _month_comes_first(one: int, two: int, mark: str, order: DateOrder | None, text: str) -> bool:
    """Whether 03/04 is March; points are day-first in every country that uses them."""
    if order in ("dmy", "mdy"):
        month = one if order == "mdy" else two
        if month > 12 and (one if order == "dmy" else two) <= 12:
            raise ValueProblem("date_wrong_order", text)
        return order == "mdy"
    if two > 12 and one <= 12:
        return True
    if one > 12 or one == two or mark == ".":
        return False
    raise AmbiguousDate("date_ambiguous", text)


def _day(year: int, month: int, day: int, text: str) -> date:
    _check_year(year, text)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueProblem("date_no_such_day", text) from None


def _check_year(year: int, value: object) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueProblem("date_year_out_of_range", value)


def _full_year(text: str) -> int:
    """Two digits mean 1990 to 2089: no lead is older, and few payment plans reach further."""
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= FIRST_YEAR % 100 else 2000)


@lru_cache(maxsize=100_000)
def _time_written(text: str) -> _TimeOfDay:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueProblem("date_not_understood", text)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    micro = int((found[4] or "0")[:6].ljust(6, "0"))
    try:
        return _TimeOfDay(time(_hour24(hour, found[5]), minute, second, micro), _offset(found[6]))
    except ValueError:
        raise ValueProblem("date_no_such_time", text) from None


def _hour24(hour: int, half: str | None) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("an hour of a half day is 1 to 12")
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _offset(text: str | None) -> tzinfo | None:
    digits = re.sub(r"[^\d+-]", "", text or "")
    if not text:
        return None
    if not digits:
        return UTC
    sign = -1 if digits[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5])))


def _counted(text: str, serial: SerialKind) -> datetime:
    """A moment given as a number of days or seconds."""
    try:
        number = Decimal(text.replace(",", "."))
        if serial in ("unix", "unix_ms"):
            micros = int(number * (1000 if serial == "unix_ms" else 1_000_000))
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
        else:
            # Excel's 1900 system believes in 29 February 1900; counted from 30 December 1899 all later days are right.
            epoch = datetime(1904, 1, 1) if serial == "excel1904" else datetime(1899, 12, 30)
            moment = epoch + timedelta(milliseconds=int((number * 86_400_000).to_integral_value()))
    except (OverflowError, InvalidOperation):
        raise ValueProblem("date_year_out_of_range", text) from None
    _check_year(moment.year, text)
    return moment


@lru_cache(maxsize=50_000)
def _order_shown(text: str) -> str:
    """What one cell shows: an order, 'any' for a named month, 'unclear' for 03/04/2025, '' when it is no date."""
    try:
        moment = _iso(text) or _written(text, None, None)
    except AmbiguousDate:
        return "unclear"
    except ValueProblem:
        return ""
    found = _NUMERIC.match(text)
    if not found:
        return "ymd" if moment and text[:4].isdigit() else "any"
    if len(found[1]) == 4:
        return "ymd"
    one, two = int(found[1]), int(found[3])
    if one == two and found[2] != ".":
        return "unclear"
    return "mdy" if two > 12 else "dmy"
