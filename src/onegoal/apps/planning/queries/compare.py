"""Versions of plans beside each other: their figures by month and in whole, and what changed from one to another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onegoal.apps.planning.models import PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.grid import part_of
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.core.plan_grid import Place

MOST_COMPARED = 4


@dataclass(frozen=True)
class Compared:
    """One figure of one month, or of the whole (`month` is None), in each version; None where it is not planned."""

    metric: str
    month: dt.date | None
    values: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the versions do not all plan the same."""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class CellChange:
    """One smallest figure that was changed, set or emptied between two versions."""

    month: dt.date
    metric: str
    project: str
    part: str
    before: int | None
    after: int | None


def side_by_side(versions: Sequence[PlanVersion]) -> list[Compared]:
    """Return each figure that any version plans: its whole first, then its months in order."""
    held = [cells_of(version) for version in versions]
    rows = []
    for metric in PlannedMetric.values:
        by_month = [_by_month(cells, metric) for cells in held]
        months = sorted({month for sums in by_month for month in sums})
        if not months:
            continue
        rows.append(Compared(metric, None, tuple(sum(sums.values()) if sums else None for sums in by_month)))
        rows += [Compared(metric, month, tuple(sums.get(month) for sums in by_month)) for month in months]
    return rows


def changes_between(older: PlanVersion, newer: PlanVersion) -> list[CellChange]:
    """Return every smallest figure in which two versions differ, by month and figure."""
    was, now = cells_of(older), cells_of(newer)
    return [
        CellChange(place.month, place.metric, place.project, part_of(place), was.get(place), now.get(place))
        for place in sorted(was.keys() | now.keys())
        if was.get(place) != now.get(place)
    ]


def _by_month(cells: Mapping[Place, int], metric: str) -> dict[dt.date, int]:
    sums: dict[dt.date, int] = {}
    for place, value in cells.items():
        if place.metric == metric:
            sums[place.month] = sums.get(place.month, 0) + value
    return sums
