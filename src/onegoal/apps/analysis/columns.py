"""Figures of the catalogue as cells of a table, as cards and as text; each leads to what it was counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import Breakdown, Cell, Line
from onegoal.apps.analysis.queries.comparison import Change
from onegoal.apps.analysis.words import dimension_title, value_name
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column, Kind
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.question import Row

TOO_FEW = 10
"""A share of fewer than this many says nothing by itself; its counts are shown instead."""

_WHOLE_SCORE = 10_000
"""A score is in hundredths of a per cent."""

_MANYFOLD = 10
"""From so many times on, a tenth of a per cent says nothing."""

SHORT_DAYS = 2
"""Below this a length of time is told in hours and minutes."""

_KINDS: dict[str, Kind] = {
    "count": "number",
    "money": "money",
    "share": "rate",
    "days": "days",
    "ratio": "percent",
    "seconds": "duration",
}


@dataclass(frozen=True)
class FigureColumn(Column):
    """A column of one metric over the lines of a breakdown; with a comparison its change stands beside it."""

    asked: Asked | None = None
    shows_change: bool = False

    @property
    def metric(self) -> str:
        """The metric of the catalogue, which is also the column's key."""
        return self.key

    def read(self, row: Line) -> Any:
        """Return the value to sort by and to write: a rate keeps its row."""
        cell = _cell(row, self.metric)
        if cell is None or cell.row is None:
            return None
        return cell.row if self.kind == "rate" and cell.row.denominator else _value(cell.row, self.kind)

    def show(self, row: Line) -> str:
        """Return the figure as a link to the list behind it, with its change and whether it stands out."""
        cell = _cell(row, self.metric)
        if cell is None or self.asked is None:
            return figures.show_number(None)
        change = show_change(cell.change) if self.shows_change else ""
        shown = show_cell(cell, standing=show_standing(cell.row), change=change)
        if not _is_countable(cell):
            return shown
        return format_html('<a href="{}">{}</a>', behind_url(self.asked, self.metric, row.by), shown)

    def show_value(self, value: Line, *, is_too_few: bool = False) -> str:
        """Return the figure of the line of totals."""
        return self.show(value)

    @property
    def file_titles(self) -> list[str]:
        """Return the titles of the figure and, where it is shown, of its change."""
        titles = super().file_titles
        return [*titles, _("%(name)s, change") % {"name": self.label}] if self.shows_change else titles

    def file_values(self, row: Line) -> list[Any]:
        """Return the exact figure and, where it is shown, its change."""
        values = super().file_values(row)
        cell = _cell(row, self.metric)
        change = cell.change.amount if cell and cell.change else None
        return [*values, change] if self.shows_change else values


def figure_columns(
    asked: Asked,
    found: Breakdown,
    *,
    offered: Sequence[str] = (),
    hidden: Sequence[str] = (),
    shows_change: bool = False,
) -> list[Column]:
    """One column for each metric of a breakdown, titled and explained by the catalogue.

    `offered` metrics that the breakdown did not ask for get a column too: the reader can choose it.
    """
    others = [metric for metric in offered if metric not in found.metrics and asked.may_ask(metric, (found.dimension,))]
    order = {metric: place for place, metric in enumerate(offered)}
    return [
        FigureColumn(
            key=metric,
            label=_(METRICS[metric].title),
            kind=_KINDS.get(METRICS[metric].unit, "number"),
            currency=found.currency,
            hint=_(METRICS[metric].words),
            visible=metric not in hidden,
            asked=asked,
            shows_change=shows_change and asked.compared is not None,
        )
        for metric in sorted((*found.metrics, *others), key=lambda metric: order.get(metric, 0))
    ]


def name_column(dimension: str, link: Any = None) -> Column:
    """The first column: the value of the dimension in words; `link` gives the address that narrows to it."""
    return Column(
        key="name",
        label=dimension_title(dimension),
        value=lambda line: _("Total") if not line.dimension else value_name(dimension, line.name),
        link=link,
    )


def total_values(columns: Sequence[Column], total: Line) -> dict[str, Line]:
    """The line of totals as the table's foot takes it: every column shows its own figure of it."""
    return {column.key: total for column in columns if isinstance(column, FigureColumn)}


def show_cell(cell: Cell, *, standing: SafeString | str = "", change: SafeString | str = "") -> SafeString:
    """Show one figure by its metric's unit, with what is said of it; amounts in several currencies stand beside each other."""
    if cell.several:
        parts = ((figures.show_money(row.value, row.by.get("currency") or ""),) for row in cell.several)
        return format_html_join(" + ", "{}", parts)
    return show_row(cell.row, METRICS[cell.metric], cell.currency, standing=standing, change=change)


def show_row(
    row: Row | None,
    metric: Metric,
    currency: str = "",
    *,
    standing: SafeString | str = "",
    change: SafeString | str = "",
) -> SafeString:
    """Show one row's value by its unit; a share with its counts and interval, or that there are too few to tell."""
    if row is None or row.value is None or (metric.kind == "cost" and not row.numerator):
        return format_html('<span class="num none" title="{}">{}</span>', _why_nothing(row, metric), numbers.NOTHING)
    if metric.unit == "share" and is_too_few(row):
        return figures.show_rate(row, is_too_few=True)
    value = show_value(row, metric, currency)
    said = format_html("{} {}", standing, change) if standing and change else standing or change
    if metric.unit in ("share", "score"):
        return figures.show_noted(value, below=counts(row, metric, currency), beside=said)
    return figures.show_noted(value, below=said) if said else value


