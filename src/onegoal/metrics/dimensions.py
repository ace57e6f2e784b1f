"""Dimensions: what figures can be cut and filtered by, each declared once with how to reach it from a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import ibis
import ibis.expr.types as ir

from onegoal.core.periods import Grain, bucket_label
from onegoal.metrics.errors import gettext_noop
from onegoal.metrics.moments import month_number
from onegoal.metrics.tables import table

Time = Literal["", "day", "week", "month", "quarter", "weekday", "hour_of_week", "hour_of_day"]
ROUNDS: dict[str, int] = {"weekday": 7, "hour_of_week": 168, "hour_of_day": 24}
"""Dimensions that come round again, and how many days or hours each counts."""


@dataclass(frozen=True)
class Dimension:
    """One way to cut figures. A frame knows it when it has `column`; `lookup` is the (table, key, label) that names it."""

    name: str
    title: str
    column: str
    lookup: tuple[str, str, str] | None = None
    time: Time = ""

    @property
    def grain(self) -> Grain | None:
        """The grain of a dimension that follows the calendar, None for others and for days and hours that come round again."""
        return None if not self.time or self.time in ROUNDS else cast("Grain", self.time)

    @property
    def is_ordered(self) -> bool:
        """Whether its values have an order of their own."""
        return bool(self.time)


def _of_origin(name: str, title: str) -> Dimension:
    return Dimension(name, title, "origin_id", ("origins", "origin_id", name))


_ALL = (
    _of_origin("channel", gettext_noop("channel")),
    _of_origin("source", gettext_noop("source")),
    _of_origin("medium", gettext_noop("medium")),
    _of_origin("campaign", gettext_noop("campaign")),
    _of_origin("creative", gettext_noop("creative")),
    _of_origin("keyword", gettext_noop("keyword")),
    _of_origin("landing_page", gettext_noop("landing page")),
    Dimension("project", gettext_noop("project"), "project_id", ("projects", "id", "name")),
    Dimension("product_type", gettext_noop("product type"), "product_type"),
    Dimension("request_type", gettext_noop("request type"), "request_type"),
    Dimension("seller", gettext_noop("sales manager"), "seller_id", ("colleagues", "id", "name")),
    Dimension("team", gettext_noop("team"), "team_id", ("teams", "id", "name")),
    Dimension("agency", gettext_noop("agency"), "agency_id", ("agencies", "id", "name")),
    Dimension("region", gettext_noop("region"), "region"),
    Dimension("segment", gettext_noop("segment"), "segment"),
    Dimension("reason", gettext_noop("reason"), "reason"),
    Dimension("clause", gettext_noop("clause"), "clause"),
    Dimension("contradiction", gettext_noop("contradiction"), "contradiction"),
    Dimension("objection", gettext_noop("objection"), "objection_id", ("objections", "id", "name")),
    Dimension("quality", gettext_noop("quality of the lead"), "quality"),
    Dimension("script_step", gettext_noop("step of the script"), "step"),
    Dimension("question", gettext_noop("question"), "question"),
    Dimension("scorecard", gettext_noop("scorecard"), "scorecard"),
    Dimension("reviewer", gettext_noop("reviewer"), "reviewer_id", ("colleagues", "id", "name")),
    Dimension("score_band", gettext_noop("score, in tens of per cent"), "score_band"),
    Dimension("field", gettext_noop("field of the card"), "field"),
    Dimension("card", gettext_noop("card"), "card"),
    Dimension("stage", gettext_noop("stage"), "stage_id", ("stages", "id", "name")),
    Dimension("touch_kind", gettext_noop("kind of touch"), "touch_kind"),
    Dimension("status", gettext_noop("status"), "status"),
    Dimension("currency", gettext_noop("currency"), "currency"),
    Dimension("day", gettext_noop("day"), "", time="day"),
    Dimension("week", gettext_noop("week"), "", time="week"),
    Dimension("month", gettext_noop("month"), "", time="month"),
    Dimension("quarter", gettext_noop("quarter"), "", time="quarter"),
    Dimension("weekday", gettext_noop("day of the week"), "", time="weekday"),
    Dimension("hour_of_week", gettext_noop("hour of the week"), "", time="hour_of_week"),
    Dimension("hour_of_day", gettext_noop("hour of the day"), "", time="hour_of_day"),
)
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
TIMES = tuple(name for name, dimension in DIMENSIONS.items() if dimension.time)

_EPOCH = dt.date(1970, 1, 1)
_MONDAY = 3  # 1 January 1970 was a Thursday


def time_value(clock: Any, time: str, *, is_day: bool) -> Any:
    """Return the number of the bucket that a reading of the clock (or a number of days) falls into.

    A day since 1970, the day a week begins on, year * 12 + month - 1, year * 4 + quarter - 1, the day 0 to 6 from
    Monday, the hour 0 to 167 from Monday midnight, or the hour 0 to 23.
    """
    day = clock if is_day else clock // 86_400
    # Far enough in the past to be a Monday midnight before any clock reading, so that no remainder is negative.
    if time == "weekday":
        return (day + _MONDAY + ROUNDS["weekday"] * 1_000_000) % ROUNDS["weekday"]
    if time in ROUNDS:
        return (clock // 3_600 + _MONDAY * 24 + ROUNDS["hour_of_week"] * 1_000_000) % ROUNDS[time]
    if time == "week":
        return (day + _MONDAY) // 7 * 7 - _MONDAY
    if time == "day":
        return day
    return month_number(day) if time == "month" else month_number(day) // 3


def bucket_day(number: int, time: str) -> dt.date:
    """Return the first day of a bucket by its number."""
    if time in {"month", "quarter"}:
        year, month = divmod(number if time == "month" else number * 3, 12)
        return dt.date(year, month + 1, 1)
    return _EPOCH + dt.timedelta(days=number)


def label(dimension: Dimension, raw: Any) -> str | None:
    """Return a value as answers write it: text, or None where the records say nothing."""
    if raw is None:
        return None
    if grain := dimension.grain:
        return bucket_label(bucket_day(raw, grain), grain)
    return str(raw)


def with_labels(
    frame: ir.Table, dimensions: list[Dimension], clock: Callable[[ir.Table], tuple[Any, bool]]
) -> ir.Table:
    """Return the frame with one column `by_<name>` for each dimension; no join adds or drops a row.

    `clock` reads a frame's moment: seconds on the company's clock, or (True) a number of days.
    """
    for lookup in dict.fromkeys(d.lookup[:2] for d in dimensions if d.lookup):
        frame = _joined(frame, *lookup, [d for d in dimensions if d.lookup and d.lookup[:2] == lookup])
    own = {f"by_{d.name}": frame[d.column] for d in dimensions if not d.lookup and not d.time}
    reading, is_day = clock(frame) if any(d.time for d in dimensions) else (None, False)
    times = {f"by_{d.name}": time_value(reading, d.time, is_day=is_day) for d in dimensions if d.time}
    return frame.mutate(**own, **times) if own or times else frame


def with_codes(frame: ir.Table, dimensions: list[Dimension]) -> ir.Table:
    """Return the frame with a number in the place of each label that a small table gives: the least key that has it.

    Numbers group millions of rows in half the time of text; `with_names` puts the labels back.
    """
    for dimension in dimensions:
        if dimension.lookup:
            codes = _codes(dimension.lookup)
            frame = frame.left_join(codes, frame[dimension.column] == codes.coded_key).drop("coded_key", "label")
            frame = frame.rename({f"by_{dimension.name}": "code"})
    return frame


def with_names(frame: ir.Table, dimensions: list[Dimension]) -> ir.Table:
    """Return the frame with the labels of its codes in the columns `by_<name>`."""
    for dimension in dimensions:
        if dimension.lookup:
            column = f"by_{dimension.name}"
            codes = _codes(dimension.lookup)
            named = codes.filter(codes.coded_key == codes.code).select("coded_key", "label")
            frame = frame.left_join(named, frame[column] == named.coded_key).drop("coded_key", column)
            frame = frame.rename({column: "label"})
    return frame


def _codes(lookup: tuple[str, str, str]) -> ir.Table:
    name, key, label = lookup
    labels = table(name).select(coded_key=key, label=label)
    least = labels.coded_key.min().over(group_by=labels.label)
    return labels.mutate(code=ibis.cases((labels.label.notnull(), least)))


def _joined(frame: ir.Table, name: str, key: str, dimensions: list[Dimension]) -> ir.Table:
    labels = table(name)
    # Several dimensions of one small table are reached by one join, each table by the column that names it.
    for column in dict.fromkeys(d.column for d in dimensions):
        wanted = {f"by_{d.name}": labels[d.lookup[2]] for d in dimensions if d.lookup and d.column == column}
        names = labels.select(**{f"key_{name}": labels[key]}, **wanted)
        frame = frame.left_join(names, frame[column] == names[f"key_{name}"]).drop(f"key_{name}")
    return frame
