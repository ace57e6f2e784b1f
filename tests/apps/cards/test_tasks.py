"""Tasks: set in one line, done with one tap, put off, handed over; and the feed that calendar programs read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.apps.cards.conftest import browser_of
from tests.world import NOW, World

from onegoal.apps.cards.days import Group, group_of, moment_of, moved_to
from onegoal.apps.cards.models import CalendarLink
from onegoal.apps.cards.notice import due_tasks
from onegoal.apps.cards.services import TaskIsDone, add_task, finish_task, make_calendar_link, revoke_calendar_link
from onegoal.apps.sales.models import Lead, Task

WEDNESDAY = dt.datetime(2026, 3, 4, 15, 0, tzinfo=dt.UTC)
HTMX = {"hx-request": "true"}


@pytest.mark.parametrize(
    ("choice", "day", "time"),
    [("today", 4, "18:00"), ("tomorrow", 5, "10:00"), ("in_three_days", 7, "10:00"), ("next_week", 9, "10:00")],
)
def test_natural_days_mean_moments(choice: str, day: int, time: str) -> None:
    moment = moment_of(choice, WEDNESDAY)
    assert moment is not None
    assert (moment.day, f"{moment:%H:%M}") == (day, time)


def test_today_in_the_evening_means_by_midnight() -> None:
    assert moment_of("today", WEDNESDAY.replace(hour=19)) == WEDNESDAY.replace(hour=23, minute=59)
    assert moment_of("never", WEDNESDAY) is None


def test_a_task_that_is_put_off_keeps_its_hour() -> None:
    assert moved_to("tomorrow", WEDNESDAY.replace(hour=11, minute=30), WEDNESDAY) == dt.datetime(
        2026, 3, 5, 11, 30, tzinfo=dt.UTC
    )
    assert moved_to("never", WEDNESDAY, WEDNESDAY) is None


@pytest.mark.parametrize(
    ("ahead", "group"),
    [
        (dt.timedelta(minutes=-1), Group.LATE), (dt.timedelta(hours=1), Group.TODAY), (dt.timedelta(days=1), Group.TOMORROW),
        (dt.timedelta(days=4), Group.THIS_WEEK), (dt.timedelta(days=5), Group.LATER),
    ],
)  # fmt: skip
def test_tasks_are_parted_by_their_day(ahead: dt.timedelta, group: Group) -> None:
    assert group_of(WEDNESDAY + ahead, WEDNESDAY) is group
    assert group_of(None, WEDNESDAY) is Group.WITHOUT_DATE


def task_of(user: Any, title: str = "call Ion", **told: Any) -> Task:
    return add_task(title=title, due_at=told.pop("due_at", NOW), assignee=user, now=NOW, **told)


def test_a_task_is_set_on_the_card_and_answered_with_its_panel(lead: Lead, world: World) -> None:
    nora = browser_of(world.nora, **HTMX)
    told = {"title": "send the plan", "when": "tomorrow", "card": "lead", "record": lead.pk}
    answer = nora.post(reverse("cards:task_new"), told)
    task = Task.objects.get()
    assert "send the plan" in answer.content.decode()
    assert (task.lead, task.person, task.assignee) == (lead, lead.person, world.nora)
    assert task.due_at and task.due_at > timezone.now()


def test_a_task_on_a_foreign_card_is_not_set(lead: Lead, world: World) -> None:
    told = {"title": "send the plan", "card": "lead", "record": lead.pk}
    assert browser_of(world.sam).post(reverse("cards:task_new"), told).status_code == 404
    assert not Task.objects.exists()


def test_a_done_task_can_be_opened_again_by_undo(lead: Lead, world: World, as_nora: Client) -> None:
    task = task_of(world.nora, record=lead)
    page = as_nora.post(reverse("cards:task_done", args=[task.pk]), {"card": "lead"}, follow=True).content.decode()
    task.refresh_from_db()
    assert task.done_at
    as_nora.post("/undo/" + page.split('action="/undo/')[1].split('"')[0])
    task.refresh_from_db()
    assert task.done_at is None


def test_of_two_who_finish_a_task_the_second_is_told(lead: Lead, world: World) -> None:
    task = task_of(world.nora, record=lead)
    finish_task(task=task, now=NOW)
    with pytest.raises(TaskIsDone):
        finish_task(task=task, now=NOW)
    answer = browser_of(world.victor, **HTMX).post(reverse("cards:task_done", args=[task.pk]), {"card": "lead"})
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.headers["HX-Trigger"]


def test_a_task_moves_to_another_day_in_the_list(world: World) -> None:
    task = task_of(world.nora, due_at=None)
    nora = browser_of(world.nora, **HTMX, **{"hx-target": "tasks"})
    answer = nora.post(reverse("cards:task_move", args=[task.pk]), {"when": "tomorrow"}).content.decode()
    assert "Tomorrow" in answer
    assert "<html" not in answer


def test_a_supervisor_gives_tasks_to_the_team_only(lead: Lead, world: World) -> None:
    task, victor = task_of(world.nora, record=lead), browser_of(world.victor)
    address = reverse("cards:task_assign", args=[task.pk])
    assert victor.post(address, {"assignee": world.sam.pk}).status_code == 404
    victor.post(address, {"assignee": world.nick.pk})
    task.refresh_from_db()
    assert task.assignee == world.nick


def test_the_list_shows_ones_own_and_the_team_when_asked(lead: Lead, world: World) -> None:
    task_of(world.nora, "Nora's call", record=lead)
    task_of(world.victor, "Victor's call")
    victor = browser_of(world.victor)
    own = victor.get(reverse("cards:tasks")).content.decode()
    team = victor.get(reverse("cards:tasks"), {"whose": "all"}).content.decode()
    assert "Victor&#x27;s call" in own
    assert "Nora&#x27;s call" not in own
    assert "Nora&#x27;s call" in team
    assert (
        "Nora&#x27;s call"
        not in browser_of(world.sam).get(reverse("cards:tasks"), {"whose": world.nora.pk}).content.decode()
    )


def test_due_tasks_stand_above_the_work(world: World) -> None:
    assert due_tasks(world.nora) is None
    task_of(world.nora, due_at=timezone.now() - dt.timedelta(days=1))
    notice = due_tasks(world.nora)
    assert notice and notice.is_late and notice.count == 1
    assert due_tasks(world.mark) is None


def feed(secret: str, **asked: str) -> Any:
    return Client().get(reverse("cards:feed", args=[secret]), asked)


def test_a_calendar_reads_titles_times_and_links(lead: Lead, world: World) -> None:
    title = "Call Ion; 3 rooms, ask +40 722 000 001\nthen write"
    task = task_of(world.nora, title, record=lead, due_at=dt.datetime(2026, 3, 4, 8, 0, tzinfo=dt.UTC))
    task_of(world.victor, "somebody else's")
    task_of(world.nora, "some day", due_at=None)
    secret = make_calendar_link(user=world.nora, now=NOW)
    body = feed(secret).content
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert event["uid"] == f"task-{task.pk}@testserver"
    assert event["summary"] == "Call Ion; 3 rooms, ask …\nthen write"
    assert event["url"] == f"http://testserver/leads/{lead.pk}/"
    assert event.decoded("dtstart").isoformat() == "2026-03-04T10:00:00+02:00"
    assert b"722" not in body
    assert b"TZID:Europe/Bucharest" in body
    assert feed(secret).content == body


def test_a_feed_of_todos_holds_those_without_a_date_and_what_is_done(world: World) -> None:
    task_of(world.nora, "some day", due_at=None)
    finish_task(task=task_of(world.nora, "done"), now=timezone.now())
    secret = make_calendar_link(user=world.nora, now=NOW)
    todos = Calendar.from_ical(feed(secret, **{"as": "todos"}).content).walk("VTODO")
    assert {(str(one["summary"]), str(one["status"])) for one in todos} == {
        ("some day", "NEEDS-ACTION"),
        ("done", "COMPLETED"),
    }


def test_a_secret_opens_one_calendar_until_it_is_revoked(world: World) -> None:
    first = make_calendar_link(user=world.nora, now=NOW)
    second = make_calendar_link(user=world.nora, now=NOW)
    assert first not in CalendarLink.objects.get().digest
    assert (feed(first).status_code, feed(second).status_code, feed("guess").status_code) == (404, 200, 404)
    revoke_calendar_link(user=world.nora, now=NOW)
    assert feed(second).status_code == 404


def test_who_left_has_no_calendar(world: World) -> None:
    secret = make_calendar_link(user=world.nora, now=NOW)
    world.nora.is_active = False
    world.nora.save()
    assert feed(secret).status_code == 404


def test_the_address_is_shown_once(world: World, as_nora: Client) -> None:
    page = as_nora.post(reverse("cards:feed_make"), follow=True).content.decode()
    assert ".ics" in page
    assert ".ics" not in as_nora.get(reverse("cards:calendar")).content.decode()


@pytest.mark.parametrize("on", ["", "2026-03-04", "nonsense", "2026-02-31", "9999-12-31"])
@pytest.mark.parametrize("view", ["month", "week"])
def test_the_calendar_shows_any_month(world: World, as_nora: Client, view: str, on: str) -> None:
    assert as_nora.get(reverse("cards:calendar"), {"view": view, "on": on}).status_code == 200


def test_a_month_shows_its_tasks(world: World, as_nora: Client) -> None:
    task_of(world.nora, "call Ion", due_at=dt.datetime(2026, 3, 31, 22, 30, tzinfo=dt.UTC))
    page = as_nora.get(reverse("cards:calendar"), {"on": "2026-04-10"}).content.decode()
    assert "call Ion" in page
    assert "01:30" in page
