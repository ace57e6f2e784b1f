"""What stands where in the workbook of a plan, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onegoal.apps.planning.models import SALES_SIDE, Plan, PlannedMetric

PASSPORT: Final = "onegoal"
"""The hidden sheet that says whose plan this is: format, plan, version, revision, currency."""
FORMAT: Final = "onegoal plan 1"
MENDING: Final = "To mend"
SHEETS: Final = {"Sales": True, "Marketing": False}
"""The sheets, and whether each holds the figures of sales (divided by product type) or of marketing (by channel)."""
FIXED: Final = ("key", "figure", "project")
"""The titles of the first columns; the fourth is `product type` or `channel`, the months follow as 2026-03."""
FIRST_MONTH_COLUMN: Final = 5
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
MOST_FAULTS: Final = 200


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where it stands (`cell` is empty for the whole sheet or file), its code, and what was found."""

    code: str
    sheet: str = ""
    cell: str = ""
    said: str = ""


@dataclass(frozen=True)
class Passport:
    """Whose plan a workbook holds, and the revision it was made from."""

    plan_id: int
    version_id: int
    revision: int
    currency: str


def part_title(is_sales: bool) -> str:
    """Return the title of the fourth column."""
    return "product type" if is_sales else "channel"


def lines_of(plan: Plan, is_sales: bool) -> Iterator[tuple[str, str, str]]:
    """Yield (metric, project, part) of every row of a sheet: the undivided one of a figure first, then each division."""
    parts = plan.product_types if is_sales else plan.channels
    for metric in PlannedMetric.values:
        if (metric in SALES_SIDE) == is_sales:
            for project in ("", *plan.projects):
                yield from ((metric, project, part) for part in ("", *parts))
