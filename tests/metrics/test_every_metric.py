"""Every figure of the catalogue can be asked, cut by everything it says it knows, on both engines' languages."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.metrics.conftest import Facts, facts_in

from onegoal.metrics.asking import answer, members
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.frames import frame_table
from onegoal.metrics.plan import MOST_DIMENSIONS, aggregated
from onegoal.metrics.question import Question
from onegoal.metrics.shapes import shape_of
from onegoal.warehouse.spark import spark_sql


def needed(name: str) -> tuple[tuple[str, str], ...]:
    return (("from_stage", "New"), ("to_stage", "Won")) if name == "time_between" else ()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A company with two stages and nothing in them, for all questions: they only read."""
    facts = facts_in(tmp_path_factory.mktemp("empty"))
    facts.put(
        "stages", {"id": 1, "pipeline": "lead", "name": "New"}, {"id": 2, "pipeline": "deal", "name": "Won"}
    )  # fmt: skip
    return facts


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_of_an_empty_company_is_answered_by_one_row(empty: Facts, name: str) -> None:
    found = answer(Question(name, where=needed(name)), source=empty)
    per_month = METRICS[name].kind in {"cohort", "mix"}
    assert len(found.rows) == (0 if per_month else 1)
    assert all(not row.value for row in found.rows)


@pytest.mark.parametrize("name", METRICS)
def test_a_metric_can_be_cut_by_each_of_its_dimensions(empty: Facts, name: str) -> None:
    dimensions = METRICS[name].dimensions
    for first in range(0, len(dimensions), MOST_DIMENSIONS):  # each is an expression of its own; planning is what costs
        by = dimensions[first : first + MOST_DIMENSIONS]
        assert answer(Question(name, by=by, where=needed(name)), source=empty).rows == ()


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.kind != "cohort"])
def test_the_records_behind_a_metric_can_be_listed(empty: Facts, name: str) -> None:
    question = Question(name, where=needed(name))
    for part in ("numerator", "denominator"):
        assert members(question, {}, part=part, limit=10, offset=0, source=empty).total == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.measures])
def test_a_metric_can_be_said_in_the_language_of_spark(empty: Facts, name: str) -> None:
    metric = METRICS[name]
    for measure in metric.measures:
        question = Question(name, by=metric.dimensions[:2], start=dt.date(2026, 1, 1))
        shape, values = shape_of(question, empty)
        sql = spark_sql(aggregated(frame_table(measure.frame), [measure], shape), values)
        days = ("2026-01-01", "2025-12-31", "MAKE_DATE(2026, 1, 1)", "1767218400")  # midnight in Bucharest
        assert any(day in sql for day in days) == bool(measure.moment)
