"""Every figure of the catalogue can be asked, cut by everything it says it knows, on both engines' languages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from onegoal.metrics.asking import answer, members
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.frames import frame_table
from onegoal.metrics.plan import aggregated
from onegoal.metrics.question import Question
from onegoal.metrics.shapes import shape_of
from onegoal.warehouse.spark import spark_sql


def needed(name: str) -> tuple[tuple[str, str], ...]:
    return (("from_stage", "New"), ("to_stage", "Won")) if name == "time_between" else ()


def put_stages(facts: Any) -> None:
    facts.put(
        "stages", {"id": 1, "pipeline": "lead", "name": "New"}, {"id": 2, "pipeline": "deal", "name": "Won"}
    )  # fmt: skip


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_an_empty_company_is_answered_by_one_row(facts: Any, name: str) -> None:
    put_stages(facts)
    found = answer(Question(name, where=needed(name)), source=facts)
    per_month = METRICS[name].kind in {"cohort", "mix"}
    assert len(found.rows) == (0 if per_month else 1)
    assert all(not row.value for row in found.rows)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_can_be_cut_by_each_of_its_dimensions(facts: Any, name: str) -> None:
    put_stages(facts)
    for dimension in METRICS[name].dimensions:
        assert answer(Question(name, by=(dimension,), where=needed(name)), source=facts).rows == ()


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.kind != "cohort"])
def test_the_records_behind_a_metric_can_be_listed(facts: Any, name: str) -> None:
    put_stages(facts)
    question = Question(name, where=needed(name))
    for part in ("numerator", "denominator"):
        assert members(question, {}, part=part, limit=10, offset=0, source=facts).total == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.measures])
def test_a_metric_can_be_said_in_the_language_of_spark(facts: Any, name: str) -> None:
    metric = METRICS[name]
    for measure in metric.measures:
        question = Question(name, by=metric.dimensions[:2], start=dt.date(2026, 1, 1))
        shape, values = shape_of(question, facts)
        sql = spark_sql(aggregated(frame_table(measure.frame), [measure], shape), values)
        days = ("2026-01-01", "2025-12-31", "MAKE_DATE(2026, 1, 1)", "1767218400")  # midnight in Bucharest
        assert any(day in sql for day in days) == bool(measure.moment)
