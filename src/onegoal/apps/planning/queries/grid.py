"""A version of the plan as a grid: figures down, expandable by project, product type and channel; months across, with totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from onegoal.apps.planning.models import PLANNED_MONEY, SALES_SIDE, Plan, PlannedMetric, PlanVersion
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.core.plan_grid import Place, months_between
from onegoal.metrics.catalogue import METRICS

Kind = Literal["count", "money", "share"]
UNDIVIDED: Final = "u"
_QUARTERS_FROM = 4  # with fewer months a quarter is the whole
_SALES: Final = (PlannedMetric.DEALS_WON, PlannedMetric.MONEY_SIGNED, PlannedMetric.MONEY_RECEIVED)
_MARKETING: Final = (
    PlannedMetric.SPEND, PlannedMetric.VISITORS, PlannedMetric.LEADS, PlannedMetric.QUALIFIED_LEADS,
)  # fmt: skip
_DERIVED: Final[tuple[tuple[str, str, str, Kind, str], ...]] = (
    ("average_price", "money_signed", "deals_won", "money", "sales"),
    ("visitor_to_lead", "leads", "visitors", "share", "marketing"),
    ("lead_to_qualified", "qualified_leads", "leads", "share", "marketing"),
    ("cpl", "spend", "leads", "money", "marketing"),
    ("cost_per_opportunity", "spend", "qualified_leads", "money", "marketing"),
    ("lead_to_won", "deals_won", "leads", "share", "both"),
    ("cac", "spend", "deals_won", "money", "both"),
)
"""Quiet rows: metric of the catalogue, the planned figures above and below the line, what it is, whose block it closes."""


@dataclass(frozen=True)
class Column:
    """A month, a quarter, a year or the whole plan; a typed total is spread over its `months`."""

    key: str
    kind: Literal["month", "quarter", "year", "whole"]
    months: tuple[dt.date, ...]


@dataclass(frozen=True)
class Row:
    """One line: a figure, or its part by project, product type or channel; `key` names it in an address.

    `level` is how deep it stands; `children` whether it can be opened. `values` stand in the order of the columns: whole
    numbers (money in minor units), fractions for derived rows, None where nothing is planned.
    """

    key: str
    metric: str
    kind: Kind
    level: int
    name: str = ""
    is_undivided: bool = False
    is_derived: bool = False
    has_children: bool = False
    is_open: bool = False
    values: tuple[int | Fraction | None, ...] = ()


@dataclass(frozen=True)
class Block:
    """The rows of one department, or of both together."""

    key: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Grid:
    """A version as it is shown: the columns, and the blocks of sales, of marketing and of both."""

    version: PlanVersion
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cut:
    """Which places a row stands for: None means all projects or all parts, an empty name those not divided."""

    metric: str
    project: str | None = None
    part: str | None = None

    def holds(self, place: Place) -> bool:
        """Tell whether a place belongs to the row."""
        return (
            place.metric == self.metric
            and (self.project is None or place.project == self.project)
            and (self.part is None or part_of(place) == self.part)
        )


def grid_of(version: PlanVersion, *, opened: Collection[str] = (), by_part: bool = False) -> Grid:
    """Return a version as a grid with the rows in `opened` unfolded.

    Figures unfold by project and then by product type or channel, with `by_part` the other way round.
    """
    columns, cells = columns_of(version.plan), cells_of(version)
    known = _Known(version.plan, cells, columns)
    blocks = []
    for key, metrics in (("sales", _SALES), ("marketing", _MARKETING), ("both", ())):
        rows = [row for metric in metrics for row in _unfolded(known, metric, opened, by_part)]
        rows += _mix(known) if key == "sales" else ()
        rows += [_derived(known, one) for one in _DERIVED if one[4] == key]
        blocks.append(Block(key, tuple(rows)))
    return Grid(version, columns, tuple(blocks))


def columns_of(plan: Plan) -> tuple[Column, ...]:
    """Return the months, each quarter and year of several after its last month, and the whole."""
    months = months_between(plan.first_month, plan.last_month)
    columns = []
    for at, month in enumerate(months):
        columns.append(Column(f"{month:%Y-%m}", "month", (month,)))
        following = months[at + 1] if at + 1 < len(months) else None
        if len(months) >= _QUARTERS_FROM and (following is None or _quarter(following) != _quarter(month)):
            held = tuple(one for one in months if _quarter(one) == _quarter(month))
            columns += [Column("{}-q{}".format(*_quarter(month)), "quarter", held)] if len(held) > 1 else []
        if months[0].year != months[-1].year and (following is None or following.year != month.year):
            held = tuple(one for one in months if one.year == month.year)
            columns += [Column(f"{month.year}", "year", held)] if len(held) > 1 else []
    if len(months) > 1:
        columns.append(Column("all", "whole", tuple(months)))
    return tuple(columns)


def cut_of(plan: Plan, key: str) -> Cut | None:
    """Return what the row with this key stands for; None for a key that names no row that can be typed into."""
    metric, *parts = key.split(".")
    if metric not in PlannedMetric.values or len(parts) > 2:
        return None
    project: str | None = None
    part: str | None = None
    for said in parts:
        names = plan.projects if said[:1] == "p" else _part_names(plan, metric) if said[:1] == "c" else []
        if said[1:] == UNDIVIDED:
            name = ""
        elif said[1:].isdecimal() and int(said[1:]) < len(names):
            name = names[int(said[1:])]
        else:
            return None
        project, part = (name, part) if said[0] == "p" else (project, name)
    return Cut(metric, project, part)


def places_of(plan: Plan, cut: Cut, months: Collection[dt.date], cells: Mapping[Place, int]) -> list[Place]:
    """Return the smallest places a row stands for, those that hold a figure without being divided among them."""
    projects = [cut.project] if cut.project is not None else (plan.projects or [""])
    parts = [cut.part] if cut.part is not None else (_part_names(plan, cut.metric) or [""])
    places = {
        place(month, cut.metric, project, part): None for month in months for project in projects for part in parts
    }
    wanted = set(months)
    places |= dict.fromkeys(one for one in cells if one.month in wanted and cut.holds(one))
    return list(places)


def place(month: dt.date, metric: str, project: str, part: str) -> Place:
    """Return a place by its part, which is a product type for sales figures and a channel for marketing's."""
    if metric in SALES_SIDE:
        return Place(month, metric, project, product_type=part)
    return Place(month, metric, project, channel=part)


