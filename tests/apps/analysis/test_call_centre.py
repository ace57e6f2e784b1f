"""A public call log with a known truth: its agents do not differ, and nobody may be called the worst of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.apps.imports.conftest import take  # noqa: F401 - a fixture

from onegoal.apps.analysis.findings import standing_or_chance
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.queries.breakdown import breakdown
from onegoal.apps.facts.queries import ask
from onegoal.apps.facts.services import publish_now
from onegoal.core.periods import Period
from onegoal.metrics.question import Question

REPOSITORY = Path(__file__).parents[3]
DATA = Path(os.environ.get("ONEGOAL_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the public exports are not here; ONEGOAL_TEST_DATA names their folder"
    ),
]


def test_agents_rates_come_with_intervals_and_no_agent_stands_out(
    take: Callable[..., Any],  # noqa: F811
    empty_warehouse: None,
    world: Any,
) -> None:
    mapping = (REPOSITORY / "docs" / "examples" / "call_centre_pwc" / "calls.yaml").read_text("utf-8")
    counts, *_rest = take(DATA / "call_centre_pwc" / "Call-Center-Dataset.csv", mapping, "calls")
    publish_now()
    answer = ask(Question("answer_rate", by=("seller",)))
    assert (counts["created"], sum(int(row.denominator or 0) for row in answer.rows)) == (5000, 5000)
    rates = [float(row.value or 0) for row in answer.rows]
    assert (len(rates), sum(int(row.numerator or 0) for row in answer.rows)) == (8, 4054)
    assert max(rates) > min(rates)
    assert all(0 < row.low < row.value < row.high < 1 for row in answer.rows)  # type: ignore[operator]
    assert answer.differs is not None and not answer.differs.beyond_chance
    assert {row.stands_out for row in answer.rows} == {""}
    found = breakdown(Asked(Period(dt.date(2021, 1, 1), dt.date(2021, 3, 31))), ("answer_rate",), "seller")
    assert standing_or_chance(found, "answer_rate", "nobody") == "nobody"
