"""The rows of a table as HTML, written at once: a template would look up every word of every cell anew."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.tables import BoundTable

_ROW = "\n            <tr>\n              {}\n              {}\n            </tr>\n          "


def rows_html(bound: BoundTable) -> SafeString:
    """Return the rows shown: the first cell heads its row, the others carry their column's label for narrow screens."""
    columns = list(zip(bound.columns, _openings(bound.columns), strict=True))
    rows = (_ROW.format(_chooser(bound, row), _cells(columns, row)) for row in bound.rows)
    return mark_safe("".join(rows))  # noqa: S308 - every part is escaped where it is made


def row_key(bound: BoundTable, row: Any) -> Any:
    """Return what a row is chosen by."""
    return row.get(bound.table.row_key) if isinstance(row, dict) else getattr(row, bound.table.row_key, "")


def _openings(columns: list[Column]) -> list[tuple[str, str]]:
    """Return the start and the end of each column's cells."""
    first, *others = columns
    head = '<th scope="row" class="is-right">' if first.is_right else '<th scope="row">'
    return [(head, "</th>"), *((_opening(column), "</td>") for column in others)]


def _opening(column: Column) -> str:
    side = "is-right" if column.is_right else "is-text"
    return format_html('<td class="{}" data-label="{}">', side, column.label)


def _cells(columns: list[tuple[Column, tuple[str, str]]], row: Any) -> str:
    return "".join(f"{start}{conditional_escape(column.show(row))}{end}" for column, (start, end) in columns)


def _chooser(bound: BoundTable, row: Any) -> str:
    if not bound.bulk_actions:
        return ""
    return format_html(
        '<td><input class="form-check-input" type="checkbox" data-bulk data-key="x" form="bulk-{}" name="chosen" value="{}"'
        ' aria-label="{}"></td>',
        bound.table.key,
        row_key(bound, row),
        _("Choose this row"),
    )
