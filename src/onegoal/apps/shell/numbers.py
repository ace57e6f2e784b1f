"""Numbers, money, rates, days and moments as text in one of the four languages."""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Literal, TypeGuard, TypeVar, cast

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal
from babel.units import format_unit

from onegoal.core.currencies import minor_digits

MINUS = "\u2212"
NOTHING = "\u2013"
Style = Literal["read", "whole", "exact"]
Numeric = int | float | Decimal

_LOCALES = {"en": "en_GB", "ru": "ru", "ro": "ro", "hu": "hu"}
_COMPACT_FROM = 10_000_000
_SHORT_FROM = 10_000
_CENTS_BELOW = 100
# Signs that people there write and that the locale's own data replaces by a code.
_SIGNS = {"hu": {"EUR": "€", "USD": "$"}, "ro": {"EUR": "€", "USD": "$", "RON": "lei"}, "ru": {"USD": "$"}}


Writer = TypeVar("Writer", bound=Callable[..., str])


def _remembered(write: Writer) -> Writer:
    """Keep what was written: a page writes hundreds of numbers, most of them again on the next view."""
    # Typed: 1 and 1.0 are equal and yet written differently.
    kept = functools.lru_cache(maxsize=50_000, typed=True)(write)

    @functools.wraps(write)
    def remembered(*values: Any, **options: Any) -> str:
        try:
            return kept(*values, **options)
        except TypeError:  # a value that cannot be a key
            return write(*values, **options)

    return cast("Writer", remembered)


@functools.cache
def locale_of(language: str) -> Locale:
    """Return the locale whose habits a language of the interface follows; unknown ones read as English."""
    return Locale.parse(_LOCALES.get(language[:2], "en_GB"))


def with_real_minus(text: str) -> str:
    """Replace the hyphen before a number by a minus sign."""
    return text.replace("-", MINUS)


@_remembered
def write_number(value: Numeric | None, language: str, *, digits: int | None = None, style: Style = "whole") -> str:
    """Write a number with at most `digits` decimals (none given: as many as help at this size)."""
    if not is_number(value):
        return NOTHING
    if style == "read" and _size(value) >= _COMPACT_FROM:
        return with_real_minus(format_compact_decimal(value, locale=locale_of(language), fraction_digits=1))
    if style == "exact":
        return with_real_minus(format_decimal(value, locale=locale_of(language), decimal_quantization=False))
    places = _places(value) if digits is None else digits
    pattern = "#,##0" + ("." + ("0" if digits is not None else "#") * places if places else "")
    return with_real_minus(format_decimal(_rounded(value, places), pattern, locale=locale_of(language)))


@_remembered
def write_money(minor: Numeric | None, currency: str, language: str, *, style: Style = "read") -> str:
    """Write an amount of minor units: `read` shortens from ten million on, `whole` drops cents, `exact` keeps all."""
    if not is_number(minor):
        return NOTHING
    if len(currency) != 3:
        return write_number(Decimal(minor).scaleb(-2), language, digits=2 if style == "exact" else 0)
    amount, locale = Decimal(minor).scaleb(-minor_digits(currency)), locale_of(language)
    if style == "read" and abs(amount) >= _COMPACT_FROM:
        text = format_compact_currency(amount, currency, locale=locale, fraction_digits=1)
        return with_real_minus(_with_sign(text, currency, language))
    places = minor_digits(currency) if style == "exact" else _money_places(amount, currency, style)
    pattern = (
        locale.currency_formats["standard"]
        .pattern.split(";")[0]
        .replace("0.00", "0" + "." * bool(places) + "0" * places)
    )
    text = format_currency(_rounded(amount, places), currency, pattern, locale=locale, currency_digits=False)
    return with_real_minus(_with_sign(text, currency, language))


@_remembered
def write_money_short(minor: Numeric | None, currency: str, language: str) -> str:
    """Write an amount of minor units in three figures for those who read from afar: €1.23M; small amounts in full."""
    if not is_number(minor):
        return NOTHING
    amount = Decimal(minor).scaleb(-minor_digits(currency)) if len(currency) == 3 else Decimal(minor).scaleb(-2)
    if len(currency) != 3 or abs(amount) < _SHORT_FROM:
        return write_money(minor, currency, language, style="whole")
    # Three figures of 12,345 are 12.3 thousand, of 1,234,567 they are 1.23 million.
    places = 2 - (len(str(int(abs(amount)))) - 1) % 3
    text = format_compact_currency(amount, currency, locale=locale_of(language), fraction_digits=places)
    return with_real_minus(_with_sign(text, currency, language))


@_remembered
def write_percent(share: Numeric | Fraction | None, language: str, *, digits: int = 1) -> str:
    """Write a share (0.123) as per cent (12.3 %), with a space that does not break in every language."""
    if isinstance(share, Fraction):
        share = float(share)
    if not is_number(share):
        return NOTHING
    return f"{write_number(share * 100, language, digits=digits)}\u00a0%"


