"""The goal's pages: what they say with a KPI and without one, to whom, and where everybody starts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from tests.apps.goal.conftest import stored_kpi
from tests.shared_records import shared_records
from tests.world import World, make_trade, make_world

from onegoal.apps.control.blocks import Block, register_blocks
from onegoal.apps.control.models import ChainReading, Sag
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.control.queries.sags import open_sags

TODAY = dt.date(2026, 3, 2)
EVIDENCE = {"days": 12, "count": 30, "expected": 60, "score": 9.0, "limit": 6.0, "watched": 80, "alarms_a_year": 4.0}


@pytest.fixture(scope="module")
def _shared(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """The little company with its trade, once for all tests of this module."""
    with (
        override_settings(WAREHOUSE_DIRECTORY=tmp_path_factory.mktemp("warehouse")),
        shared_records(django_db_blocker, _trade) as made,
    ):
        yield made


@pytest.fixture
def trade(_shared: World, db: None) -> World:
    """The shared company; what a test changes is taken back after it."""
    return _shared


def _trade() -> World:
    world = make_world()
    make_trade()
    return world


@pytest.fixture
def _march(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("first_page", "pace"):
        monkeypatch.setattr(f"onegoal.apps.control.views.{module}.timezone.localdate", lambda *_moment: TODAY)


def _sag(series: str, **by: str) -> Sag:
    return Sag.objects.create(
        series=series, metric="leads", by=by, since=dt.date(2026, 2, 18), found_on=TODAY, value=2.5, normal=5.0,
        evidence=EVIDENCE,
    )  # fmt: skip


def test_the_pace_is_what_was_reached_over_what_was_to_be_reached(trade: World) -> None:
    kpi = stored_kpi(trade)
    found = pace_of(kpi, today=TODAY)
    assert found is not None
    # 3 of 6 deals (40 %), price as planned (10 %), nothing of the planned types (20 %), 1,500 of 6,000 (30 %).
    assert found.attained == pytest.approx(0.4 * 0.5 + 0.1 + 0.3 * 0.25)
    share = found.share_gone
    assert found.expected == pytest.approx(0.7 * share + 0.3)
    assert found.by_day[0].plan < found.by_day[-1].plan == pytest.approx(1)
    assert found.forecast.low >= found.attained - 1e-9  # type: ignore[operator]
    assert found.by_day[-1].fact is None and found.by_day[-1].forecast is not None
    deals = next(part for part in found.parts if part.kind == "deals")
    assert deals.needed_today == round(6 * share) - 3
    assert deals.a_day == pytest.approx(3 / found.days_left)
    later = pace_of(kpi, today=dt.date(2026, 5, 1))
    assert later is not None and later.forecast.low == later.forecast.high == pytest.approx(later.attained)


@pytest.mark.usefixtures("_march")
def test_the_first_page_says_the_goal_in_a_number_and_what_costs_most(trade: World, client: Client) -> None:
    stored_kpi(trade)
    ChainReading.objects.create(day=TODAY, read_at="2026-03-02T05:00Z", deals=3, watched=80, alarms_a_year=4)
    _sag("leads|channel|paid_search", channel="paid_search")
    register_blocks(
        Block("test", "control/kpi_choice.html", lambda request, pace: {"others": [pace.kpi] if pace else []})
    )
    client.force_login(trade.hanna)
    text = client.get("/goal/").content.decode()
    assert "of the quarter&#x27;s goal" in text and "by 31 Mar 2026" in text
    assert "38\u00a0%" in text
    assert "Paid search: only 2.5 a day since 18 Feb, normally 5.0 a day" in text
    assert 'class="chain-card"' in text
    assert "First quarter</a></nav>" in text  # the block of another app
    owed = client.get("/goal/owed/").content.decode()
    assert "Marketing" in owed and "signed deal" in owed
    page = client.get("/goal/pace/").content.decode()
    assert "series are watched every day; in a quiet year they would raise" in page
    assert "North" in page and "team=North" in page
    assert "Nora" in client.get("/goal/pace/?by=seller").content.decode()
    assert client.get("/goal/pace/?by=drop&kpi=%00").status_code == 200


@pytest.mark.usefixtures("_march")
def test_without_a_kpi_the_page_says_the_one_step(trade: World, client: Client) -> None:
    client.force_login(trade.hanna)
    text = client.get("/goal/").content.decode()
    assert "Set the KPI" in text and 'class="chain-card"' in text
    client.force_login(trade.sam)
    assert "Set the KPI" not in client.get("/goal/").content.decode()


def test_everybody_starts_in_the_first_room_of_their_role(trade: World, client: Client) -> None:
    for user, home in (
        (trade.hanna, "/goal/"),
        (trade.mark, "/goal/"),
        (trade.victor, "/goal/"),
        (trade.nora, "/tasks/"),
    ):
        client.force_login(user)
        assert client.get("/").headers["Location"] == home
        assert client.get("/goal/").status_code == 200


def test_a_sag_about_a_person_is_for_those_who_lead_them(trade: World) -> None:
    _sag("leads|seller|Nora", seller="Nora")
    _sag("leads")
    series = {
        user.name: {sag.series for sag in open_sags(user)}
        for user in (trade.hanna, trade.victor, trade.nora, trade.sam)
    }
    assert series["Hanna"] == series["Victor"] == series["Nora"] == {"leads|seller|Nora", "leads"}
    assert series["Sam"] == {"leads"}
