"""Dimensions: what figures can be cut and filtered by, each declared once with how to reach it from a frame."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import ibis.expr.types as ir

from onegoal.core.periods import bucket_label
from onegoal.metrics.errors import gettext_noop
from onegoal.metrics.tables import table

Time = Literal["", "day", "week", "month", "quarter", "hour_of_week"]


@dataclass(frozen=True)
class Dimension:
    """One way to cut figures. A frame knows it when it has `column`; `lookup` is the (table, key, label) that names it."""

    name: str
    title: str
    column: str
    lookup: tuple[str, str, str] | None = None
    time: Time = ""

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
    Dimension("stage", gettext_noop("stage"), "stage_id", ("stages", "id", "name")),
    Dimension("touch_kind", gettext_noop("kind of touch"), "touch_kind"),
    Dimension("status", gettext_noop("status"), "status"),
    Dimension("currency", gettext_noop("currency"), "currency"),
    Dimension("day", gettext_noop("day"), "", time="day"),
    Dimension("week", gettext_noop("week"), "", time="week"),
    Dimension("month", gettext_noop("month"), "", time="month"),
    Dimension("quarter", gettext_noop("quarter"), "", time="quarter"),
    Dimension("hour_of_week", gettext_noop("hour of the week"), "", time="hour_of_week"),
)
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
TIMES = tuple(name for name, dimension in DIMENSIONS.items() if dimension.time)

_TRUNCATE = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}


def time_value(reading: Any, time: str) -> ir.Value:
    """Return the day a bucket begins on, or the hour 0 to 167 from Monday midnight, of a clock reading or a day."""
    if time == "hour_of_week":
        return (reading.day_of_week.index().cast("int64") * 24 + reading.hour().cast("int64")).cast("int64")
    start = reading.truncate(_TRUNCATE[time])  # type: ignore[arg-type]
    return start if start.type().is_date() else start.date()


def label(dimension: Dimension, raw: Any) -> str | None:
    """Return a value as answers write it: text, or None where the records say nothing."""
    if raw is None:
        return None
    if isinstance(raw, dt.date) and dimension.time in _TRUNCATE:
        return bucket_label(raw, dimension.time)  # type: ignore[arg-type]
    return str(raw)


def with_labels(frame: ir.Table, dimensions: list[Dimension], clock: Callable[[ir.Table], Any]) -> ir.Table:
    """Return the frame with one column `by_<name>` for each dimension; no join adds or drops a row."""
    for lookup in dict.fromkeys(d.lookup[:2] for d in dimensions if d.lookup):
        frame = _joined(frame, *lookup, [d for d in dimensions if d.lookup and d.lookup[:2] == lookup])
    own = {f"by_{d.name}": frame[d.column] for d in dimensions if not d.lookup and not d.time}
    times = {f"by_{d.name}": time_value(clock(frame), d.time) for d in dimensions if d.time}
    return frame.mutate(**own, **times) if own or times else frame


def _joined(frame: ir.Table, name: str, key: str, dimensions: list[Dimension]) -> ir.Table:
    labels = table(name)
    # Several dimensions of one small table are reached by one join, each table by the column that names it.
    for column in dict.fromkeys(d.column for d in dimensions):
        wanted = {f"by_{d.name}": labels[d.lookup[2]] for d in dimensions if d.lookup and d.column == column}
        names = labels.select(**{f"key_{name}": labels[key]}, **wanted)
        frame = frame.left_join(names, frame[column] == names[f"key_{name}"]).drop(f"key_{name}")
    return frame
