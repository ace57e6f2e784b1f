"""Touches reach the lake once each, spend reaches the records once each, and both share origins."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests.world import NOW, World, at, person_ref, spend_row

from onegoal.apps.company.models import Project
from onegoal.apps.marketing.intake import OriginMarks, TouchRow
from onegoal.apps.marketing.models import Campaign, ChannelRule, Creative, Origin, Spend
from onegoal.apps.marketing.services import (
    find_origins,
    regroup_channels,
    remove_touches,
    take_in_spend,
    take_in_touches,
    visitor_hash,
)
from onegoal.apps.people.models import Person
from onegoal.warehouse.lake import Lake

GOOGLE = OriginMarks(source="google", medium="cpc", campaign="Spring", creative="Blue")


@pytest.fixture
def lake(settings: Any, tmp_path: Path) -> Lake:
    settings.WAREHOUSE_DIRECTORY = tmp_path / "warehouse"
    return Lake(tmp_path / "warehouse")


def touch_row(source_id: str, **said: Any) -> TouchRow:
    row: dict[str, Any] = {
        "source": "site",
        "at": at("2026-01-05"),
        "marks": GOOGLE,
        "person": person_ref(visitor="v1"),
    }
    return TouchRow(source_id=source_id, **(row | said))


def stored(lake: Lake) -> list[dict[str, Any]]:
    return [row for file in lake.manifest().files("touches") for row in lake.read_file("touches", file).to_pylist()]


def take(*rows: TouchRow, batch: str = "one") -> list[str]:
    return [fate.fate.value for fate in take_in_touches(rows=rows, now=NOW, batch=batch)]


def test_a_touch_is_stored_once_and_makes_no_person(world: World, lake: Lake) -> None:
    row = touch_row("1", page="/flats", project="river park", sequence=3)
    assert take(row, row) == ["created", "unchanged"]
    assert take(row) == ["unchanged"]
    [touch] = stored(lake)
    assert touch["visitor"] == visitor_hash("visitor", "v1")
    assert (touch["at"], touch["page"], touch["project_id"], touch["sequence"]) == (
        at("2026-01-05"), "/flats", world.river_park.pk, 3,
    )  # fmt: skip
    assert Origin.objects.get(pk=touch["origin_id"]).campaign == "Spring"
    assert not Person.objects.exists()


def test_a_changed_touch_takes_the_place_of_the_old_until_it_is_undone(world: World, lake: Lake) -> None:
    take(touch_row("1", page="/old"))
    assert take(touch_row("1", page="/new"), touch_row("2"), batch="two") == ["updated", "created"]
    assert {touch["page"] for touch in stored(lake)} == {"/new", None}
    remove_touches(batch="two")
    assert [touch["page"] for touch in stored(lake)] == ["/old"]


def test_the_device_names_the_visitor_before_any_contact(world: World, lake: Lake) -> None:
    take(
        touch_row("1", person=person_ref(email="a@a.test", visitor="v9")),
        touch_row("2", person=person_ref(email="a@a.test", phone="+40720000001")),
        touch_row("3", person=person_ref()),
    )
    assert {touch["visitor"] for touch in stored(lake)} == {
        visitor_hash("visitor", "v9"), visitor_hash("phone", "+40720000001"), None,
    }  # fmt: skip


def test_touches_that_cannot_be_held_are_refused_among_good_ones(world: World, lake: Lake) -> None:
    rows = [touch_row("1", page="x" * 2001), touch_row("2"), touch_row(""), touch_row("4", sequence=2**31)]
    fates = take_in_touches(rows=rows, now=NOW, batch="one")
    assert [(fate.column, fate.code) for fate in fates] == [
        ("page", "too_long"), ("", ""), ("id", "missing"), ("sequence", "too_large"),
    ]  # fmt: skip
    assert len(stored(lake)) == 1


def test_spend_is_taken_in_once_with_its_campaign_and_creative(world: World) -> None:
    row = spend_row("1", 12_50, marks=GOOGLE, project="Tower", clicks=7)
    assert [one.fate.value for one in take_in_spend(rows=[row, row], now=NOW)] == ["created", "unchanged"]
    assert [one.fate.value for one in take_in_spend(rows=[row], now=NOW)] == ["unchanged"]
    spend = Spend.objects.get()
    assert (spend.amount_minor, spend.currency, spend.clicks, spend.impressions) == (12_50, "EUR", 7, None)
    assert (spend.project.name, spend.day) == ("Tower", dt.date(2026, 1, 5))
    assert (Campaign.objects.get().platform, Creative.objects.get().campaign.name) == ("google", "Spring")
    assert Project.objects.filter(name="Tower").count() == 1


def test_spend_that_counts_backwards_is_refused(world: World) -> None:
    [fate] = take_in_spend(rows=[spend_row("1", clicks=-1)], now=NOW)
    assert (fate.column, fate.code, Spend.objects.count()) == ("clicks", "too_small", 0)


def test_what_differs_at_every_visit_makes_no_new_origin(world: World) -> None:
    ids = find_origins([
        OriginMarks(landing_page="/flats?gclid=1", referrer="https://www.google.com/search?q=a", click_id="gclid=Ab1"),
        OriginMarks(landing_page="/flats#plan", referrer="https://www.google.com/x", click_id="gclid"),
    ])  # fmt: skip
    assert ids[0] == ids[1]
    origin = Origin.objects.get()
    assert (origin.landing_page, origin.referrer_host, origin.click_id) == ("/flats", "www.google.com", "gclid")


def test_a_channel_the_row_names_wins_over_the_rules_for_ever(world: World) -> None:
    find_origins(
        [OriginMarks(channel="Fairs", source="google", medium="cpc"), OriginMarks(source="google", medium="cpc")]
    )
    rule = {
        "position": 1,
        "channel": "search",
        "conditions": [{"field": "source", "operator": "is", "values": ["google"]}],
    }
    ChannelRule.objects.create(**rule)
    assert regroup_channels(NOW) == 1
    assert set(Origin.objects.values_list("channel", flat=True)) == {"Fairs", "search"}


def test_an_unmarked_call_is_not_a_direct_visit(world: World) -> None:
    find_origins([OriginMarks(request_type="call"), OriginMarks()])
    assert set(Origin.objects.values_list("request_type", "channel")) == {("call", "calls"), ("", "direct")}
