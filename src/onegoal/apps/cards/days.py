"""Natural moments for tasks, and the days by which tasks are parted."""

from __future__ import annotations

import datetime as dt
import enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENING = dt.time(18)
MORNING = dt.time(10)
_LAST_MINUTE = dt.time(23, 59)


class Choice(enum.StrEnum):
    """When a task is due, in the words of the buttons."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    IN_THREE_DAYS = "in_three_days"
    NEXT_WEEK = "next_week"
    NEVER = "never"


CHOICES: tuple[tuple[str, Promise], ...] = (
    (Choice.TODAY.value, _("today")),
    (Choice.TOMORROW.value, _("tomorrow")),
    (Choice.IN_THREE_DAYS.value, _("in 3 days")),
    (Choice.NEXT_WEEK.value, _("next week")),
    (Choice.NEVER.value, _("without a date")),
)


class Group(enum.StrEnum):
    """A part of the list of tasks, in the order they are shown."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"
    LATER = "later"
    WITHOUT_DATE = "without_date"


GROUP_LABELS: dict[Group, Promise] = {
    Group.LATE: _("Late"),
    Group.TODAY: _("Today"),
    Group.TOMORROW: _("Tomorrow"),
    Group.THIS_WEEK: _("This week"),
    Group.LATER: _("Later"),
    Group.WITHOUT_DATE: _("Without a date"),
}


def moment_of(choice: str, now: dt.datetime) -> dt.datetime | None:
    """Return the moment a choice means; `now` is on the company's clock.

    Today is due in the evening, after that by midnight; another day at its beginning, and next week is its Monday.
    """
    if choice == Choice.TODAY:
        return _at(now, now.date(), EVENING if now.time() < EVENING else _LAST_MINUTE)
    days = {Choice.TOMORROW: 1, Choice.IN_THREE_DAYS: 3, Choice.NEXT_WEEK: 7 - now.weekday()}
    return _at(now, now.date() + dt.timedelta(days[Choice(choice)]), MORNING) if choice in days else None


def moved_to(choice: str, due_at: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """Return the moment a task moves to: the day of the choice, at the hour it had; both moments on the company's clock."""
    moment = moment_of(choice, now)
    if moment is None or due_at is None or choice == Choice.TODAY:
        return moment
    return _at(now, moment.date(), due_at.timetz().replace(tzinfo=None))


def group_of(due_at: dt.datetime | None, now: dt.datetime) -> Group:
    """Return the part of the list a task due at `due_at` belongs to; both moments on the company's clock."""
    if due_at is None:
        return Group.WITHOUT_DATE
    if due_at < now:
        return Group.LATE
    ahead = (due_at.date() - now.date()).days
    if ahead < 2:
        return Group.TODAY if ahead == 0 else Group.TOMORROW
    return Group.THIS_WEEK if ahead < 7 - now.weekday() else Group.LATER


def _at(now: dt.datetime, day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, now.tzinfo)
