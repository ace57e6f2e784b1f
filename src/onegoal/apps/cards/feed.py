"""Tasks as a calendar program reads them (RFC 5545): events or to-dos with ids that stay, titles and links, no contacts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from icalendar import Calendar, Event, Todo

from onegoal.apps.cards.addresses import card_url
from onegoal.apps.sales.models import Task

_LENGTH = dt.timedelta(minutes=30)
_PHONE = re.compile(r"\+?\d(?:[\s().-]*\d){6,}")


def feed_of(tasks: Iterable[Task], *, name: str, host: str, root: str, zone: dt.tzinfo, as_todos: bool) -> bytes:
    """Return the tasks as one calendar; `root` is the address of the product, `host` makes the ids unique in the world."""
    calendar = Calendar()
    calendar.add("prodid", "-//onegoal//tasks//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(zone))
    for task in tasks:
        entry: Any = Todo() if as_todos else Event()
        _fill(entry, task, host, root)
        _date(entry, task, zone)
        calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _fill(entry: Any, task: Task, host: str, root: str) -> None:
    title = _PHONE.sub("…", task.title)
    entry.add("uid", f"task-{task.pk}@{host}")
    entry.add("dtstamp", task.updated_at.astimezone(dt.UTC))
    entry.add("last-modified", task.updated_at.astimezone(dt.UTC))
    entry.add("created", task.created_at.astimezone(dt.UTC))
    entry.add("summary", f"✓ {title}" if task.done_at and isinstance(entry, Event) else title)
    entry.add("categories", [str(task.get_kind_display())])
    entry.add("url", root + _address(task))


def _date(entry: Any, task: Task, zone: dt.tzinfo) -> None:
    due_at = task.due_at.astimezone(zone) if task.due_at else None
    if isinstance(entry, Todo):
        if due_at:
            entry.add("due", due_at)
        entry.add("status", "COMPLETED" if task.done_at else "NEEDS-ACTION")
        if task.done_at:
            entry.add("completed", task.done_at.astimezone(dt.UTC))
    elif due_at:
        entry.add("dtstart", due_at)
        entry.add("dtend", due_at + _LENGTH)
        entry.add("transp", "TRANSPARENT" if task.done_at else "OPAQUE")


def _address(task: Task) -> str:
    record = task.lead or task.deal
    return card_url(record) if record else reverse("cards:tasks")
