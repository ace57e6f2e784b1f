"""Reads of traditions: what comes next, and all of it as a calendar file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import cast

from icalendar import Calendar, Event, vRecur

from onegoal.apps.wall.models import Tradition
from onegoal.core.recurring_days import Repeats, days_from

_FREQUENCY = {"week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}


@dataclass(frozen=True)
class Coming:
    """A tradition with the next days it falls on; none when it is over."""

    tradition: Tradition
    days: tuple[dt.date, ...]

    @property
    def next_on(self) -> dt.date | None:
        """The next day."""
        return self.days[0] if self.days else None


def coming_traditions(today: dt.date, *, most: int = 3) -> list[Coming]:
    """Return every tradition with its next days, the soonest first, those that are over last."""
    found = [Coming(one, next_days(one, today, most)) for one in Tradition.objects.select_related("owner")]
    return sorted(found, key=lambda one: (one.next_on is None, one.next_on or one.tradition.first_on))


def next_days(tradition: Tradition, start: dt.date, most: int) -> tuple[dt.date, ...]:
    """Return at most so many days from `start` on, before it was stopped."""
    stopped = tradition.stopped_on
    days = days_from(tradition.first_on, cast("Repeats", tradition.repeats), start)
    return tuple(islice(takewhile(lambda day: stopped is None or day < stopped, days), most))


def calendar_file(*, name: str, host: str, now: dt.datetime) -> bytes:
    """Return all traditions as whole-day events that repeat (RFC 5545), each with an id that stays."""
    calendar = Calendar()
    calendar.add("prodid", "-//onegoal//traditions//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for one in Tradition.objects.select_related("owner"):
        calendar.add_component(_event(one, host, now))
    return calendar.to_ical()


def _event(one: Tradition, host: str, now: dt.datetime) -> Event:
    event = Event()
    event.add("uid", f"tradition-{one.pk}@{host}")
    event.add("dtstamp", now)
    event.add("summary", one.name)
    event.add("dtstart", one.first_on)
    event.add("dtend", one.first_on + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    if one.note:
        event.add("description", one.note)
    if one.repeats:
        event.add("rrule", _rule(one))
    return event


def _rule(one: Tradition) -> vRecur:
    rule: dict[str, object] = {"FREQ": _FREQUENCY[one.repeats]}
    if one.repeats != "week" and one.first_on.day > 28:
        # The last of these days that the month has: a month without a 31st keeps its tradition.
        rule["BYMONTHDAY"] = list(range(28, one.first_on.day + 1))
        rule["BYSETPOS"] = -1
        if one.repeats == "year":
            rule["BYMONTH"] = one.first_on.month
    if one.stopped_on:
        rule["UNTIL"] = one.stopped_on - dt.timedelta(days=1)
    return vRecur(rule)
