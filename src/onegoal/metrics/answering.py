"""From counted cells to the rows of an answer: values, intervals, order, and what differs beyond chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from onegoal.core.money import ratio
from onegoal.core.periods import Period, bucket_label
from onegoal.core.statistics import LEVEL, mean_interval_of, ratio_interval, wilson_bounds
from onegoal.metrics import chance
from onegoal.metrics.catalogue import Metric
from onegoal.metrics.dimensions import DIMENSIONS, ROUNDS
from onegoal.metrics.question import Differs, Question, Row, Value

Key = tuple[str | None, ...]
_MOST_BUCKETS = 1_000


@dataclass(frozen=True)
class Cell:
    """The parts of one figure: exact numbers; `squares` and `is_known` belong to the numerator."""

    numerator: int = 0
    denominator: int = 0
    squares: float = 0.0
    is_known: bool = True


Cells = Mapping[Key, Cell]


def rows_of(metric: Metric, cells: Cells, names: tuple[str, ...]) -> list[Row]:
    """Return one row for each cell, without order; `names` are the dimensions of the keys."""
    make = _MAKERS[metric.kind]
    return [make(dict(zip(names, key, strict=True)), cell) for key, cell in cells.items()]


def compared(
    metric: Metric, rows: list[Row], groups: list[list[float]] | None = None
) -> tuple[list[Row], Differs | None]:
    """Return the rows with those marked that stand out, and whether they differ at all."""
    found = _compare(metric, rows, groups)
    if found is None:
        return rows, None
    p, verdicts = found
    marked = [replace(row, stands_out=verdict) for row, verdict in zip(rows, verdicts, strict=True)]
    return marked, Differs(p=p, beyond_chance=p < 1 - LEVEL)


def ordered(rows: list[Row], names: tuple[str, ...]) -> list[Row]:
    """Return rows by time first where asked by time, then the largest first; nothing to tell comes last."""
    times = [name for name in names if DIMENSIONS[name].is_ordered]

    def place(row: Row) -> tuple[Any, ...]:
        when = tuple(_time_place(name, row.by[name]) for name in times)
        texts = tuple((row.by[name] is None, row.by[name] or "") for name in names)
        return (*when, row.value is None, -(row.value or 0), -(row.denominator or 0), texts)

    return sorted(rows, key=place)


def with_empty_buckets(metric: Metric, rows: list[Row], question: Question) -> list[Row]:
    """Return rows with the days, weeks, months or quarters in which nothing happened, when both ends are given."""
    if len(question.by) != 1 or not (question.start and question.end):
        return rows
    dimension = DIMENSIONS[question.by[0]]
    grain = dimension.grain
    if grain is None:
        return rows
    present = {row.by[dimension.name] for row in rows}
    labels = [bucket_label(part.start, grain) for part in Period(question.start, question.end).buckets(grain)]
    missing = [name for name in labels if name not in present] if len(labels) <= _MOST_BUCKETS else []
    return rows + rows_of(metric, {(name,): Cell() for name in missing}, question.by)


def _time_place(name: str, value: str | None) -> tuple[bool, int, str]:
    is_hour = name in ROUNDS and value is not None
    return value is None, int(value or 0) if is_hour else 0, value or ""


def _compare(metric: Metric, rows: list[Row], groups: list[list[float]] | None) -> chance.Compared | None:
    if metric.kind == "rate":
        return chance.compare_rates([(int(row.numerator or 0), int(row.denominator or 0)) for row in rows])
    if metric.kind == "cost":
        return chance.compare_costs([int(r.numerator or 0) for r in rows], [int(r.denominator or 0) for r in rows])
    if metric.kind == "mean" and groups is not None:
        return chance.compare_means(groups)
    return None


def _counted(by: dict[str, str | None], cell: Cell) -> Row:
    return Row(by=by, value=cell.numerator)


def _rate(by: dict[str, str | None], cell: Cell) -> Row:
    part, whole = cell.numerator, cell.denominator
    low: Value = None
    high: Value = None
    if 0 <= part <= whole and whole:
        lows, highs = wilson_bounds([part], [whole])
        low, high = float(lows[0]), float(highs[0])
    return Row(by, part / whole if whole else None, part, whole, low, high)


def _cost(by: dict[str, str | None], cell: Cell) -> Row:
    bounds = ratio_interval(cell.numerator, cell.denominator) if cell.numerator > 0 and cell.denominator >= 0 else None
    value = ratio(cell.numerator, cell.denominator)
    low, high = (_decimal(bounds.low), _decimal(bounds.high)) if bounds else (None, None)
    return Row(by, value, cell.numerator, cell.denominator, low, high)


def _mean(by: dict[str, str | None], cell: Cell) -> Row:
    count = cell.denominator
    value = ratio(cell.numerator, count)
    deviation = None
    if count > 1:
        spread = max(cell.squares - cell.numerator * (cell.numerator / count), 0.0)
        deviation = (spread / (count - 1)) ** 0.5
    bounds = mean_interval_of(count, float(value) if value is not None else None, deviation)
    return Row(by, value, cell.numerator, count, _decimal(bounds.low), _decimal(bounds.high))


def _share_of_money(by: dict[str, str | None], cell: Cell) -> Row:
    return Row(by, ratio(cell.numerator, cell.denominator), cell.numerator, cell.denominator)


def _return(by: dict[str, str | None], cell: Cell) -> Row:
    if not cell.is_known:
        return Row(by, None, None, cell.denominator)
    value = ratio(cell.numerator - cell.denominator, cell.denominator)
    low, high = chance.return_bounds(cell.numerator, cell.squares, cell.denominator) or (None, None)
    return Row(by, value, cell.numerator, cell.denominator, _decimal(low), _decimal(high))


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(float(value)))


_MAKERS: dict[str, Callable[[dict[str, str | None], Cell], Row]] = {
    "count": _counted,
    "money": _counted,
    "rate": _rate,
    "mix": _rate,
    "cost": _cost,
    "mean": _mean,
    "share_of_money": _share_of_money,
    "return": _return,
}
