"""The grid as HTML, written at once: a template would look up every word of every cell anew."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_skeleton
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onegoal.apps.marketing.words import channel_words
from onegoal.apps.planning.models import SALES_SIDE
from onegoal.apps.planning.queries.grid import Column, Grid, Row, title_of
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import locale_of, write_number, write_percent
from onegoal.core.money import minor_digits

_NOTHING = "–"


def head_html(grid: Grid) -> SafeString:
    """Return the names of the columns; each says what a typed total there is spread over."""
    heads = "".join(
        f'<th scope="col" class="is-right is-{column.kind}" data-column="{column.key}">{escape(column_name(column))}</th>'
        for column in grid.columns
    )
    return mark_safe(heads)  # noqa: S308 - every part is escaped where it is made


def rows_html(rows: Collection[Row], grid: Grid, *, currency: str, url: str, opened: Collection[str]) -> SafeString:
    """Return the rows of one block. `url` shows the grid with other rows open."""
    written = (_row(row, grid, currency, url, opened) for row in rows)
    return mark_safe("".join(written))  # noqa: S308 - every part is escaped where it is made


def column_name(column: Column) -> str:
    """Return a month, quarter or year in words."""
    if column.kind == "whole":
        return _("Total")
    if column.kind == "year":
        return column.key
    skeleton = "yMMM" if column.kind == "month" else "yQQQ"
    return capfirst(str(format_skeleton(skeleton, column.months[0], locale=locale_of(language()))))


def row_name(row: Row) -> str:
    """Return what a row is called where its figure stands above it."""
    if row.is_undivided:
        return _("Not divided")
    if row.metric == "product_mix":
        return _("Mix: %(type)s") % {"type": row.name}
    if not row.name:
        return _(title_of(row.metric))
    is_channel = row.metric not in SALES_SIDE and row.key.rsplit(".", 1)[-1].startswith("c")
    return str(capfirst(channel_words(row.name))) if is_channel else row.name


def plain_value(value: int | Fraction | None, kind: str, currency: str) -> str:
    """Return a figure as one types it: no grouping, a point, money in whole units of the currency."""
    if value is None:
        return ""
    if kind == "money" and isinstance(value, int):
        amount = Decimal(value).scaleb(-minor_digits(currency))
        return f"{amount:f}" if amount % 1 else f"{int(amount)}"
    return f"{value}"


def shown_value(value: int | Fraction | None, kind: str, currency: str) -> str:
    """Return a figure as it is read in the grid; the currency stands above it."""
    if value is None:
        return _NOTHING
    if kind == "share":
        return write_percent(float(value), language(), digits=1)
    if kind == "money":
        amount = Decimal(value.numerator) / value.denominator
        amount = amount.scaleb(-minor_digits(currency))
        return write_number(amount, language(), digits=0 if abs(amount) >= 100 or not amount % 1 else 2)
    return write_number(int(value), language())


def _row(row: Row, grid: Grid, currency: str, url: str, opened: Collection[str]) -> str:
    look = "is-derived" if row.is_derived else f"is-level-{row.level}"
    cells = "".join(_cell(value, column, row, currency) for value, column in zip(row.values, grid.columns, strict=True))
    name = _opener(row, url, opened) if row.has_children else f"<span>{escape(row_name(row))}</span>"
    key = "" if row.is_derived else f' data-row="{row.key}"'
    return f'<tr class="{look}"{key}><th scope="row">{name}</th>{cells}</tr>'


def _opener(row: Row, url: str, opened: Collection[str]) -> str:
    now_open = [key for key in opened if key != row.key] if row.is_open else [*opened, row.key]
    joiner = "&amp;" if "?" in url else "?"
    address = f"{escape(url)}{joiner}open={escape(','.join(now_open))}"
    return (
        f'<a href="{address}" hx-get="{address}" hx-target="#plan-grid" hx-swap="outerHTML" hx-replace-url="true"'
        f' role="button" aria-expanded="{"true" if row.is_open else "false"}" tabindex="0">{escape(row_name(row))}</a>'
    )


def _cell(value: int | Fraction | None, column: Column, row: Row, currency: str) -> str:
    shown = escape(shown_value(value, row.kind, currency))
    look = f"is-{column.kind}" + (" is-none" if value is None else "")
    if row.is_derived:
        return f'<td class="{look}">{shown}</td>'
    return f'<td class="{look}" tabindex="-1" data-plain="{plain_value(value, row.kind, currency)}">{shown}</td>'
