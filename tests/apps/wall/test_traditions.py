"""Traditions: the next dates in their order, an end with an undo, and a file calendars read."""

from __future__ import annotations

import datetime as dt
import re

import time_machine
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from tests.world import NOW, World

from onegoal.apps.wall.models import Tradition


def test_what_comes_next_stands_first_and_what_is_over_last(world: World, client: Client) -> None:
    client.force_login(world.mark)
    for name, first, repeats in (
        ("Founders' day", "2020-06-01", "year"), ("Friday tea", "2026-01-02", "week"), ("Opening", "2026-01-05", ""),
    ):  # fmt: skip
        said = {"name": name, "first_on": first, "repeats": repeats, "owner": world.nora.pk}
        assert client.post(reverse("wall:tradition_new"), said).status_code == 302
    client.force_login(world.nora)
    with time_machine.travel(NOW, tick=False):
        page = client.get(reverse("wall:traditions")).content.decode()
    order = [page.index(name) for name in ("Friday tea", "Founders", "Opening")]
    assert order == sorted(order)
    assert "6 Mar 2026" in page and "13 Mar" in page and "over" in page and ">End<" not in page


def test_a_tradition_ends_and_goes_on(world: World, client: Client) -> None:
    tea = Tradition.objects.create(name="Tea", first_on=dt.date(2026, 1, 2), repeats="week")
    client.force_login(world.victor)
    with time_machine.travel(NOW, tick=False):
        page = client.post(reverse("wall:tradition_stop", args=[tea.pk]), follow=True).content.decode()
        tea.refresh_from_db()
        assert tea.stopped_on == NOW.date()
        undo = re.search(r'"(/traditions/\d+/stop/\?go_on)"', page)
        assert undo
        client.post(undo[1])
    tea.refresh_from_db()
    assert tea.stopped_on is None


def test_calendars_read_the_file(world: World, client: Client) -> None:
    Tradition.objects.create(name="Dinner", first_on=dt.date(2026, 1, 31), repeats="month", note="All of us")
    Tradition.objects.create(
        name="Tea", first_on=dt.date(2026, 1, 2), repeats="week", stopped_on=dt.date(2026, 3, 1)
    )  # fmt: skip
    client.force_login(world.nora)
    response = client.get(reverse("wall:traditions_calendar"))
    assert response["Content-Type"].startswith("text/calendar")
    tea, dinner = Calendar.from_ical(response.content).walk("VEVENT")
    assert str(dinner["summary"]) == "Dinner" and dinner["dtstart"].dt == dt.date(2026, 1, 31)
    assert dinner["rrule"]["BYMONTHDAY"] == [28, 29, 30, 31] and dinner["rrule"]["BYSETPOS"] == [-1]
    assert tea["rrule"]["UNTIL"] == [dt.date(2026, 2, 28)]
    assert dinner["uid"] != tea["uid"]
