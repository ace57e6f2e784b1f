"""Columns of a table: how a row's value is found, shown, sorted and written to a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from onegoal.apps.shell import figures, numbers
from onegoal.core.currencies import minor_digits
from onegoal.core.search import search_key

Text = str | Promise
Kind = Literal[
    "text", "number", "money", "percent", "multiple", "rate", "date", "moment", "days", "duration", "flag", "link"
]
_RIGHT: Final = frozenset({"number", "money", "percent", "multiple", "rate", "days", "duration"})


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path (`person.name`) or a function of the row; the key itself when not given.

    Money is minor units with `currency`, or a `Money`; a rate has numerator, denominator, low and high; a percent is a
    share of one, a multiple how many times; a duration is seconds or a timedelta. `link` gives the address behind a
    cell, `order_by` the field to sort a queryset by (the value's path when not given), `hint` the definition shown on
    hover.
    """

    key: str
    label: Text
    kind: Kind = "text"
    value: str | Callable[[Any], Any] | None = None
    sortable: bool = True
    visible: bool = True
    link: Callable[[Any], str | None] | None = None
    order_by: str = ""
    currency: str = ""
    hint: Text = ""
    digits: int | None = None
    is_too_few: Callable[[Any], bool] | None = None

    @property
    def is_right(self) -> bool:
        """Tell whether the column's values stand to the right."""
        return self.kind in _RIGHT

    @property
    def path(self) -> str:
        """Return the field of the database the column is sorted by."""
        own = self.value if isinstance(self.value, str) else self.key
        return self.order_by or own.replace(".", "__")

    def read(self, row: Any) -> Any:
        """Return the row's value, None where something on the way is missing."""
        if callable(self.value):
            return self.value(row)
        for name in (self.value or self.key).split("."):
            row = row.get(name) if isinstance(row, Mapping) else getattr(row, name, None)
        return row

    def show(self, row: Any) -> str:
        """Return the cell as HTML."""
        value = self.read(row)
        shown = self.show_value(value, is_too_few=bool(self.is_too_few and self.is_too_few(row)))
        url = self.link(row) if self.link and not _is_nothing(value) else None
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown

    def show_value(self, value: Any, *, is_too_few: bool = False) -> str:
        """Return a value of this column as HTML, without a link."""
        if _is_nothing(value):
            return format_html('<span class="none">{}</span>', numbers.NOTHING)
        if self.kind == "rate":
            return figures.show_rate(value, is_too_few=is_too_few)
        if self.kind == "money":
            return figures.show_money(value, self.currency, style="whole")
        if self.kind == "number":
            return figures.show_number(value, self.digits)
        if self.kind == "flag":
            return _("yes") if value else _("no")
        show = _SHOW.get(self.kind)
        return show(value) if show else format_html("{}", value)

    def sort_key(self, row: Any) -> tuple[bool, Any]:
        """Return what a sequence is sorted by; missing values stay last, names ignore case and accents."""
        value = self.read(row)
        if self.kind == "rate" and value is not None:
            value = value.numerator / value.denominator if value.denominator else None
        elif hasattr(value, "minor"):
            value = value.minor
        elif isinstance(value, str | Promise):
            value = search_key(str(value))
        return value is None, value

    @property
    def file_titles(self) -> list[str]:
        """Return the titles of this column in a file: a rate takes five."""
        label = str(self.label)
        if self.kind == "rate":
            bounds = [_("%(name)s, at least") % {"name": label}, _("%(name)s, at most") % {"name": label}]
            return [label, _("%(name)s, part") % {"name": label}, _("%(name)s, of") % {"name": label}, *bounds]
        if self.kind == "money" and self.currency:
            return [f"{label}, {self.currency}"]
        if self.kind == "duration":
            return [_("%(name)s, seconds") % {"name": label}]
        return [label]

    def file_values(self, row: Any) -> list[Any]:
        """Return the exact, typed values for a file."""
        value = self.read(row)
        if self.kind == "rate":
            return _rate_values(value)
        if self.kind == "money":
            return [_amount(value, self.currency)]
        if isinstance(value, dt.timedelta):
            return [value.total_seconds()]
        if isinstance(value, Promise):
            return [str(value)]
        plain = isinstance(value, bool | int | float | Decimal | dt.date | str | None)
        return [value if plain else str(value)]


def _is_nothing(value: Any) -> bool:
    return value is None or value == ""


def _rate_values(rate: Any) -> list[Any]:
    if rate is None or not rate.denominator:
        return [None] * 5
    share = rate.numerator / rate.denominator
    return [share, rate.numerator, rate.denominator, getattr(rate, "low", None), getattr(rate, "high", None)]


def _amount(value: Any, currency: str) -> Decimal | None:
    if value is None or hasattr(value, "amount"):
        return None if value is None else value.amount
    return Decimal(value).scaleb(-(minor_digits(currency) if len(currency) == 3 else 2))


_SHOW: Final[dict[str, Callable[[Any], str]]] = {
    "percent": figures.show_percent,
    "multiple": figures.show_multiple,
    "date": figures.show_day,
    "moment": figures.show_moment,
    "days": figures.show_days,
    "duration": figures.show_duration,
}
