"""Teams, spans and how full days are; the administrator sees the structure and no figures."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from tests.world import NOW, SOURCE, World, lead_row, person_ref

from onegoal.apps.accounts.models import User
from onegoal.apps.desk.models import Absence
from onegoal.apps.facts.services import publish_now
from onegoal.apps.organisation import services
from onegoal.apps.organisation.models import HandlingTime
from onegoal.apps.organisation.queries import handling_times, seller_loads, shares, team_lines
from onegoal.apps.organisation.words import queue_words, span_words
from onegoal.apps.sales.intake import CallRow
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.services import take_in_calls, take_in_leads
from onegoal.core.periods import Period

# Monday to Sunday; five working days without a holiday in Romania.
WEEK = Period(dt.date(2026, 2, 9), dt.date(2026, 2, 15))
TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def worked(world: World) -> World:
    """A week of Nora's: 40 calls of three minutes each, ten leads of River Park; Sam has two leads of Old Mill."""
    at = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
    leads = [
        lead_row(f"n{n}", person=person_ref(f"A {n}"), created_at=at, seller="Nora", project="River Park")
        for n in range(10)
    ]
    leads += [
        lead_row(f"s{n}", person=person_ref(f"B {n}"), created_at=at, seller="Sam", project="Old Mill")
        for n in range(2)
    ]
    take_in_leads(rows=leads, now=NOW)
    calls = [
        CallRow(
            source=SOURCE, source_id=f"c{n}", started_at=at, person=person_ref("A 0"), seller="Nora", lead="n0",
            direction="out", is_answered=True, talk_seconds=170, wait_seconds=10,
        )
        for n in range(40)
    ]  # fmt: skip
    take_in_calls(rows=calls, now=NOW)
    publish_now()
    return world


def test_a_day_holds_calls_of_their_own_length_and_leads_of_the_settled_one(worked: World) -> None:
    """40 calls of 3 minutes and 10 leads of 12 in five days: 0.4 + 0.4 hours; an hour a day goes to price lists."""
    services.save_handling_times(minutes={"new_lead": 12, "foreign": 60}, now=NOW)
    loads = {one.seller.name: one for one in seller_loads(worked.hanna, WEEK, today=TODAY)}
    nora = loads["Nora"]
    assert nora.counts["call"] == 40 and nora.counts["new_lead"] == 10 and nora.days == 5
    assert nora.load.hours.estimate == pytest.approx(0.8) and nora.foreign == 1.0
    assert nora.load.capacity == pytest.approx(loads["Nick"].load.capacity) and loads["Nick"].load.hours.estimate == 0
    assert nora.load.verdict == "free" and queue_words(nora) == ""


def test_deals_in_hand_take_their_minutes_every_day(worked: World) -> None:
    for number in range(6):
        person = Deal.objects.first().person if Deal.objects.exists() else worked.nora.leads.first().person
        Deal.objects.create(person=person, seller=worked.nora, opened_at=NOW, title=f"D{number}")
    nora = next(one for one in seller_loads(worked.hanna, WEEK, today=TODAY) if one.seller == worked.nora)
    assert nora.hours["deal"] == pytest.approx(0.5)


def test_a_seller_who_is_away_has_fewer_days(worked: World) -> None:
    Absence.objects.create(user=worked.nora, first_on=dt.date(2026, 2, 12), last_on=dt.date(2026, 2, 20))
    Absence.objects.create(user=worked.nick, first_on=WEEK.start, last_on=WEEK.end)
    loads = {one.seller.name: one for one in seller_loads(worked.hanna, WEEK, today=TODAY)}
    assert loads["Nora"].days == 3 and "Nick" not in loads


def test_two_sellers_of_one_name_are_not_added_up(worked: World) -> None:
    namesake = User.objects.create(name="Nora", role="seller", team=worked.south)
    loads = {one.seller.pk: one for one in seller_loads(worked.hanna, WEEK, today=TODAY)}
    assert loads[worked.nora.pk].counts["call"] == 40 and loads[namesake.pk].counts["call"] == 0


def test_a_supervisor_sees_the_own_team_only(worked: World) -> None:
    assert {one.seller.name for one in seller_loads(worked.victor, WEEK, today=TODAY)} == {"Nora", "Nick"}
    assert [line.team for line in team_lines(worked.victor)] == [worked.north]


def test_few_calls_do_not_say_how_long_one_takes(worked: World) -> None:
    assert handling_times(WEEK)["call"].source == "calls"
    later = Period(dt.date(2026, 2, 16), dt.date(2026, 2, 20))
    assert (handling_times(later)["call"].source, handling_times(later)["call"].minutes) == ("assumed", 6)


def test_the_only_team_of_more_than_five_needs_a_second_one(world: World) -> None:
    world.sam.team = world.north
    world.sam.save()
    for number in range(3):
        User.objects.create(name=f"Seller {number}", role="seller", team=world.north)
    line = team_lines(world.hanna)[0]
    assert line.verdict == "needs_second_team" and "make a second one" in span_words(line)
    for number in range(2):
        User.objects.create(name=f"More {number}", role="seller", team=world.north)
    assert "too many" in span_words(team_lines(world.hanna)[0])


def test_sellers_without_a_team_and_teams_without_a_supervisor_are_named(world: World) -> None:
    User.objects.create(name="Lone", role="seller")
    lines = {line.team.name if line.team else "": span_words(line) for line in team_lines(world.hanna)}
    assert lines["North"] == "" and "Nobody leads" in lines["South"] and "no team" in lines[""]


def test_shares_are_of_a_sellers_own_leads(worked: World) -> None:
    found = {(one.seller, one.value): (one.count, one.total) for one in shares(worked.hanna, WEEK, "project")}
    assert found == {("Nora", "River Park"): (10, 10), ("Sam", "Old Mill"): (2, 2)}


def test_an_emptied_handling_time_goes_back_to_the_records(world: World) -> None:
    services.save_handling_times(minutes={"call": 9, "task": None}, now=NOW)
    assert HandlingTime.objects.get().minutes == 9
    services.save_handling_times(minutes={"call": None}, now=NOW)
    assert not HandlingTime.objects.exists()


def test_the_administrator_sees_the_structure_without_figures(worked: World, client: Client) -> None:
    client.force_login(worked.ada)
    page = client.get(reverse("organisation:teams")).content.decode()
    assert "Nora" in page and reverse("organisation:load") not in page
    assert client.get(reverse("organisation:load")).status_code == 403


def test_load_is_shown_and_exported(worked: World, client: Client) -> None:
    client.force_login(worked.hanna)
    address = reverse("organisation:load") + "?from=2026-02-09&to=2026-02-15"
    page = client.get(address).content.decode()
    assert "Everybody has room" in page and "mean of 40 calls" in page
    rows = b"".join(client.get(address + "&export=csv").streaming_content).decode().strip().splitlines()
    assert len(rows) == 4 and any("Nora" in row for row in rows)


def test_times_are_settled_on_the_page(world: World, client: Client) -> None:
    client.force_login(world.ada)
    assert client.post(reverse("organisation:times"), {"call": "7", "foreign": "45"}).status_code == 302
    assert dict(HandlingTime.objects.values_list("kind", "minutes")) == {"call": 7, "foreign": 45}
    assert client.post(reverse("organisation:times"), {"call": "-1"}).status_code == 200
