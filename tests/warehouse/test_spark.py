"""The same questions get the same answers from Spark; skipped where the extra `spark` or Java is not installed."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.metrics.conftest import Facts

from onegoal.metrics.asking import answer
from onegoal.metrics.question import Question
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.sessions import DuckSession
from onegoal.warehouse.spark import SparkSession

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)
pytestmark = pytest.mark.spark

QUESTIONS = [
    Question("leads", by=("channel",), start=dt.date(2026, 1, 1), end=dt.date(2026, 1, 31)),
    Question("leads", by=("hour_of_week",)),
    Question("leads", by=("month",), where=(("channel", "Search"),)),
    Question("visitors", by=("channel",)),
    Question("visitor_to_lead"),
    Question("lead_to_won", by=("channel",)),
    Question("cpl", by=("week",)),
    Question("customers", by=("quarter",)),
    Question("time_lead_to_won"),
]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Facts, Facts]:
    lake = Lake(Path(tmp_path_factory.mktemp("lake")))
    duck = Facts(lake, DuckSession(lake, threads=1, memory="200MB"), ZoneInfo("Europe/Bucharest"))
    moment = dt.datetime(2026, 1, 5, 23, 30, tzinfo=dt.UTC)
    duck.put("origins", {"origin_id": 1, "channel": "Search"}, {"origin_id": 2})
    duck.put("leads", *({"lead_id": n, "person_id": n, "created_at": moment + n * dt.timedelta(days=9), "outcome": "open",
                         "origin_id": 1 + n % 2} for n in range(6)))  # fmt: skip
    duck.put("deals", {"deal_id": 1, "lead_id": 1, "person_id": 1, "opened_at": moment, "currency": "EUR",
                       "won_at": moment + dt.timedelta(days=20)})  # fmt: skip
    duck.put("spend", {"spend_id": 1, "day": moment.date(), "origin_id": 1, "amount_minor": 500, "currency": "EUR"})
    duck.put("touches", *({"touch_key": n, "at": moment, "visitor": n % 3, "origin_id": 1} for n in range(5)))
    duck.put("identities", {"identity": 1, "person_id": 1})
    return duck, Facts(lake, SparkSession(lake, master=os.environ.get("ONEGOAL_SPARK_MASTER", "local[1]")), duck.zone)  # type: ignore[arg-type]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.metric)
def test_spark_answers_as_duckdb_does(engines: tuple[Any, Any], question: Question) -> None:
    duck, spark = (answer(question, source=engine) for engine in engines)
    assert spark.rows == duck.rows
    assert duck.rows
