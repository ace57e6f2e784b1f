"""Numbers as a wall shows them: few figures, the digits large, what they are counted in small beside them."""

from __future__ import annotations

import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.metrics.catalogue import METRICS

register = template.Library()
_DIGITS = re.compile(r"^(\D*)(\d(?:[\d\s.,]*\d)?)(.*)$", re.DOTALL)


@register.filter
def big(text: Any) -> SafeString:
    """Set the digits of a number apart from its sign and unit, so that each can have its own size."""
    found = _DIGITS.match(str(text))
    if not found:
        return format_html('<span class="digits">{}</span>', text)
    before, digits, after = found.groups()
    parts = [("unit", before.strip()), ("digits", digits), ("unit", after.strip())]
    return format_html(
        "{}{}{}", *(format_html('<span class="{}">{}</span>', kind, one) if one else "" for kind, one in parts)
    )


@register.filter
def wall_percent(share: Any) -> str:
    """Write a share in whole per cent, small ones with a decimal."""
    value = None if share is None else float(share)
    return numbers.write_percent(value, language(), digits=1 if value is not None and 0 < value < 0.0995 else 0)


@register.filter
def wall_range(interval: Any) -> str:
    """Write the bounds of a forecast in whole per cent: 86-101."""
    bounds = (numbers.write_number(float(one) * 100, language(), digits=0) for one in (interval.low, interval.high))
    return "\u2013".join(bounds) if interval.low is not None and interval.high is not None else numbers.NOTHING


@register.filter
def wall_money(minor: Any, currency: str) -> str:
    """Write an amount in three figures: €1.23M."""
    return numbers.write_money_short(None if minor is None else int(minor), currency, language())


@register.filter
def per_cent_of_width(share: Any, most: float = 1.0) -> str:
    """Return a share as a width or height in a style, no more than all of it."""
    part = 0.0 if share is None else max(0.0, min(float(share) / most, 1.0))
    return f"{part * 100:.1f}%"


@register.simple_tag
def metric_value(value: Any, metric: str, currency: str = "", *, is_short: bool = False) -> str:
    """Write a value of a figure of the catalogue in its unit."""
    unit = METRICS[metric].unit if metric in METRICS else "count"
    if value is None:
        return numbers.NOTHING
    if unit == "money":
        write = numbers.write_money_short if is_short else numbers.write_money
        return write(int(value), currency, language())
    if unit == "share":
        return numbers.write_percent(float(value), language())
    if unit == "score":
        return numbers.write_percent(float(value) / 10_000, language())
    if unit == "seconds":
        return numbers.write_duration(float(value), language())
    if unit == "days":
        return numbers.write_days(float(value), language())
    plain = int(value) if value == int(value) else float(value)
    return numbers.write_number(plain, language())


@register.filter
def metric_title(metric: str) -> str:
    """Return the words of a figure of the catalogue."""
    return _(METRICS[metric].title) if metric in METRICS else metric


@register.filter
def handicap(hundredths: int) -> str:
    """Write what a result counts times: 1.25."""
    return numbers.write_number(hundredths / 10_000, language(), style="exact")