@_remembered
def write_multiple(value: Numeric | None, language: str, *, style: Style = "whole") -> str:
    """Write how many times: 131×, with decimals as they help at this size; `exact` has four."""
    if not is_number(value):
        return NOTHING
    return f"{write_number(value, language, digits=4 if style == 'exact' else None)}\u00d7"


@_remembered
def write_interval(low: Numeric, high: Numeric, language: str) -> str:
    """Write the bounds of a share in per cent: 10.8-14.0, with a dash made for it."""
    bounds = (write_number(bound * 100, language, digits=1) for bound in (low, high))
    return "\u2013".join(bounds)


def write_change(now: Numeric | None, before: Numeric | None, language: str) -> str:
    """Write by how many per cent `now` differs from `before`; a dash where nothing can be said."""
    if not is_number(now) or not is_number(before) or before == 0:
        return NOTHING
    change = float(now) / float(before) - 1
    digits = 1 if abs(change) < 0.1 else 0
    text = write_percent(change, language, digits=digits)
    rounds_to_nothing = round(change * 100, digits) == 0
    return text.lstrip(MINUS) if rounds_to_nothing else ("+" if change > 0 else "") + text


@_remembered
def write_day(day: dt.date | None, language: str, *, with_year: bool = True) -> str:
    """Write a day: 21 Nov 2026, or 21 Nov."""
    if day is None:
        return NOTHING
    if not with_year:
        return format_skeleton("MMMd", day, locale=locale_of(language))
    return format_date(day, "medium", locale=locale_of(language))


@_remembered
def write_days_between(start: dt.date, end: dt.date, language: str) -> str:
    """Write a period in few words: one day, a span within a year, or a span of two full dates."""
    if start == end:
        return write_day(start, language)
    first = write_day(start, language, with_year=start.year != end.year)
    return f"{first} \u2013 {write_day(end, language)}"


def write_moment(moment: dt.datetime | None, language: str, zone: dt.tzinfo, *, now: dt.datetime | None = None) -> str:
    """Write a moment on the clock of `zone`: 21 Nov, 14:05; with its year when `now` is given and in another one."""
    if moment is None:
        return NOTHING
    local = moment.astimezone(zone)
    is_this_year = now is None or now.astimezone(zone).year == local.year
    return f"{write_day(local.date(), language, with_year=not is_this_year)}, {local:%H:%M}"


def write_moment_fully(moment: dt.datetime, language: str, zone: dt.tzinfo) -> str:
    """Write a moment with year, seconds and zone, for those who want to know exactly."""
    return format_datetime(moment.astimezone(zone), "d MMMM yyyy, HH:mm:ss z", locale=locale_of(language))


def write_days(count: Numeric | None, language: str) -> str:
    """Write a number of days with the right plural: 3 дня."""
    if not is_number(count):
        return NOTHING
    value = _rounded(count, 0 if float(count).is_integer() or _size(count) >= 10 else 1)
    return with_real_minus(format_unit(_plain(value), "duration-day", locale=locale_of(language)))


def write_duration(seconds: Numeric | None, language: str) -> str:
    """Write a length of time by its two largest units: 3 h 5 min, 2 days 4 h."""
    if not is_number(seconds):
        return NOTHING
    left = round(_size(seconds))
    parts = []
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append((name, count))
        elif parts:
            break
    shown = parts[:2] or [("second", 0)]
    words = (format_unit(count, f"duration-{name}", "short", locale=locale_of(language)) for name, count in shown)
    return (MINUS if seconds < 0 else "") + " ".join(words).replace(" ", "\u00a0")


def is_number(value: object) -> TypeGuard[Numeric]:
    """Tell whether there is a finite number to write."""
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _size(value: Numeric) -> float:
    return abs(float(value))


def _places(value: Numeric) -> int:
    if isinstance(value, int) or _size(value) >= _CENTS_BELOW:
        return 0
    return 1 if _size(value) >= 10 else 2


def _money_places(amount: Decimal, currency: str, style: Style) -> int:
    is_small = style == "read" and abs(amount) < _CENTS_BELOW and amount != amount.to_integral_value()
    # Hungarian, Russian and Romanian shops no longer price in the hundredths of small units; forints have none at all.
    return 0 if currency == "HUF" or not is_small else minor_digits(currency)


def _rounded(value: Numeric, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _with_sign(text: str, currency: str, language: str) -> str:
    sign = _SIGNS.get(language[:2], {}).get(currency)
    if sign:
        return text.replace(currency, sign)
    # A code before a number stands apart from it; a sign does not.
    return re.sub(rf"{currency}(?=\d)", f"{currency}\u00a0", text)
