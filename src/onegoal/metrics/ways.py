"""Ways from one moment to another: how long they take, with those still open counted as open (Kaplan-Meier)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from onegoal.core.statistics import LEVEL
from onegoal.core.survival import SurvivalSummary, durations_differ, time_to_event
from onegoal.metrics import shapes
from onegoal.metrics.answering import Key, ordered
from onegoal.metrics.catalogue import Metric, Way
from onegoal.metrics.dimensions import DIMENSIONS, label
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.frames import frame_table, stage_way
from onegoal.metrics.moments import epoch
from onegoal.metrics.plan import STAGE_NAMES, Source, checked_metric, narrowed
from onegoal.metrics.question import Differs, Question, Row
from onegoal.metrics.results import CurvePoint, Survival
from onegoal.metrics.shapes import Shape
from onegoal.metrics.tables import table

_DAY_SECONDS = 86_400
_NEVER = 2**62
_POINTS = 60
_MOST_COMPARED = 60


@dataclass(frozen=True)
class Ways:
    """The ways of one row: days until the end or until now; `given_up` of those without an end."""

    days: NDArray[np.float64]
    arrived: NDArray[np.bool_]
    given_up: int


def time_rows(question: Question, source: Source, as_of: dt.datetime | None) -> tuple[list[Row], Differs | None]:
    """Return the median of each row with its bounds, and whether the rows differ (log-rank test)."""
    groups = _groups(checked_metric(question), question, source, as_of)
    rows = [_row(question, key, time_to_event(ways.days, ways.arrived)) for key, ways in groups.items()]  # type: ignore[arg-type]
    if not question.by or not 2 <= len(groups) <= _MOST_COMPARED:
        return rows, None
    p = durations_differ([(ways.days, ways.arrived) for ways in groups.values()]).p  # type: ignore[misc]
    return rows, Differs(p=p, beyond_chance=p < 1 - LEVEL)


def curves(question: Question, *, source: Source, as_of: dt.datetime | None = None) -> list[Survival]:
    """Return the curve of each row, in the order of the answer. Raises: QuestionRefused."""
    metric = checked_metric(question)
    if not metric.way:
        raise QuestionRefused("no_curve", metric=metric.title)
    groups = _groups(metric, question, source, as_of)
    summaries = {key: time_to_event(ways.days, ways.arrived) for key, ways in groups.items()}  # type: ignore[arg-type]
    rows = {tuple(_by(question, key).items()): key for key in groups}
    places = ordered([_row(question, key, summary) for key, summary in summaries.items()], question.by)
    keys = [rows[tuple(row.by.items())] for row in places]
    return [_survival(question, key, groups[key], summaries[key]) for key in keys]


def way_table(metric: Metric, question: Question, source: Source) -> ir.Table:
    """Return the frame of a way; between two named stages it depends on the filters. Raises: QuestionRefused."""
    if metric.name != "time_between":
        return frame_table(metric.way.frame)  # type: ignore[union-attr]
    wanted = dict(question.where)
    for name in STAGE_NAMES:
        if not wanted.get(name):
            raise QuestionRefused("filter_missing", metric=metric.title, dimension=name)
    known = {(row["pipeline"], row["name"]) for row in source.run(table("stages")).to_pylist()}
    start, end = str(wanted["from_stage"]), str(wanted["to_stage"])
    for name, value in (("from_stage", start), ("to_stage", end)):
        if value not in {stage for _, stage in known}:
            raise QuestionRefused("value_not_known", dimension=name, value=value)
    both_of_deals = ("deal", start) in known and ("lead", end) not in known
    pipeline = "deal" if ("lead", start) not in known or (both_of_deals and ("deal", end) in known) else "lead"
    return stage_way(pipeline, start, end)


def way_rows(frame: ir.Table, way: Way, shape: Shape, *, arrived: bool) -> ir.Table:
    """Return the records that set out in the days asked for, all or only those that arrived."""
    rows = narrowed(frame, way.start, shape)
    return rows.filter(rows[way.end].notnull()) if arrived else rows


def _moments(frame: ir.Table, way: Way, shape: Shape) -> ir.Table:
    """Return start, end and stop in seconds, beside the dimensions."""
    rows = narrowed(frame, way.start, shape)
    columns = {"start": way.start, "end": way.end} | ({"stop": way.stop} if way.stop else {})
    seconds = {name: epoch(rows[column]).fill_null(_NEVER) for name, column in columns.items()}
    return rows.select(*[f"by_{name}" for name in shape.by], **seconds)


def _groups(metric: Metric, question: Question, source: Source, as_of: dt.datetime | None) -> dict[Key, Ways]:
    way = metric.way
    if way is None:
        raise QuestionRefused("no_curve", metric=metric.title)
    frame = way_table(metric, question, source)
    name = (way, tuple(value for name, value in question.where if name in STAGE_NAMES))
    found = shapes.run(name, partial(_moments, frame, way), question, source)
    keys, places = _keys(found, question)
    days, arrived, stopped, watched = _observed(found, int((as_of or source.latest).timestamp()))
    groups = {}
    for number, key in enumerate(keys):
        mine = watched & (places == number)
        groups[key] = Ways(days[mine], arrived[mine], int((stopped & mine).sum()))
    return groups or ({(): Ways(days, arrived, 0)} if not question.by else {})


def _observed(found: Any, as_of: int) -> tuple[Any, Any, Any, Any]:
    """Return days, whether arrived, whether given up, and whether the start was seen at all, as of a moment."""
    start, end = found["start"].to_numpy(), found["end"].to_numpy()
    stop = found["stop"].to_numpy() if "stop" in found.column_names else np.full(len(start), _NEVER)
    arrived = end <= as_of
    stopped = ~arrived & (stop <= as_of)
    # Who gave up never arrives: to stop watching there would say that they may still do as the others do.
    until = np.where(arrived, end, as_of)
    # An end written before its start (a day without a time) took no time at all.
    return np.maximum(until - start, 0) / _DAY_SECONDS, arrived, stopped, start <= as_of


def _keys(found: Any, question: Question) -> tuple[list[Key], NDArray[np.int64]]:
    """Return the distinct keys and for each record the place of its key."""
    places = np.zeros(found.num_rows, dtype=np.int64)
    if not question.by:
        return ([()] if found.num_rows else []), places
    texts = []
    for name in question.by:
        coded = found[f"by_{name}"].combine_chunks().dictionary_encode(null_encoding="encode")
        values = [label(DIMENSIONS[name], value) for value in coded.dictionary.to_pylist()]
        texts.append(values)
        places = places * max(len(values), 1) + coded.indices.to_numpy(zero_copy_only=False)
    codes, order = np.unique(places, return_inverse=True)
    return [_decoded(int(code), texts) for code in codes], order


def _decoded(code: int, texts: list[list[str | None]]) -> Key:
    key: list[str | None] = []
    for values in reversed(texts):
        code, place = divmod(code, max(len(values), 1))
        key.append(values[place])
    return tuple(reversed(key))


def _by(question: Question, key: Key) -> dict[str, str | None]:
    return dict(zip(question.by, key, strict=True))


def _row(question: Question, key: Key, found: SurvivalSummary) -> Row:
    median = found.median
    return Row(_by(question, key), median.estimate, found.events, found.count, median.low, median.high)


def _survival(question: Question, key: Key, ways: Ways, found: SurvivalSummary) -> Survival:
    kept = np.unique(np.linspace(0, len(found.curve) - 1, min(len(found.curve), _POINTS)).round().astype(int))
    points = tuple(
        CurvePoint(point.day, 1 - point.waiting, 1 - point.high, 1 - point.low)
        for point in (found.curve[place] for place in kept if found.curve)
    )
    return Survival(
        by=_by(question, key), records=found.count, events=found.events,
        open=found.count - found.events - ways.given_up, q25=found.first_quarter.estimate,
        median=found.median.estimate, q75=found.third_quarter.estimate, median_low=found.median.low,
        median_high=found.median.high, points=points,
        arrived_median=float(np.median(ways.days[ways.arrived])) if found.events else None,
        watched_days=float(ways.days.max()) if ways.days.size else 0.0,
    )  # fmt: skip
