"""Tags of the pages of pay: amounts to the cent, months, shares."""

from __future__ import annotations

import datetime as dt

from django import template

from onegoal.apps.pay.reading import month_words
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language

register = template.Library()
register.filter("month", month_words)


@register.filter
def exact(minor: int | None, currency: str) -> str:
    """Write an amount of minor units to the cent."""
    return numbers.write_money(minor, currency, language(), style="exact")


@register.filter
def more(minor: int | None, currency: str) -> str:
    """Write a difference to the cent with its sign."""
    text = exact(minor, currency)
    return f"+{text}" if minor is not None and minor > 0 else text


@register.filter
def shared(share_bp: int) -> str:
    """Write hundredths of a per cent."""
    return numbers.write_percent(share_bp / 10_000, language(), digits=2 if share_bp % 100 else 0)


@register.filter
def month_key(month: dt.date) -> str:
    """Write a month as forms send it."""
    return f"{month:%Y-%m}"
