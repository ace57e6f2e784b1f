"""What the inbox says of a lead: what to do next and why, how its clock stands, how long ago it came."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_timedelta
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.desk.queries.clocks import Clock, is_waiting
from onegoal.apps.desk.queries.rows import InboxRow
from onegoal.apps.desk.services import AlreadyTaken
from onegoal.apps.sales.models import Outcome
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import locale_of, write_day, write_duration, write_moment, write_moment_fully


@dataclass(frozen=True)
class Shown:
    """A text with the way it looks on a page; a file holds the text alone."""

    text: str
    html: SafeString

    def __str__(self) -> str:
        return self.text

    def __html__(self) -> str:
        return self.html


def first_step(row: InboxRow) -> Shown:
    """Say what to do with a lead next, and why."""
    what, why = _what_and_why(row)
    if not why:
        return Shown(what, conditional_escape(what))
    html = format_html('<span class="next-step">{}<small>{}</small></span>', what, why)
    return Shown(f"{what}: {why}", html)


def clock_words(clock: Clock | None) -> Shown | None:
    """Say how much working time is left, or by how much it is late."""
    if clock is None:
        return None
    length = write_duration(abs(clock.minutes) * 60, language()) if clock.minutes else _("under a minute")
    text = (_("late by %(time)s") if clock.is_late else _("%(time)s left")) % {"time": length}
    due = _("Due %(moment)s; counted in working hours") % {"moment": _fully(clock.due_at)}
    look = "clock is-late" if clock.is_late else "clock"
    return Shown(text, format_html('<span class="{}" title="{}">{}</span>', look, due, text))


def ago(moment: dt.datetime, now: dt.datetime) -> Shown:
    """Say how long ago something was; the moment itself is one hover away."""
    text = format_timedelta(moment - now, add_direction=True, format="short", locale=locale_of(language()))
    html = format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), _fully(moment), text)
    return Shown(_fully(moment), html)


def missing_words(row: InboxRow) -> Shown | None:
    """Say how many required fields the card lacks; which ones is one hover away."""
    if not row.missing:
        return None
    count = len(row.missing)
    text = ngettext("%(count)s field", "%(count)s fields", count) % {"count": count}
    names = ", ".join(row.missing)
    return Shown(names, format_html('<abbr class="hint" title="{}">{}</abbr>', names, text))


def last_call_words(row: InboxRow) -> Shown | None:
    """Say when the person was last spoken to or tried."""
    if row.last_call is None:
        return None
    when = ago(row.last_call.started_at, row.now)
    said = _("talked") if row.last_call.is_answered else _("no answer")
    return Shown(f"{said}, {when.text}", format_html("<span>{}, {}</span>", said, when))


def taken_words(refusal: AlreadyTaken, *, now: dt.datetime) -> str:
    """Say who was quicker with a lead, and when."""
    if refusal.by is None or refusal.at is None:
        return _("Somebody has this lead already.")
    when = write_moment(refusal.at, language(), get_current_timezone(), now=now)
    return _("%(name)s took this lead already: %(when)s.") % {"name": refusal.by.name, "when": when}


def _what_and_why(row: InboxRow) -> tuple[str, str]:
    lead = row.lead
    if lead.outcome != Outcome.OPEN:
        return _of_decided(row)
    if is_waiting(lead):
        why = _("quality control sent it back") if lead.returned_at else _("a new lead")
        if lead.seller_id is None:
            return (_("Take it") if row.is_offered else _("Give it to somebody")), why
        return _("Answer the lead"), why
    if lead.seller_id is None:
        return _("Give it to somebody"), _("nobody has it")
    if row.task is not None:
        return row.task.title, _task_time(row)
    if lead.returned_at and (lead.first_response_at is None or lead.first_response_at < lead.returned_at):
        return _("Look at it again"), _("quality control sent it back")
    return _("Set the next step"), _("no task is set")


def _of_decided(row: InboxRow) -> tuple[str, str]:
    lead = row.lead
    if lead.outcome == Outcome.NURTURE and lead.returns_on:
        return _("Wait until %(day)s") % {"day": write_day(lead.returns_on, language())}, ""
    if lead.outcome == Outcome.REJECTED:
        return lead.reason or _("Rejected without a reason"), ""
    return (row.task.title, _task_time(row)) if row.task else ("", "")


def _task_time(row: InboxRow) -> str:
    due = row.task.due_at if row.task else None
    if due is None:
        return _("without a day")
    return write_moment(due, language(), get_current_timezone(), now=row.now)


def _fully(moment: dt.datetime) -> str:
    return write_moment_fully(moment, language(), get_current_timezone())
