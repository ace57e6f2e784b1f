"""The company says when it works; what it does not say is the usual week and its country's public holidays."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse
from tests.world import World

from onegoal.apps.audit.models import AuditEntry
from onegoal.apps.company.models import Company, DayOff, WorkingHours
from onegoal.apps.company.queries import calendar_of_company, public_holidays, week_of_company

CHRISTMAS = dt.datetime(2026, 12, 25, 10, tzinfo=dt.UTC)  # a Friday
TUESDAY = dt.datetime(2026, 3, 3, 10, tzinfo=dt.UTC)


def test_a_company_that_says_nothing_works_from_monday_to_friday_without_public_holidays(world: World) -> None:
    calendar = calendar_of_company()
    assert calendar.is_open(TUESDAY)
    assert not calendar.is_open(TUESDAY + dt.timedelta(days=4))
    assert not calendar.is_open(CHRISTMAS)


def test_a_shop_that_works_on_public_holidays_says_so(world: World) -> None:
    Company.objects.update(keeps_public_holidays=False)
    assert calendar_of_company().is_open(CHRISTMAS)


def test_a_listed_day_counts_at_once(world: World) -> None:
    assert calendar_of_company().is_open(TUESDAY)
    DayOff.objects.create(day=TUESDAY.date(), name="Stocktaking")
    assert not calendar_of_company().is_open(TUESDAY)
    DayOff.objects.create(day=CHRISTMAS.date(), is_worked=True)
    assert calendar_of_company().is_open(CHRISTMAS)


def test_the_week_is_set_by_one_form_and_its_change_stands_in_the_trail(world: World, client: Client) -> None:
    client.force_login(world.hanna)
    said = {
        "works_0": "on",
        "opens_0": "10:00",
        "closes_0": "19:30",
        "works_5": "on",
        "opens_5": "10:00",
        "closes_5": "14:00",
    }
    client.post(reverse("company:hours"), said)
    assert week_of_company() == {0: (dt.time(10), dt.time(19, 30)), 5: (dt.time(10), dt.time(14))}
    assert not Company.objects.get().keeps_public_holidays
    client.post(reverse("company:hours"), said | {"closes_0": "18:00"})
    entry = AuditEntry.objects.filter(entity="workinghours").latest("pk")
    assert (entry.before, entry.after) == ({"closes": "19:30:00"}, {"closes": "18:00:00"})


def test_hours_that_end_before_they_begin_are_refused_at_their_day(world: World, client: Client) -> None:
    client.force_login(world.hanna)
    answer = client.post(reverse("company:hours"), {"works_0": "on", "opens_0": "18:00", "closes_0": "9:00"})
    assert "It closes after it opens" in answer.content.decode()
    assert not WorkingHours.objects.exists()


def test_public_holidays_have_names_the_reader_knows() -> None:
    assert (dt.date(2026, 12, 1), "National Day") in public_holidays("RO", [2026], "en")
    assert public_holidays("XX", [2026]) == []
