"""Writes a version of the plan as a workbook that reads back to the same figures."""

from __future__ import annotations

from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _

from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.models import PLANNED_MONEY, PlanVersion
from onegoal.apps.planning.queries.grid import place, title_of
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.xlsx.layout import (
    FIRST_MONTH_COLUMN,
    FIXED,
    FORMAT,
    PASSPORT,
    SHEETS,
    lines_of,
    part_title,
)
from onegoal.core.csv_safety import neutralise
from onegoal.core.money import minor_digits
from onegoal.core.plan_grid import Place, months_between


def write_plan(target: IO[bytes], version: PlanVersion) -> None:
    """Write the workbook: money in whole units of the company's currency, an empty cell where nothing is planned.

    Names that a spreadsheet could run are text and stay text.
    """
    from openpyxl import Workbook

    book, currency = Workbook(), current_company().currency or "EUR"
    book.remove(book.active)
    cells = cells_of(version)
    for title, is_sales in SHEETS.items():
        _write_sheet(book.create_sheet(title), version, is_sales, cells, currency)
    passport = book.create_sheet(PASSPORT)
    passport.sheet_state = "hidden"
    for at, said in enumerate((FORMAT, version.plan_id, version.pk, version.revision, currency), start=1):
        passport.cell(at, 1, said)
    book.save(target)


def put_text(cell: Any, text: str) -> None:
    """Write text that never becomes a formula, not even when somebody edits its cell."""
    cell.value = text
    if text:
        cell.data_type = "s"
        cell.quotePrefix = neutralise(text) != text


def _write_sheet(sheet: Any, version: PlanVersion, is_sales: bool, cells: dict[Place, int], currency: str) -> None:
    from openpyxl.styles import Font

    months = months_between(version.plan.first_month, version.plan.last_month)
    titles = (*FIXED, part_title(is_sales), *(f"{month:%Y-%m}" for month in months))
    for at, title in enumerate(titles, start=1):
        put_text(sheet.cell(1, at), title)
        sheet.cell(1, at).font = Font(bold=True)
    held = {(one.metric, one.project, one.product_type if is_sales else one.channel) for one in cells}
    row = 1
    for metric, project, part in lines_of(version.plan, is_sales):
        is_divided = bool(project or part)
        has_divisions = bool(
            version.plan.projects or (version.plan.product_types if is_sales else version.plan.channels)
        )
        is_partly = is_divided and not _is_leaf(version, is_sales, project, part)
        # Halfway divided rows and the undivided one are there only where something stands in them.
        if (is_partly or (not is_divided and has_divisions)) and (metric, project, part) not in held:
            continue
        row += 1
        for at, said in enumerate((metric, _(title_of(metric)), project, part), start=1):
            put_text(sheet.cell(row, at), said)
        for at, month in enumerate(months, start=FIRST_MONTH_COLUMN):
            value = cells.get(place(month, metric, project, part))
            if value is not None:
                _put_figure(sheet.cell(row, at), value, metric, currency)
    sheet.column_dimensions["A"].hidden = True
    for letter, width in (("B", 20), ("C", 24), ("D", 20)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = sheet.cell(2, FIRST_MONTH_COLUMN)


def _is_leaf(version: PlanVersion, is_sales: bool, project: str, part: str) -> bool:
    parts = version.plan.product_types if is_sales else version.plan.channels
    return (bool(project) or not version.plan.projects) and (bool(part) or not parts)


def _put_figure(cell: Any, value: int, metric: str, currency: str) -> None:
    digits = minor_digits(currency) if metric in PLANNED_MONEY else 0
    cell.value = Decimal(value).scaleb(-digits) if digits else value
    cell.number_format = "#,##0.00" if digits else "#,##0"
