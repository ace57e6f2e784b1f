"""Reads the workbook of a plan back into cells, or says of every cell at fault what is wrong with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from onegoal.apps.planning.models import PLANNED_MONEY, SALES_SIDE, PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.grid import part_of, place
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.apps.planning.services.cells import MOST
from onegoal.apps.planning.xlsx.layout import (
    FIRST_MONTH_COLUMN,
    FIXED,
    FORMAT,
    MOST_COLUMNS,
    MOST_FAULTS,
    MOST_ROWS,
    PASSPORT,
    SHEETS,
    Fault,
    Passport,
    part_title,
)
from onegoal.connectors.tables.archive import check_archive
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import Limits
from onegoal.core.money import minor_digits
from onegoal.core.plan_grid import Place, months_between

MOST_BYTES: Final = 5 * 1024**2
_LIMITS: Final = Limits(max_workbook_bytes=MOST_BYTES, max_inflated_bytes=64 * 1024**2)


@dataclass
class ReadPlan:
    """What a workbook holds: every cell of the plan (None: not planned), or the faults for which nothing is taken over."""

    values: dict[Place, int | None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    passport: Passport | None = None


def read_plan(path: Path, version: PlanVersion) -> ReadPlan:
    """Read a workbook for a version; a row that holds figures in the plan may not be missing from the file."""
    read = ReadPlan()
    try:
        is_workbook = check_archive(path, _LIMITS) == "xlsx"
        books = [_opened(path, values) for values in (True, False)] if is_workbook else []
    except FileProblem as problem:
        is_workbook, books = False, []
        read.faults.append(Fault("too_large" if problem.code == "file_too_large" else "not_a_workbook"))
    if not books:
        read.faults = read.faults or [Fault("not_a_workbook")]
        return read
    read.passport = _passport(books[0])
    if read.passport is None or read.passport.plan_id != version.plan_id:
        read.faults.append(Fault("other_plan"))
        return read
    held = cells_of(version)
    for title, is_sales in SHEETS.items():
        if title in books[0].sheetnames:
            _Sheet(title, is_sales, version, read, books[0][title], books[1][title]).read_all(held)
        else:
            read.faults.append(Fault("sheet_missing", title))
    read.faults = read.faults[:MOST_FAULTS]
    if read.faults:
        read.values = {}
    return read


def _opened(path: Path, values: bool) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(path, data_only=values)
    except Exception:  # noqa: BLE001 - the library raises whatever a damaged part makes it stumble over
        raise FileProblem("not_a_workbook") from None


def _passport(book: Any) -> Passport | None:
    if PASSPORT not in book.sheetnames:
        return None
    said = [book[PASSPORT].cell(row, 1).value for row in range(1, 6)]
    if said[0] != FORMAT or not all(isinstance(one, int) for one in said[1:4]):
        return None
    return Passport(said[1], said[2], said[3], str(said[4] or ""))


class _Sheet:
    """One sheet on its way into the plan."""

    def __init__(
        self, title: str, is_sales: bool, version: PlanVersion, read: ReadPlan, values: Any, formulas: Any
    ) -> None:
        self.title, self.is_sales, self.version, self.read = title, is_sales, version, read
        self.values, self.formulas = values, formulas
        self.currency = read.passport.currency if read.passport else "EUR"
        self.parts = version.plan.product_types if is_sales else version.plan.channels

    def read_all(self, held: dict[Place, int]) -> None:
        """Take every figure over, or note why not."""
        if self.values.max_row > MOST_ROWS or self.values.max_column > MOST_COLUMNS:
            return self._fault("too_large")
        for merged in self.formulas.merged_cells.ranges:
            self._fault("merged", str(merged).split(":")[0], str(merged))
        months = self._months()
        if months is None:
            return None
        known = self._rows(months)
        for one in sorted({(one.metric, one.project, part_of(one)) for one in held if self._is_here(one)} - known):
            self._fault("row_missing", "", ", ".join(part for part in one if part))
        return None

    def _is_here(self, one: Place) -> bool:
        return (one.metric in SALES_SIDE) == self.is_sales

    def _fault(self, code: str, cell: str = "", said: object = "") -> None:
        self.read.faults.append(Fault(code, self.title, cell, f"{said}"[:80]))

    def _months(self) -> dict[int, dt.date] | None:
        """Return the month of each column; None when the header is not that of the plan."""
        titles = (*FIXED, part_title(self.is_sales))
        for at, title in enumerate(titles, start=1):
            if self.values.cell(1, at).value != title:
                self._fault("header", self.values.cell(1, at).coordinate, title)
                return None
        wanted = months_between(self.version.plan.first_month, self.version.plan.last_month)
        found: dict[int, dt.date] = {}
        for at in range(FIRST_MONTH_COLUMN, self.values.max_column + 1):
            cell = self.values.cell(1, at)
            month = _month(cell.value)
            if cell.value is None and not any(self.values.cell(row, at).value for row in range(2, self.values.max_row)):
                continue
            if month is None or month not in wanted:
                self._fault("month_unknown", cell.coordinate, cell.value or "")
            elif month in found.values():
                self._fault("month_twice", cell.coordinate, cell.value)
            else:
                found[at] = month
        missing = [f"{month:%Y-%m}" for month in wanted if month not in found.values()]
        if missing:
            self._fault("month_missing", "", ", ".join(missing))
        return found

    def _rows(self, months: dict[int, dt.date]) -> set[tuple[str, str, str]]:
        known: set[tuple[str, str, str]] = set()
        for row in range(2, self.values.max_row + 1):
            said = [self.values.cell(row, at).value for at in range(1, FIRST_MONTH_COLUMN)]
            if all(one is None for one in said) and not any(self.values.cell(row, at).value for at in months):
                continue
            line = self._line(row, said)
            if line is None:
                continue
            if line in known:
                self._fault("row_twice", self.values.cell(row, 2).coordinate, ", ".join(part for part in line if part))
            known.add(line)
            for at, month in months.items():
                self._figure(row, at, line, month)
        return known

    def _line(self, row: int, said: list[Any]) -> tuple[str, str, str] | None:
        metric, project, part = (str(said[at] or "").strip() for at in (0, 2, 3))
        is_ours = metric in PlannedMetric.values and (metric in SALES_SIDE) == self.is_sales
        for code, at, is_known, text in (
            ("metric_unknown", 1, is_ours, metric),
            ("project_unknown", 3, not project or project in self.version.plan.projects, project),
            ("type_unknown" if self.is_sales else "channel_unknown", 4, not part or part in self.parts, part),
        ):
            if not is_known:
                self._fault(code, self.values.cell(row, at).coordinate, text)
                return None
        return metric, project, part

    def _figure(self, row: int, at: int, line: tuple[str, str, str], month: dt.date) -> None:
        value, formula = self.values.cell(row, at).value, self.formulas.cell(row, at)
        where = place(month, *line)
        if value is None and formula.data_type == "f":
            return self._fault("formula", formula.coordinate)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.read.values[where] = None
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return self._fault("text", formula.coordinate, value)
        code, minor = _minor(value, minor_digits(self.currency) if line[0] in PLANNED_MONEY else 0)
        if code:
            return self._fault(code if line[0] not in PLANNED_MONEY or code != "fraction" else "cents",
                               formula.coordinate, value)  # fmt: skip
        self.read.values[where] = minor
        return None


def _minor(value: int | float | Decimal, digits: int) -> tuple[str, int]:
    """Return a fault's code, or "" and the figure in its smallest unit; a spreadsheet's binary noise is no fraction."""
    try:
        exact = Decimal(f"{value:.15g}" if isinstance(value, float) else value).scaleb(digits)
    except (InvalidOperation, ValueError):
        return "text", 0
    if exact < 0:
        return "negative", 0
    if not exact.is_finite() or exact > MOST:
        return "too_big", 0
    return ("", int(exact)) if exact == exact.to_integral_value() else ("fraction", 0)


def _month(said: Any) -> dt.date | None:
    if isinstance(said, dt.datetime):
        return said.date().replace(day=1)
    try:
        return dt.datetime.strptime(f"{said}".strip(), "%Y-%m").date()
    except ValueError:
        return None
