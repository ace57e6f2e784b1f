"""Plans: a question becomes one expression for each frame; frames are never joined, so no record multiplies another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from onegoal.core.periods import add_months, next_bucket
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.dimensions import DIMENSIONS, Dimension, with_labels
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.frames import frame_columns
from onegoal.metrics.measures import Measure
from onegoal.metrics.moments import day_starts_at, local_time, offset_changes
from onegoal.metrics.question import Question, Scope

_DAY = dt.timedelta(days=1)
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

    def run(self, expression: ir.Table) -> Any:
        """Return the rows of an expression as an Arrow table."""
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
            if name not in known and name != "currency":
                raise QuestionRefused(code, metric=metric.title, dimension=DIMENSIONS[name].title)
    if len(set(question.by)) < len(question.by):
        raise QuestionRefused("dimension_twice", dimension=next(n for n in question.by if question.by.count(n) > 1))
    if len(question.by) > MOST_DIMENSIONS:
        raise QuestionRefused("too_many_dimensions", limit=str(MOST_DIMENSIONS))


def _narrowed(frame: str, scope: Scope) -> bool:
    """Whether a scope of sellers or teams leaves out rows of this frame; costs and touches belong to no seller."""
    columns = frame_columns(frame)
    by_seller = scope.seller_ids is not None and "seller_id" in columns
    return by_seller or (scope.team_ids is not None and "team_id" in columns)


def narrowed(frame: ir.Table, moment: str, question: Question, source: Source, extra: Sequence[str] = ()) -> ir.Table:
    """Return the rows a question is about, with a column `by_<name>` for each of its dimensions and of `extra`."""
    filters = [(DIMENSIONS[name], value) for name, value in question.where if name in DIMENSIONS]
    frame = _in_scope(_in_days(frame, moment, question.start, question.end, source), question.scope)
    for dimension, value in filters:
        if dimension.time and dimension.time != "hour_of_week":
            frame = _in_days(frame, moment, *_bucket(dimension, value), source)
    shown = [DIMENSIONS[name] for name in dict.fromkeys((*question.by, *extra))]
    compared = [d for d, _ in filters if not d.time or d.time == "hour_of_week"]
    labelled = with_labels(frame, list(dict.fromkeys([*shown, *compared])), _clock(moment, source))
    for dimension, value in filters:
        if dimension in compared:
            labelled = labelled.filter(_equals(labelled[f"by_{dimension.name}"], value))
    return labelled


def aggregated(frame: ir.Table, measures: Sequence[Measure], question: Question, source: Source) -> ir.Table:
    """Return one row for each combination of dimension values (and currency, where money is summed)."""
    extra = ("currency",) if any(measure.is_money for measure in measures) else ()
    rows = narrowed(frame, measures[0].moment, question, source, extra)
    figures = {measure.name: measure.of(rows) for measure in measures}
    figures |= {f"{measure.name}_squares": measure.squares_of(rows) for measure in measures if measure.squares}
    keys = [f"by_{name}" for name in dict.fromkeys((*question.by, *extra))]
    return rows.group_by(keys).agg(**figures) if keys else rows.agg(**figures)


def _clock(moment: str, source: Source) -> Callable[[ir.Table], Any]:
    def read(frame: ir.Table) -> Any:
        column = frame[moment]
        if column.type().is_date():
            return column
        return local_time(column, offset_changes(source.zone, *source.years))  # type: ignore[arg-type]

    return read


def _in_days(frame: ir.Table, moment: str, start: dt.date | None, end: dt.date | None, source: Source) -> ir.Table:
    if not moment:
        return frame
    column: Any = frame[moment]
    conditions = [column.notnull()]
    is_day = column.type().is_date()
    if start:
        conditions.append(column >= ibis.literal(start if is_day else day_starts_at(start, source.zone)))
    if end:
        after = end + _DAY
        conditions.append(column < ibis.literal(after if is_day else day_starts_at(after, source.zone)))
    return frame.filter(conditions)


def _in_scope(frame: ir.Table, scope: Scope) -> ir.Table:
    limits = {"seller_id": scope.seller_ids, "team_id": scope.team_ids, "project_id": scope.project_ids}
    for column, allowed in limits.items():
        if allowed is not None and column in frame.columns:
            frame = frame.filter(frame[column].isin(sorted(allowed)) if allowed else ibis.literal(value=False))
    return frame


def _equals(column: Any, value: str | None) -> ir.BooleanValue:
    if value is None or value == "":
        return column.isnull()
    return column == (int(value) if column.type().is_integer() and value.isdigit() else value)


def _bucket(dimension: Dimension, value: str | None) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a bucket by its label."""
    try:
        start = _bucket_start(dimension.time, value or "")
    except ValueError:
        raise QuestionRefused("value_not_known", dimension=dimension.title, value=value or "") from None
    return start, next_bucket(start, dimension.time) - _DAY  # type: ignore[arg-type]


def _bucket_start(time: str, text: str) -> dt.date:
    if time == "week":
        year, week = text.split("-W")
        return dt.date.fromisocalendar(int(year), int(week), 1)
    if time == "quarter":
        year, quarter = text.split("-Q")
        return add_months(dt.date(int(year), 1, 1), 3 * (int(quarter) - 1))
    return dt.date.fromisoformat(text if time == "day" else f"{text}-01")