def _why_nothing(row: Row | None, metric: Metric) -> str:
    if row is None or metric.kind != "cost":
        return ""
    return _("Spent, and none came of it so far.") if row.numerator else _("No spend is recorded here.")


def show_value(row: Row, metric: Metric, currency: str = "") -> SafeString:
    """Show the bare value, without what it was counted from; prices of single things keep their cents."""
    if metric.unit == "money":
        return figures.show_money(row.value, currency, style="read" if metric.kind == "cost" else "whole")
    if metric.unit in ("share", "ratio"):
        return figures.show_percent(row.value, digits=1 if abs(float(row.value or 0)) < _MANYFOLD else 0)
    if metric.unit == "score":
        return figures.show_percent(float(row.value or 0) / _WHOLE_SCORE)
    if metric.unit == "seconds":
        return figures.show_duration(row.value)
    if metric.unit == "days":
        is_short = abs(float(row.value or 0)) < SHORT_DAYS
        return figures.show_duration(float(row.value or 0) * 86_400) if is_short else figures.show_days(row.value)
    return figures.show_number(row.value)


def counts(row: Row, metric: Metric, currency: str = "") -> str:
    """Write what a share was counted from, with its interval: 195 of 1,586 (10.8–14.0)."""
    language = figures.language()
    if metric.unit == "score":
        return _score_counts(row, language)
    if metric.kind == "share_of_money":
        part, whole = (numbers.write_money(side, currency, language) for side in (row.numerator, row.denominator))
    else:
        part, whole = (numbers.write_number(side, language) for side in (row.numerator, row.denominator))
    text = _("%(part)s of %(whole)s") % {"part": part, "whole": whole}
    if row.low is None or row.high is None or is_too_few(row):
        return text
    return f"{text} ({numbers.write_interval(row.low, row.high, language)})"


def _score_counts(row: Row, language: str) -> str:
    text = _("mean of %(count)s") % {"count": numbers.write_number(row.denominator, language)}
    if row.low is None or row.high is None:
        return text
    low, high = (min(max(float(bound) / _WHOLE_SCORE, 0.0), 1.0) for bound in (row.low, row.high))
    return f"{text} ({numbers.write_interval(low, high, language)})"


def is_too_few(row: Row | None) -> bool:
    """Whether a share was counted from so few that it says nothing."""
    return row is not None and not row.stands_out and bool(row.denominator) and (row.denominator or 0) < TOO_FEW


def show_standing(row: Row | None) -> SafeString | str:
    """Say in words and by a sign that a line differs from the rest beyond chance; otherwise nothing."""
    if row is None or row.stands_out not in ("above", "below"):
        return ""
    sign, words = ("↑", _("above")) if row.stands_out == "above" else ("↓", _("below"))
    why = _("The difference from the rest is beyond chance.")
    return format_html('<span class="standing" title="{}">{}\u00a0{}</span>', why, sign, words)


def show_change(change: Change | None, against: str = "") -> SafeString | str:
    """Show a change with its sign: per cent of what it was, or percentage points of a share."""
    if change is None or change.amount is None:
        return ""
    return format_html('<span class="change num">{}{}</span>', change_text(change), f" {against}" if against else "")


def change_text(change: Change) -> str:
    """Write a change with its sign: +18 %, −0.4 points."""
    amount = (change.amount or Decimal(0)) * 100
    digits = 1 if abs(amount) < 10 else 0
    text = numbers.write_number(amount, figures.language(), digits=digits)
    is_nothing = round(amount, digits) == 0
    signed = text.lstrip(numbers.MINUS) if is_nothing else ("+" if amount > 0 else "") + text
    return _("%(number)s points") % {"number": signed} if change.is_points else f"{signed}\u00a0%"


def plain_figure(cell: Cell) -> str:
    """Write one figure as text, for sentences and titles."""
    language, unit = figures.language(), METRICS[cell.metric].unit
    if cell.several:
        return " + ".join(
            numbers.write_money(row.value, row.by.get("currency") or "", language) for row in cell.several
        )
    value = cell.row.value if cell.row else None
    if unit == "money":
        return numbers.write_money(value, cell.currency, language)
    if unit in ("share", "ratio"):
        return numbers.write_percent(value, language)
    if unit == "score":
        return numbers.write_percent(float(value) / _WHOLE_SCORE if value is not None else None, language)
    if unit == "seconds":
        return numbers.write_duration(value, language)
    return numbers.write_days(value, language) if unit == "days" else numbers.write_number(value, language)


def _cell(line: Line, metric: str) -> Cell | None:
    return line.cells.get(metric)


def _value(row: Row, kind: str) -> Any:
    return row.value if kind != "rate" else None


def _is_countable(cell: Cell) -> bool:
    return bool(cell.several) or (cell.row is not None and bool(cell.row.value))
