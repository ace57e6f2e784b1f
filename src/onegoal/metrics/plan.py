"""Plans: a question becomes one expression for each frame; frames are never joined, so no record multiplies another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.dimensions import DIMENSIONS, ROUNDS, Dimension, with_codes, with_labels, with_names
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.frames import FRAMES, frame_columns
from onegoal.metrics.measures import Measure
from onegoal.metrics.moments import days_since_1970, local_seconds, offset_changes
from onegoal.metrics.question import Question, Scope
from onegoal.metrics.shapes import Filter, Shape, Values, bound, slots

MOST_DIMENSIONS = 4
STAGE_NAMES = ("from_stage", "to_stage")


class Source(Protocol):
    """One consistent version of the facts, in an engine that runs expressions."""

    @property
    def version(self) -> str: ...
    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def currency(self) -> str: ...
    @property
    def years(self) -> tuple[int, int]:
        """The first and last year in which anything happens."""
        ...

    @property
    def latest(self) -> dt.datetime:
        """The latest moment in the data."""
        ...

    def run(self, expression: ir.Table, values: Values = ...) -> Any:
        """Return the rows of an expression, with `values` in its slots, as an Arrow table."""
        ...


def checked_metric(question: Question) -> Metric:
    """Return the metric of a question that can be answered. Raises: QuestionRefused."""
    metric = METRICS.get(question.metric)
    if metric is None:
        raise QuestionRefused("metric_unknown", metric=question.metric)
    _check_dimensions(metric, question)
    if question.start and question.end and question.end < question.start:
        raise QuestionRefused("period_reversed")
    if len(metric.frames) > 1 and len({_narrowed(frame, question.scope) for frame in metric.frames}) > 1:
        raise QuestionRefused("scope_splits_ratio", metric=metric.title)
    return metric


def _check_dimensions(metric: Metric, question: Question) -> None:
    known = metric.dimensions
    filters = [name for name, _ in question.where if not (metric.name == "time_between" and name in STAGE_NAMES)]
    for names, code in ((question.by, "dimension_not_known"), (filters, "filter_not_known")):
        for name in names:
            if name not in DIMENSIONS:
                raise QuestionRefused("dimension_unknown", dimension=name)
            if name not in known and not (names is filters and _has_money(metric, name)):
                raise QuestionRefused(code, metric=metric.title, dimension=DIMENSIONS[name].title)
    if len(set(question.by)) < len(question.by):
        raise QuestionRefused("dimension_twice", dimension=next(n for n in question.by if question.by.count(n) > 1))
    if len(question.by) > MOST_DIMENSIONS:
        raise QuestionRefused("too_many_dimensions", limit=str(MOST_DIMENSIONS))


def _has_money(metric: Metric, name: str) -> bool:
    """Whether a filter by currency narrows the money of a ratio whose other side has none."""
    return name == "currency" and any("currency" in frame_columns(frame) for frame in metric.frames)


def _narrowed(frame: str, scope: Scope) -> bool:
    """Whether a scope of sellers or teams leaves out rows of this frame; costs and touches belong to no seller."""
    columns = frame_columns(frame)
    by_seller = scope.seller_ids is not None and "seller_id" in columns
    return by_seller or (scope.team_ids is not None and "team_id" in columns)


def _counted_twice(frame: ir.Table, measure: Measure, shape: Shape) -> ir.Table:
    """Count a long table by its own numbers first, so that names are joined to thousands of rows and not to millions."""
    timed = [DIMENSIONS[name] for name in shape.by if DIMENSIONS[name].time]
    hours = [DIMENSIONS[one.dimension] for one in shape.filters if DIMENSIONS[one.dimension].time in ROUNDS]
    named = [
        DIMENSIONS[name] for name in (*shape.by, *(one.dimension for one in shape.filters)) if not DIMENSIONS[name].time
    ]
    rows = _in_scope(_in_days(frame, measure.moment, shape), shape.scope)
    rows = with_labels(rows, list(dict.fromkeys([*timed, *hours])), _clock(measure.moment, shape))
    own = dict.fromkeys([*(f"by_{one.name}" for one in (*timed, *hours)), *(one.column for one in named)])
    counted = rows.group_by(list(own)).agg(part=rows.count()) if own else rows.agg(part=rows.count())
    labelled = with_labels(counted, list(dict.fromkeys(named)), _clock(measure.moment, shape))
    for one in _compared(shape):
        labelled = labelled.filter(_equals(labelled[f"by_{one.dimension}"], one))
    keys = [f"by_{name}" for name in shape.by]
    total = {measure.name: labelled.part.sum().fill_null(0)}
    return labelled.group_by(keys).agg(**total) if keys else labelled.agg(**total)


def narrowed(
    frame: ir.Table, moment: str, shape: Shape, extra: Sequence[str] = (), coded: Sequence[Dimension] = ()
) -> ir.Table:
    """Return the rows a question is about, with a column `by_<name>` for each of its dimensions and of `extra`.

    Those of the dimensions `coded` hold numbers that `with_names` turns into labels.
    """
    frame = _in_scope(_in_days(frame, moment, shape), shape.scope)
    shown = [DIMENSIONS[name] for name in dict.fromkeys((*shape.by, *extra))]
    compared = _compared(shape)
    wanted = dict.fromkeys([*shown, *(DIMENSIONS[one.dimension] for one in compared)])
    labelled = with_labels(frame, [one for one in wanted if one not in coded], _clock(moment, shape))
    labelled = with_codes(labelled, list(coded))
    for one in compared:
        labelled = labelled.filter(_equals(labelled[f"by_{one.dimension}"], one))
    return labelled


def once_each(rows: ir.Table, measures: Sequence[Measure], by: Sequence[str]) -> ir.Table:
    """Return one row for each thing that is counted once in each cell, with the moment it was first seen there."""
    measure = measures[0]
    rows = rows.filter(rows[measure.distinct].notnull())
    first = rows.group_by([*(f"by_{name}" for name in by), measure.distinct]).agg(first=rows[measure.moment].min())
    for meet in dict.fromkeys(measure.meet for measure in measures if measure.meet):
        first = meet(first)
    return first


def aggregated(frame: ir.Table, measures: Sequence[Measure], shape: Shape) -> ir.Table:
    """Return one row for each combination of dimension values (and currency, where money is summed)."""
    if len(measures) == 1 and measures[0].is_plain_count and FRAMES[measures[0].frame].is_long:
        return _counted_twice(frame, measures[0], shape)
    extra = ("currency",) if any(measure.is_money for measure in measures) else ()
    coded = _coded(shape) if measures[0].distinct else []
    rows = narrowed(frame, measures[0].moment, shape, extra, coded)
    if measures[0].distinct:
        rows = once_each(rows, measures, shape.by)
    figures = {measure.name: measure.of(rows) for measure in measures}
    figures |= {f"{measure.name}_squares": measure.squares_of(rows) for measure in measures if measure.squares}
    keys = [f"by_{name}" for name in dict.fromkeys((*shape.by, *extra))]
    return with_names(rows.group_by(keys).agg(**figures), coded) if keys else rows.agg(**figures)


def _coded(shape: Shape) -> list[Dimension]:
    """Return the dimensions that are grouped by numbers while things are counted once: those no filter compares."""
    compared = {one.dimension for one in shape.filters}
    return [DIMENSIONS[name] for name in shape.by if DIMENSIONS[name].lookup and name not in compared]


def _clock(moment: str, shape: Shape) -> Callable[[ir.Table], tuple[Any, bool]]:
    def read(frame: ir.Table) -> tuple[Any, bool]:
        column = frame[moment]
        if column.type().is_date():
            return days_since_1970(column), True
        return local_seconds(column, offset_changes(shape.zone, *shape.years)), False

    return read


def _compared(shape: Shape) -> list[Filter]:
    """Return the filters that compare a value; those by day, week, month or quarter bound the moment instead."""
    return [one for one in shape.filters if not _is_calendar(DIMENSIONS[one.dimension])]


def _is_calendar(dimension: Dimension) -> bool:
    return dimension.grain is not None


def _in_days(frame: ir.Table, moment: str, shape: Shape) -> ir.Table:
    """Keep what happened in the days asked for, and in those that filters by day, week, month or quarter name."""
    if not moment:
        return frame
    column: Any = frame[moment]
    conditions = [column.notnull()]
    conditions += [bound(0, column, is_end=False)] if shape.has_start else []
    conditions += [bound(0, column, is_end=True)] if shape.has_end else []
    for one in shape.filters:
        if _is_calendar(DIMENSIONS[one.dimension]) and one.slot is not None:
            conditions += [bound(one.slot, column, is_end=False), bound(one.slot, column, is_end=True)]
    return frame.filter(conditions)


def _in_scope(frame: ir.Table, scope: Scope) -> ir.Table:
    limits = {"seller_id": scope.seller_ids, "team_id": scope.team_ids, "project_id": scope.project_ids}
    for column, allowed in limits.items():
        if allowed is not None and column in frame.columns:
            frame = frame.filter(frame[column].isin(sorted(allowed)) if allowed else ibis.literal(value=False))
    return frame


def _equals(column: Any, wanted: Filter) -> ir.BooleanValue:
    if wanted.slot is None:
        return column.isnull()
    return column == slots()[f"{'i' if column.type().is_integer() else 's'}{wanted.slot}"]
