"""Questions asked of a source of facts: figures, and the records behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from onegoal.metrics import shapes
from onegoal.metrics.answering import Cell, Key, compared, ordered, rows_of, with_empty_buckets
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.cohorts import cohort_answer, cohorts
from onegoal.metrics.dimensions import DIMENSIONS, label
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.frames import FRAMES, frame_table
from onegoal.metrics.measures import MEASURES, Measure
from onegoal.metrics.plan import Source, aggregated, checked_metric, narrowed, once_each
from onegoal.metrics.question import Answer, Differs, Question, Row
from onegoal.metrics.results import MemberList
from onegoal.metrics.shapes import Shape, shape_of
from onegoal.metrics.tables import COLUMNS, table
from onegoal.metrics.ways import curves, time_rows, way_rows, way_table

__all__ = ["answer", "cohorts", "counted_together", "members", "survival", "values_of"]

survival = curves
Together = Mapping[Hashable, tuple[str, ...]]
"""The measures to count in one query, by what their rows have in common."""
ALONE: Together = {}


def answer(
    question: Question, *, source: Source, as_of: dt.datetime | None = None, together: Together = ALONE,
    compares: bool = True,
) -> Answer:  # fmt: skip
    """Answer one question, counting along what `together` says others need; `compares` holds rows against each other.

    Raises: QuestionRefused.
    """
    metric = checked_metric(question)
    if metric.kind == "time":
        rows, differs = time_rows(question, source, as_of)
        return _answer(metric, question, source, "", ordered(rows, question.by), differs)
    if metric.kind == "cohort":
        return cohort_answer(metric, question, source, as_of)
    question = _with_mixed(metric, question)
    names, currency, cells = _cells(metric, question, source, together)
    rows = with_empty_buckets(metric, rows_of(metric, cells, names), replace(question, by=names))
    rows = ordered(rows, names)
    differs = None
    if compares and names and len(rows) > 1:
        rows, differs = compared(metric, rows, _values(metric, rows, question, source))
    return _answer(metric, question, source, currency, rows, differs)


def counted_together(questions: Iterable[Question]) -> Together:
    """Return what to count in one query: all measures that questions need of the same rows, cut the same way."""
    found: dict[Hashable, dict[str, None]] = {}
    for question in questions:
        metric = METRICS.get(question.metric)
        if metric and metric.kind not in {"time", "cohort"}:
            asked = _with_mixed(metric, question)
            for frame, measures in _parts(metric):
                found.setdefault(_rows_key(frame, measures, asked), {}).update(dict.fromkeys(m.name for m in measures))
    return {key: tuple(names) for key, names in found.items()}


def _with_mixed(metric: Metric, question: Question) -> Question:
    """A mix is a share of each value of a dimension, whether or not it is cut by it."""
    if metric.mixed and metric.mixed not in question.by:
        return replace(question, by=(*question.by, metric.mixed))
    return question


def _parts(metric: Metric) -> list[tuple[str, list[Measure]]]:
    """Return (frame, measures) for each frame and moment that a metric is counted from."""
    parts: dict[tuple[str, str], dict[str, Measure]] = {}
    for measure in (*metric.measures, *(MEASURES[name] for name in metric.known)):
        parts.setdefault((measure.frame, measure.moment), {})[measure.name] = measure
    return [(frame, list(measures.values())) for (frame, _), measures in parts.items()]


def _rows_key(frame: str, measures: list[Measure], question: Question) -> Hashable:
    """Return what measures must share to be counted in one query: rows, days, filters, cuts, and how they are grouped."""
    has_money = any(measure.is_money for measure in measures)
    first = measures[0]
    own = (frame, first.moment, has_money, first.distinct, first.meet, first.is_plain_count and FRAMES[frame].is_long)
    return (*own, question.by, question.start, question.end, question.where, question.scope)


def _answer(
    metric: Metric, question: Question, source: Source, currency: str, rows: list[Row], differs: Differs | None
) -> Answer:
    return Answer(question, metric.unit, currency, tuple(rows), differs, source.version)


def _cells(
    metric: Metric, question: Question, source: Source, together: Together
) -> tuple[tuple[str, ...], str, dict[Key, Cell]]:
    """Return the dimensions of the keys (with `currency` when there are several), the one currency, and the cells."""
    counted = _counted(metric, question, source, together)
    currencies = sorted({currency for (_, currency), _ in counted if currency})
    several = len(currencies) > 1 and "currency" not in question.by
    if several and metric.kind in {"cost", "return"}:
        raise QuestionRefused("several_currencies", currencies=", ".join(currencies))
    merged: dict[Key, dict[str, Any]] = {}
    for (key, currency), figures in counted:
        merged.setdefault((*key, currency or None) if several else key, {}).update(figures)
    cells = {key: _cell(metric, figures) for key, figures in merged.items()}
    if metric.kind == "mix":
        cells = _mixed(cells, question.by.index(metric.mixed))
    if not question.by and not cells:
        cells[()] = Cell()
    names = (*question.by, "currency") if several else question.by
    return names, _one_currency(metric, currencies, source), cells


def _one_currency(metric: Metric, currencies: list[str], source: Source) -> str:
    """Return the currency of all amounts; empty for figures without money and for several currencies."""
    if not any(measure.is_money for measure in metric.measures) or len(currencies) > 1:
        return ""
    return currencies[0] if currencies else source.currency


def _counted(
    metric: Metric, question: Question, source: Source, together: Together
) -> list[tuple[tuple[Key, str], dict[str, Any]]]:
    """Return ((dimension values, currency), figures by measure), one query for each frame and moment."""
    found = []
    for frame, measures in _parts(metric):
        own = tuple(measure.name for measure in measures)
        parts = together.get(_rows_key(frame, measures, question), own)
        asked = _without_foreign_currency(question, frame)
        wanted = {*own, *(f"{name}_squares" for name in own)}
        for record in shapes.run((frame, parts), partial(_aggregated, frame, parts), asked, source).to_pylist():
            key = tuple(label(DIMENSIONS[name], record.get(f"by_{name}")) for name in question.by)
            figures = {name: value for name, value in record.items() if name in wanted}
            has_money = any(measure.is_money for measure in measures)
            if question.by or any(figures.values()):
                found.append(((key, (record.get("by_currency") or "") if has_money else ""), figures))
    return found


def _aggregated(frame: str, names: tuple[str, ...], shape: Shape) -> ir.Table:
    return aggregated(frame_table(frame), [MEASURES[name] for name in names], shape)


def _without_foreign_currency(question: Question, frame: str) -> Question:
    """A count has no currency: a filter by it narrows only the money it is compared with."""
    if "currency" in frame_table(frame).columns:
        return question
    return replace(question, where=tuple(pair for pair in question.where if pair[0] != "currency"))


def _cell(metric: Metric, figures: Mapping[str, Any]) -> Cell:
    numerator = _whole(figures.get(metric.numerator))
    denominator = _whole(figures.get(metric.denominator)) if metric.denominator else 0
    squares = float(figures.get(f"{metric.numerator}_squares") or 0.0)
    every, known = (figures.get(name) or 0 for name in metric.known or ("", ""))
    return Cell(numerator, denominator, squares, is_known=not every or bool(known))


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, Decimal | int) else int(value or 0)


def _mixed(cells: dict[Key, Cell], place: int) -> dict[Key, Cell]:
    """Return cells whose denominator is the sum over all values at this place of the keys."""
    totals: dict[Key, int] = {}
    for key, cell in cells.items():
        rest = (*key[:place], *key[place + 1 :])
        totals[rest] = totals.get(rest, 0) + cell.numerator
    return {
        key: Cell(cell.numerator, totals[(*key[:place], *key[place + 1 :])]) for key, cell in cells.items()
    }  # fmt: skip


def _values(metric: Metric, rows: list[Row], question: Question, source: Source) -> list[list[float]] | None:
    """Return the single amounts of each row of a mean, for the test between rows."""
    if metric.kind != "mean":
        return None
    measure = MEASURES[metric.numerator]
    names = tuple(rows[0].by)

    def amounts(shape: Shape) -> ir.Table:
        extra = ("currency",) if measure.is_money else ()
        found = narrowed(frame_table(measure.frame), measure.moment, shape, extra)
        known = found.filter(found[measure.column].notnull())
        return known.select(*[f"by_{name}" for name in names], amount=known[measure.column])

    groups: dict[Key, list[float]] = {}
    for record in shapes.run(("amounts", measure.name, names), amounts, question, source).to_pylist():
        key = tuple(label(DIMENSIONS[name], record[f"by_{name}"]) for name in names)
        groups.setdefault(key, []).append(float(record["amount"]))
    return [groups.get(tuple(row.by[name] for name in names), []) for row in rows]


def members(
    question: Question,
    row_by: Mapping[str, str | None],
    *,
    part: Literal["numerator", "denominator"],
    limit: int,
    offset: int,
    source: Source,
) -> MemberList:
    """Return the records behind one figure. Raises: QuestionRefused."""
    metric = checked_metric(question)
    kept = dict(row_by)
    if metric.kind == "mix" and part == "denominator":
        kept.pop(metric.mixed, None)
    asked = replace(question, by=(), where=(*question.where, *kept.items()))
    if metric.way:
        frame = way_table(metric, asked, source)
        return _page(metric.way.frame, metric.way.start, asked, source, limit, offset,
                     partial(way_rows, frame, metric.way, arrived=part == "numerator"))  # fmt: skip
    measure = _listed(MEASURES[(metric.denominator if part == "denominator" else "") or metric.numerator])
    asked = _without_foreign_currency(asked, measure.frame)
    return _page(
        measure.frame, measure.moment, asked, source, limit, offset, partial(_measured, measure), measure.distinct
    )


def _measured(measure: Measure, shape: Shape) -> ir.Table:
    """Return the records a measure counts, a visitor once."""
    rows = narrowed(frame_table(measure.frame), measure.moment, shape)
    if measure.distinct:
        rows = once_each(rows, [measure], shape.by)
    if measure.where:
        rows = rows.filter(measure.where(rows))
    return rows.rename({measure.moment: "first"}) if measure.distinct else rows


def _listed(measure: Measure) -> Measure:
    """Return the measure over the frame that holds the ids of its records."""
    listed = FRAMES[measure.frame].listed
    return replace(measure, frame=listed, moment="at") if listed and not measure.distinct else measure


def _page(
    frame: str, moment: str, question: Question, source: Source, limit: int, offset: int,
    build: Callable[[Shape], ir.Table], key: str = "",
) -> MemberList:  # fmt: skip
    shape, values = shape_of(question, source)
    rows = build(shape)
    key = key or FRAMES[frame].key
    if key not in rows.columns:  # a way between two stages of deals
        key = "deal_id"
    latest_first = [rows[moment].desc(), rows[key].desc()] if moment else [rows[key]]
    page = rows.order_by(latest_first).limit(limit, offset=offset).select(key)
    ids = tuple(source.run(page, values)[key].to_pylist())
    total = source.run(rows.agg(total=rows.count()), values)["total"][0].as_py()
    return MemberList(entity=_ENTITIES.get(key, FRAMES[frame].entity), ids=ids, total=total)


_ENTITIES = {"visitor": "visitor", "deal_id": "deal", "call_id": "call"}


def values_of(dimension: str, limit: int, *, source: Source) -> list[str]:
    """Return the values a filter can take. Raises: QuestionRefused."""
    if dimension not in DIMENSIONS:
        raise QuestionRefused("dimension_unknown", dimension=dimension)
    known = DIMENSIONS[dimension]
    if known.time:
        return []
    if known.lookup:
        names = table(known.lookup[0])
        column = names[known.lookup[2]]
        used: ir.Table = names.select(value=column)
    else:
        used = ibis.union(
            *[table(name).select(value=known.column) for name in _HOLDERS if known.column in COLUMNS[name]]
        )
    values = used.filter(used.value.notnull()).distinct().order_by("value").limit(limit)
    return [str(value) for value in source.run(values).column(0).to_pylist()]


_HOLDERS = (
    "leads", "deals", "spend", "payments", "products", "touches", "decisions", "reviews", "review_answers",
    "lead_marks", "lead_fields", "deal_fields",
)  # fmt: skip
