"""Shapes: what questions have in common when their days and filter values are left open, so that each is planned once.

An expression of a shape holds slots: literals that cannot occur in data, in whose place an engine puts the values.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from onegoal.core.periods import add_months, next_bucket
from onegoal.metrics.dimensions import DIMENSIONS, ROUNDS, Dimension
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.moments import day_starts_at
from onegoal.metrics.question import Question, Scope

if TYPE_CHECKING:
    from onegoal.metrics.plan import Source

_DAY = dt.timedelta(days=1)
_MOST_EXPRESSIONS = 500

Values = Mapping[str, Any]
"""What goes into the slots, by their names."""


@dataclass(frozen=True)
class Filter:
    """A filter by one dimension: `slot` numbers the value, None looks for records that do not say it."""

    dimension: str
    slot: int | None


@dataclass(frozen=True)
class Shape:
    """A question without its days and values."""

    by: tuple[str, ...]
    has_start: bool
    has_end: bool
    filters: tuple[Filter, ...]
    scope: Scope
    zone: ZoneInfo
    years: tuple[int, int]


def shape_of(question: Question, source: Source) -> tuple[Shape, Values]:
    """Return the shape of a question and what its slots hold. Raises: QuestionRefused for a day that is none."""
    values = _bounds(0, question.start, question.end, source.zone)
    filters = []
    for number, (name, value) in enumerate((pair for pair in question.where if pair[0] in DIMENSIONS), start=1):
        dimension = DIMENSIONS[name]
        if not value:
            filters.append(Filter(name, None))
            continue
        filters.append(Filter(name, number))
        if dimension.time in ROUNDS:
            values[f"i{number}"] = _hour(dimension, value)
        elif dimension.time:
            values |= _bounds(number, *_bucket(dimension, value), source.zone)
        else:
            values[f"s{number}"] = value
    shape = Shape(
        question.by, question.start is not None, question.end is not None, tuple(filters), question.scope,
        source.zone, source.years,
    )  # fmt: skip
    return shape, values


def _bounds(number: int, start: dt.date | None, end: dt.date | None, zone: ZoneInfo) -> dict[str, Any]:
    """Return the bounds as moments and as days; the end is the day or moment after the last."""
    days = {f"d{2 * number}": start, f"d{2 * number + 1}": end + _DAY if end else None}
    known = {name: day for name, day in days.items() if day is not None}
    moments = {f"m{name[1:]}": day_starts_at(day, zone) for name, day in known.items()}
    return known | moments | {f"e{name[1:]}": int(moment.timestamp()) for name, moment in moments.items()}


def bound(number: int, column: Any, *, is_end: bool) -> ir.BooleanValue:
    """Return the condition that a moment or day is not before the start, or before the end, in slots of `number`."""
    place = 2 * number + is_end
    kind = "d" if column.type().is_date() else "e" if column.type().is_integer() else "m"
    slot = slots()[f"{kind}{place}"]
    return column < slot if is_end else column >= slot


_MOST_SLOTS = 20


def slots() -> dict[str, ir.Scalar]:
    """Return every slot by its name: m for moments, e for their seconds, d for days, s for text, i for numbers."""
    return _SLOTS


def _made() -> dict[str, ir.Scalar]:
    made: dict[str, ir.Scalar] = {}
    for number in range(_MOST_SLOTS):
        day = dt.date(1000, 1, 1) + number * _DAY
        made[f"m{number}"] = ibis.literal(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))
        made[f"e{number}"] = ibis.literal(-(8_000_000_000_000 + number), type="int64")
        made[f"d{number}"] = ibis.literal(day)
        made[f"s{number}"] = ibis.literal(f"\ue000{number}\ue000")
        made[f"i{number}"] = ibis.literal(-(7_000_000_000_000 + number), type="int64")
    return made


_SLOTS = _made()


def _hour(dimension: Dimension, value: str) -> int:
    if not value.isdecimal() or int(value) >= ROUNDS[dimension.time]:
        raise QuestionRefused("value_not_known", dimension=dimension.title, value=value)
    return int(value)


def _bucket(dimension: Dimension, value: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a bucket by its label."""
    try:
        start = _bucket_start(dimension.time, value)
    except ValueError:
        raise QuestionRefused("value_not_known", dimension=dimension.title, value=value) from None
    return start, next_bucket(start, dimension.time) - _DAY  # type: ignore[arg-type]


def _bucket_start(time: str, text: str) -> dt.date:
    if time == "week":
        year, week = text.split("-W")
        return dt.date.fromisocalendar(int(year), int(week), 1)
    if time == "quarter":
        year, quarter = text.split("-Q")
        return add_months(dt.date(int(year), 1, 1), 3 * (int(quarter) - 1))
    return dt.date.fromisoformat(text if time == "day" else f"{text}-01")


class _Expressions:
    """The latest expressions by what they were built for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, ir.Table] = OrderedDict()
        self._guard = threading.Lock()

    def get(self, key: Hashable, build: Callable[[], ir.Table]) -> ir.Table:
        with self._guard:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        expression = build()
        with self._guard:
            self._kept[key] = expression
            if len(self._kept) > _MOST_EXPRESSIONS:
                self._kept.popitem(last=False)
        return expression


_expressions = _Expressions()


def run(name: Hashable, build: Callable[[Shape], ir.Table], question: Question, source: Source) -> Any:
    """Return the rows of the expression that `build` makes of a question's shape; `name` says which one it is."""
    shape, values = shape_of(question, source)
    expression = _expressions.get((name, shape), lambda: build(shape))
    return source.run(expression, values)
