"""Answers and metrics as plain values: the one JSON of the command line and of the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from onegoal.metrics.catalogue import Metric
from onegoal.metrics.question import Answer, Row, Value


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON-ready values: money in minor units of `currency`, days as ISO text.

    `differs` is null where there is nothing to compare.
    """
    question, differs = answer.question, answer.differs
    return {
        "metric": question.metric,
        "unit": answer.unit,
        "currency": answer.currency or None,
        "from": question.start.isoformat() if question.start else None,
        "to": question.end.isoformat() if question.end else None,
        "rows": [_row(row) for row in answer.rows],
        "differs": {"p": differs.p, "beyond_chance": differs.beyond_chance} if differs else None,
    }


def metric_document(metric: Metric) -> dict[str, Any]:
    """Return a metric of the catalogue: name, words, unit, parts and the dimensions it can be cut by."""
    return {
        "name": metric.name,
        "title": metric.title,
        "words": metric.words,
        "unit": metric.unit,
        "numerator": metric.numerator or None,
        "denominator": metric.denominator or None,
        "dimensions": list(metric.dimensions),
        "needs_costs": metric.needs_costs,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "by": dict(row.by),
        "value": _number(row.value),
        "numerator": _number(row.numerator),
        "denominator": _number(row.denominator),
        "low": _number(row.low),
        "high": _number(row.high),
        "stands_out": row.stands_out,
    }


def _number(value: Value) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