def part_of(one: Place) -> str:
    """Return the product type or channel of a place."""
    return one.product_type if one.metric in SALES_SIDE else one.channel


class _Known:
    """The sums of a version that rows are made from, each counted once."""

    def __init__(self, plan: Plan, cells: Mapping[Place, int], columns: tuple[Column, ...]) -> None:
        self.plan, self.cells, self.columns = plan, cells, columns
        self._of_month: dict[Cut, dict[dt.date, int]] = {}
        self.used: dict[Cut, None] = {}
        for one, value in cells.items():
            part = part_of(one)
            for cut in {
                Cut(one.metric), Cut(one.metric, one.project), Cut(one.metric, None, part),
                Cut(one.metric, one.project, part),
            }:  # fmt: skip
                sums = self._of_month.setdefault(cut, {})
                sums[one.month] = sums.get(one.month, 0) + value

    def has(self, cut: Cut) -> bool:
        return cut in self._of_month

    def values(self, cut: Cut) -> tuple[int | None, ...]:
        sums = self._of_month.get(cut, {})
        return tuple(_sum_of(sums, column.months) for column in self.columns)


def _sum_of(sums: Mapping[dt.date, int], months: tuple[dt.date, ...]) -> int | None:
    known = [sums[month] for month in months if month in sums]
    return sum(known) if known else None


def _unfolded(known: _Known, metric: str, opened: Collection[str], by_part: bool) -> Iterator[Row]:
    order: tuple[Callable[[_Known, Cut], list[tuple[str, Cut]]], ...] = (_projects, _parts)
    yield from _branch(known, metric, Cut(metric), "", order[::-1] if by_part else order, opened, 0)


def _branch(
    known: _Known,
    key: str,
    cut: Cut,
    name: str,
    order: tuple[Callable[[_Known, Cut], list[tuple[str, Cut]]], ...],
    opened: Collection[str],
    level: int,
) -> Iterator[Row]:
    children: list[tuple[str, Cut]] = []
    while order and not children:
        (divide, *rest) = order
        children, order = divide(known, cut), tuple(rest)
    kind: Kind = "money" if cut.metric in PLANNED_MONEY else "count"
    is_open = bool(children) and key in opened
    yield Row(
        key, cut.metric, kind, level, name, is_undivided=level > 0 and not name, has_children=bool(children),
        is_open=is_open, values=known.values(cut),
    )  # fmt: skip
    for said, child in children if is_open else ():
        child_name = child.project if said[0] == "p" else child.part
        yield from _branch(known, f"{key}.{said}", child, child_name or "", order, opened, level + 1)


def _projects(known: _Known, cut: Cut) -> list[tuple[str, Cut]]:
    return _divided(known, "p", known.plan.projects, lambda name: Cut(cut.metric, name, cut.part))


def _parts(known: _Known, cut: Cut) -> list[tuple[str, Cut]]:
    return _divided(known, "c", _part_names(known.plan, cut.metric), lambda name: Cut(cut.metric, cut.project, name))


def _divided(known: _Known, letter: str, names: list[str], cut: Callable[[str], Cut]) -> list[tuple[str, Cut]]:
    if not names:
        return []
    found = [(f"{letter}{at}", cut(name)) for at, name in enumerate(names)]
    # What was planned before it was divided, or in a file without the names, must be seen to be moved.
    return [*found, (f"{letter}{UNDIVIDED}", cut(""))] if known.has(cut("")) else found


def _part_names(plan: Plan, metric: str) -> list[str]:
    return plan.product_types if metric in SALES_SIDE else plan.channels


def _mix(known: _Known) -> list[Row]:
    """Which share of the planned deals each product type has."""
    whole = known.values(Cut(PlannedMetric.DEALS_WON))
    rows = []
    for at, name in enumerate(known.plan.product_types):
        part = known.values(Cut(PlannedMetric.DEALS_WON, None, name))
        rows.append(
            Row(
                f"mix.c{at}", "product_mix", "share", 0, name, is_derived=True,
                values=tuple(_ratio(one, total) for one, total in zip(part, whole, strict=True)),
            )
        )  # fmt: skip
    return rows


def _derived(known: _Known, one: tuple[str, str, str, Kind, str]) -> Row:
    metric, above, below, kind, _block = one
    pairs = zip(known.values(Cut(above)), known.values(Cut(below)), strict=True)
    values = tuple(_ratio(top, bottom) for top, bottom in pairs)
    return Row(metric, metric, kind, 0, is_derived=True, values=values)


def _ratio(above: int | None, below: int | None) -> Fraction | None:
    return Fraction(above, below) if above is not None and below else None


def _quarter(month: dt.date) -> tuple[int, int]:
    return month.year, (month.month + 2) // 3


def title_of(metric: str) -> str:
    """Return the catalogue's English name of a figure, to be translated."""
    return METRICS[metric].title
