"""Numbers as small pieces of HTML: rounded for reading, exact on hover, a rate with what it was counted from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onegoal.apps.shell import numbers


@dataclass(frozen=True)
class Rate:
    """A share with what it was counted from; `low` and `high` bound it where an interval was computed."""

    numerator: int
    denominator: int
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        """Return the share, or None when there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None


def language() -> str:
    """Return the language of the page being written."""
    return get_language() or "en"


def show_number(value: Any, digits: int | None = None) -> SafeString:
    """Show a number; from ten million on it is shortened."""
    return _figure(
        numbers.write_number(value, language(), digits=digits, style="read"),
        numbers.write_number(value, language(), style="exact"),
        value,
    )


def show_money(minor: Any, currency: str = "", style: numbers.Style = "read") -> SafeString:
    """Show an amount of minor units, or a `Money`, rounded for reading with the exact amount on hover."""
    minor, currency = _money_parts(minor, currency)
    return _figure(
        numbers.write_money(minor, currency, language(), style=style),
        numbers.write_money(minor, currency, language(), style="exact"),
        minor,
    )


def show_percent(share: Any, digits: int = 1) -> SafeString:
    """Show a share of one as per cent."""
    share = float(share) if isinstance(share, Fraction) else share
    return _figure(
        numbers.write_percent(share, language(), digits=digits),
        numbers.write_percent(share, language(), digits=4),
        share,
    )


def show_multiple(value: Any) -> SafeString:
    """Show how many times something is another."""
    return _figure(
        numbers.write_multiple(value, language()), numbers.write_multiple(value, language(), style="exact"), value
    )


def show_rate(rate: Any, is_too_few: bool = False) -> SafeString:
    """Show a rate with its counts and interval; where too few were counted, say so instead of a per cent."""
    if rate is None or not rate.denominator:
        return format_html('<span class="num none">{}</span>', numbers.NOTHING)
    if is_too_few:
        return format_html(
            '<span class="too-few">{}</span>', _("too few to tell: %(counts)s") % {"counts": _counts(rate)}
        )
    return show_noted(show_percent(rate.numerator / rate.denominator), below=show_counts(rate))


def show_noted(value: SafeString, *, below: SafeString | str = "", beside: SafeString | str = "") -> SafeString:
    """Show a figure with a short note beside it and what it was counted from in small below it."""
    aside = format_html('<span class="beside">{}</span> ', beside) if beside else ""
    under = format_html(" <small>{}</small>", below) if below else ""
    return format_html('<span class="rate">{}{}{}</span>', aside, value, under)


def show_counts(rate: Any) -> SafeString:
    """Show what a rate was counted from and its bounds in per cent: `195 of 1,586 (10.8-14.0)`."""
    low, high = getattr(rate, "low", None), getattr(rate, "high", None)
    counts = format_html('<span class="num">{}</span>', _counts(rate))
    if low is None or high is None:
        return counts
    return format_html('{} <span class="num">({})</span>', counts, numbers.write_interval(low, high, language()))


def _counts(rate: Any) -> str:
    return _("%(part)s of %(whole)s") % {
        "part": numbers.write_number(rate.numerator, language()),
        "whole": numbers.write_number(rate.denominator, language()),
    }


def show_change(now: Any, before: Any, against: str = "") -> SafeString:
    """Show by how much a figure changed and against what: `+18 % on the month before`."""
    text = numbers.write_change(now, before, language())
    return format_html('<span class="change num">{}{}</span>', text, f" {against}" if against else "")


def show_day(day: Any, with_year: bool = True) -> SafeString:
    """Show a day."""
    if day is None:
        return format_html('<span class="none">{}</span>', numbers.NOTHING)
    written = numbers.write_day(day, language(), with_year=with_year)
    return format_html('<time class="num" datetime="{}">{}</time>', day.isoformat(), written)


def show_moment(moment: Any) -> SafeString:
    """Show a moment on the company's clock."""
    if moment is None:
        return format_html('<span class="none">{}</span>', numbers.NOTHING)
    zone = timezone.get_current_timezone()
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        moment.astimezone(dt.UTC).isoformat(),
        numbers.write_moment_fully(moment, language(), zone),
        numbers.write_moment(moment, language(), zone, now=timezone.now()),
    )


def show_days(count: Any) -> SafeString:
    """Show a number of days."""
    return format_html('<span class="num">{}</span>', numbers.write_days(count, language()))


def show_duration(length: Any) -> SafeString:
    """Show a length of time given in seconds or as a timedelta."""
    seconds = length.total_seconds() if isinstance(length, dt.timedelta) else length
    return format_html('<span class="num">{}</span>', numbers.write_duration(seconds, language()))


def _money_parts(minor: Any, currency: str) -> tuple[Any, str]:
    if hasattr(minor, "minor"):
        return minor.minor, minor.currency
    return minor, currency or ""


def _figure(text: str, exact: str, value: Any) -> SafeString:
    if text == numbers.NOTHING:
        return format_html('<span class="num none">{}</span>', text)
    if exact == text:
        return format_html('<data class="num" value="{}">{}</data>', value, text)
    return format_html('<data class="num" value="{}" title="{}">{}</data>', value, exact, text)
