"""Parts of a report: a finding in words and a table of the same figures, on a page, in a workbook and in a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from onegoal.apps.analysis.columns import (
    FigureColumn,
    counts,
    figure_columns,
    name_column,
    plain_figure,
    show_standing,
    total_values,
)
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import GRAINS, Asked
from onegoal.apps.analysis.queries.breakdown import Breakdown, Line
from onegoal.apps.analysis.queries.crosstab import CrossLine, Crosstab
from onegoal.apps.analysis.words import dimension_title, value_name
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.chain import HeatTable
from onegoal.apps.shell.charts import Chart
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.metrics.catalogue import METRICS

_MOST_LINES = 12


@dataclass(frozen=True)
class Section:
    """One part of a report; `heat` or `chart` show at a glance what the table says exactly."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Any]
    finding: str = ""
    note: str = ""
    totals: Mapping[str, Any] | None = None
    sort: str = ""
    heat: HeatTable | None = None
    chart: Chart | None = None
    choices: Sequence[Any] = field(default_factory=tuple)

    def bind(self, request: HttpRequest) -> BoundTable:
        """Return its table as this request's address wants it."""
        table = Table(
            key=self.key,
            columns=self.columns,
            default_sort=self.sort,
            prefixed=True,
            keeps_views=False,
            title=self.title,
            empty_title=_("Nothing in these days"),
            empty_text=_("Choose a longer period or take a filter off."),
        )
        return table.bind(request, self.rows, totals=self.totals)

    def ordered_rows(self) -> list[Any]:
        """Return the rows as they stand on the page before anybody sorts them."""
        column = next((one for one in self.columns if one.key == self.sort.removeprefix("-")), None)
        if column is None:
            return list(self.rows)
        keyed = [(column.sort_key(row), row) for row in self.rows]
        known = sorted(
            (pair for pair in keyed if not pair[0][0]), key=lambda pair: pair[0][1], reverse=self.sort[0] == "-"
        )
        return [row for _key, row in known] + [row for key, row in keyed if key[0]]

    def sheet(self) -> tuple[str, list[str], list[list[Any]]]:
        """Return its title, header and typed rows for a workbook."""
        header = [title for column in self.columns for title in column.file_titles]
        rows = [[value for column in self.columns for value in column.file_values(row)] for row in self.ordered_rows()]
        return self.title, header, rows

    def text(self) -> str:
        """Return it as plain text: title, finding, and a line for each of the first rows."""
        first, *others = self.columns
        lines = [self.title.upper(), *([self.finding] if self.finding else [])]
        rows = self.ordered_rows()
        for row in rows[:_MOST_LINES]:
            told = [text for column in others if (text := _plain(column, row))]
            lines.append(f"  {first.read(row)}: {'; '.join(told)}")
        if len(rows) > _MOST_LINES:
            lines.append("  " + _("and %(count)s more lines in the workbook") % {"count": len(rows) - _MOST_LINES})
        return "\n".join(lines if rows else [*lines, "  " + _("Nothing in these days")])


def figure_section(
    asked: Asked, found: Breakdown, key: str, title: str, *, finding: str = "", link: Any = None, sort: str = "",
    **parts: Any,
) -> Section:  # fmt: skip
    """A section whose table is a breakdown; ordered by its first figure unless its lines follow the clock."""
    columns = [name_column(found.dimension, link), *figure_columns(asked, found)]
    first = sort or (f"-{found.metrics[0]}" if found.metrics and found.dimension not in GRAINS else "")
    totals = total_values(columns, found.total)
    return Section(key, title, columns, found.lines, finding, totals=totals, sort=first, **parts)


@dataclass(frozen=True)
class CrossColumn(Column):
    """What one column of a crosstab holds of each line: how many, and which share of the column that is."""

    asked: Asked | None = None
    metric: str = ""
    column: str | None = None
    is_total: bool = False

    def read(self, row: CrossLine) -> Any:
        """Return the part with its counts."""
        return row.total if self.is_total else row.cells[self.column]

    def show(self, row: CrossLine) -> str:
        """Return the count as a link to its list, with the share and whether it stands out."""
        cell = self.read(row)
        if not cell.numerator or self.asked is None:
            return figures.show_number(0)
        share = numbers.write_percent(cell.value, figures.language(), digits=0)
        interval = numbers.write_interval(cell.low, cell.high, figures.language()) if cell.low is not None else ""
        below = format_html('<span title="{}">{}</span>', interval, share)
        shown = figures.show_noted(figures.show_number(cell.numerator), below=below, beside=show_standing(cell))
        return format_html('<a href="{}">{}</a>', behind_url(self.asked, self.metric, cell.by.items()), shown)


def cross_section(
    asked: Asked, found: Crosstab, key: str, title: str, *, finding: str = "", **parts: Any
) -> Section:  # fmt: skip
    """A section whose table shares the values of one dimension out over the columns of another."""
    metric, mixed = METRICS[found.metric].numerator, METRICS[found.metric].mixed
    shared = {"kind": "rate", "asked": asked, "metric": metric}
    columns: list[Column] = [
        Column("name", dimension_title(mixed), value=lambda line: value_name(mixed, line.name)),
        CrossColumn("total", _("Total"), is_total=True, **shared),  # type: ignore[arg-type]
        *(
            CrossColumn(f"c{place}", value_name(found.by, name), column=name, **shared)  # type: ignore[arg-type]
            for place, name in enumerate(found.columns)
        ),
    ]
    return Section(key, title, columns, found.lines, finding, sort="-total", **parts)


def _plain(column: Column, row: Any) -> str:
    if isinstance(column, CrossColumn):
        cell = column.read(row)
        share = numbers.write_percent(cell.value, figures.language(), digits=0)
        return f"{column.label} {numbers.write_number(cell.numerator, figures.language())} ({share})"
    if isinstance(column, FigureColumn) and isinstance(row, Line):
        cell = row.cells.get(column.metric)
        if cell is None or (cell.row is None and not cell.several):
            return ""
        shown = f"{column.label} {plain_figure(cell)}"
        has_counts = cell.row is not None and METRICS[cell.metric].unit == "share" and cell.row.denominator
        return f"{shown}, {counts(cell.row, METRICS[cell.metric], cell.currency)}" if has_counts and cell.row else shown
    value = column.read(row)
    return f"{column.label} {value}" if value not in (None, "") else ""
