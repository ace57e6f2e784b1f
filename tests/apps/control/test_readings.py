"""The morning's look: a sag is noted once, lasts while it lasts, and is over; the bottleneck is weighed by the KPI."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from onegoal.apps.control.models import ChainReading, Sag
from onegoal.apps.control.queries import bottleneck, sags
from onegoal.apps.control.queries.bottleneck import bottleneck_now, steps_of
from onegoal.apps.control.services.readings import read_chain
from onegoal.core.shared_kpi import DEALS, Part, Terms

NOW = dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC)
START = dt.date(2025, 1, 1)


@pytest.fixture
def counts(world: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Figures by day made up by the test: a function of the day for each metric."""
    made: dict[str, Any] = {}

    def answers(questions: Any, **_: Any) -> list[Any]:
        return [_answer(question, made.get(question.metric, lambda day: 0)) for question in questions]

    monkeypatch.setattr(sags, "ask_all", answers)
    monkeypatch.setattr("onegoal.apps.control.queries.days.ask_all", answers)
    monkeypatch.setattr(bottleneck, "survival", lambda question: [])
    monkeypatch.setattr(sags, "WATCHED", (sags.Watched("leads"),))
    return made


def _answer(question: Any, count: Any) -> Any:
    from onegoal.metrics.question import Answer, Row

    days = (question.start + dt.timedelta(days=at) for at in range((question.end - question.start).days + 1))
    rows = tuple(Row({"day": day.isoformat()}, count(day)) for day in days)
    return Answer(question, "count", "EUR", rows)


def test_a_sag_is_noted_once_and_ends(counts: dict[str, Any]) -> None:
    begun, over = dt.date(2026, 2, 10), dt.date(2026, 3, 10)
    counts["leads"] = lambda day: 4 if begun <= day < over else 10 + day.day % 3
    first = read_chain(day=dt.date(2026, 3, 2), now=NOW)
    assert first is not None and first.watched == 1 and first.alarms_a_year == 4
    sag = Sag.objects.get()
    assert (sag.metric, sag.direction, sag.ended_on) == ("leads", "down", None)
    assert abs((sag.since - begun).days) <= 2
    assert sag.value == pytest.approx(4, rel=0.1)
    assert read_chain(day=dt.date(2026, 3, 2), now=NOW) is None
    assert read_chain(day=dt.date(2026, 3, 3), now=NOW) is not None
    assert Sag.objects.count() == 1
    read_chain(day=dt.date(2026, 5, 20), now=NOW)
    sag.refresh_from_db()
    assert sag.ended_on == dt.date(2026, 5, 20)
    assert not Sag.objects.filter(ended_on=None, direction="down").exists()


def test_the_bottleneck_is_the_step_whose_return_adds_most(counts: dict[str, Any]) -> None:
    lately = dt.date(2026, 2, 2)
    counts["visitors"] = lambda day: 400
    counts["leads"] = lambda day: 40 if day < lately else 39
    counts["opportunities"] = lambda day: 16 if day < lately else 9
    counts["deals"] = lambda day: 8 if day < lately else 5
    counts["deals_won"] = lambda day: 4 if day < lately else 2
    counts["money_signed"] = lambda day: 400_00 if day < lately else 200_00
    steps, deals = steps_of(dt.date(2026, 3, 1))
    assert deals == 56
    assert [step.name for step in steps if step.gain] == ["opportunities"]
    read_chain(day=dt.date(2026, 3, 2), now=NOW)
    terms = Terms((Part(DEALS, 200, 5000),))
    found = bottleneck_now(terms)
    assert found is not None and found.step.name == "opportunities"
    assert found.step.gain is not None and found.step.gain.estimate == pytest.approx(56 * (0.4 / (9 / 39) - 1))
    assert found.points.estimate == pytest.approx(found.step.gain.estimate / 200 * 0.5)
    ChainReading.objects.update(steps=[])
    assert bottleneck_now(terms) is None
