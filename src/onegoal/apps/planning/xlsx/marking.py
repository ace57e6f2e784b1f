"""Faults of a workbook in words, and the workbook with each of them marked, to be mended and sent again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.planning.xlsx.layout import MENDING, SHEETS, Fault
from onegoal.apps.planning.xlsx.writing import put_text

_WORDS: Final[dict[str, Any]] = {
    "not_a_workbook": gettext_lazy("This is no XLSX file that can be opened. Save it as XLSX, without a password."),
    "too_large": gettext_lazy("This is too large for a plan. Take away what is not the plan's."),
    "other_plan": gettext_lazy("This file is not of this plan. Download the plan's own file and fill that in."),
    "stale": gettext_lazy("The plan was changed after this file was downloaded. Download it anew, or tick “Overwrite”."),
    "sheet_missing": gettext_lazy("The sheet is missing. Put it back, or download the file anew."),
    "header": gettext_lazy("The title here must be “%(said)s”. Put it back."),
    "merged": gettext_lazy("Cells %(said)s are merged. Unmerge them and write each figure into its own cell."),
    "month_missing": gettext_lazy("Months are missing: %(said)s. Put their columns back, empty where nothing is planned."),
    "month_unknown": gettext_lazy("“%(said)s” is no month of this plan. Write it as 2026-03, or delete the column."),
    "month_twice": gettext_lazy("The month %(said)s stands here a second time. Keep one column of it."),
    "metric_unknown": gettext_lazy("“%(said)s” is no figure of this sheet. Unhide column A and put its key back."),
    "project_unknown": gettext_lazy("The plan has no project “%(said)s”. Write it as in the plan, or leave it empty."),
    "type_unknown": gettext_lazy("The plan has no product type “%(said)s”. Write it as in the plan, or leave it empty."),
    "channel_unknown": gettext_lazy("The plan has no channel “%(said)s”. Write it as in the plan, or leave it empty."),
    "row_twice": gettext_lazy("The row %(said)s stands here a second time. Keep one."),
    "row_missing": gettext_lazy("The row %(said)s is missing. Put it back; empty its cells where nothing is planned."),
    "text": gettext_lazy("“%(said)s” is not a number. Write a number, or leave the cell empty."),
    "fraction": gettext_lazy("%(said)s is not whole. Write a whole number."),
    "cents": gettext_lazy("%(said)s has more decimals than the currency. Round it."),
    "negative": gettext_lazy("%(said)s is negative. Write 0 or more."),
    "too_big": gettext_lazy("%(said)s is too big. Write a smaller figure."),
    "formula": gettext_lazy("A formula without a result stands here. Paste its value."),
}  # fmt: skip


def fault_words(fault: Fault) -> str:
    """Return what is wrong and what to do, without the place."""
    return str(_WORDS[fault.code]) % {"said": fault.said}


def mark_faults(source: Path, target: Path, faults: list[Fault]) -> bool:
    """Write the workbook anew with a note in each cell at fault and a sheet that lists them all.

    Tells whether it could: what is no workbook cannot be marked.
    """
    from openpyxl import load_workbook

    try:
        book = load_workbook(source)
    except Exception:  # noqa: BLE001 - whatever the library stumbles over, there is nothing to mark
        return False
    _forget_notes(book)
    _list_faults(book, faults)
    for fault in faults:
        if fault.cell and fault.sheet in book.sheetnames:
            _mark(book[fault.sheet][fault.cell], fault)
    book.save(target)
    return True


def _forget_notes(book: Any) -> None:
    """Take off what an earlier marking left behind."""
    if MENDING in book.sheetnames:
        book.remove(book[MENDING])
    for title in SHEETS:
        for row in book[title].iter_rows() if title in book.sheetnames else ():
            for cell in row:
                if cell.comment is not None:
                    cell.comment = None


def _list_faults(book: Any, faults: list[Fault]) -> None:
    listed = book.create_sheet(MENDING, 0)
    for at, said in enumerate((_("sheet"), _("cell"), _("what to do")), start=1):
        put_text(listed.cell(1, at), said)
    for row, fault in enumerate(faults, start=2):
        for at, said in enumerate((fault.sheet, fault.cell, fault_words(fault)), start=1):
            put_text(listed.cell(row, at), said)
    listed.column_dimensions["C"].width = 90


def _mark(cell: Any, fault: Fault) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell.fill = PatternFill("solid", fgColor="FFF4B8B3")
    cell.comment = Comment(fault_words(fault), "onegoal")
