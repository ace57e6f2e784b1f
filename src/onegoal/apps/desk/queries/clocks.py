"""The clocks over a lead: its first answer, a task's time, the next step; all in working minutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import F, Max, Q

from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import DistributionRule
from onegoal.apps.desk.queries.rules import answer_times, rule_of, rules_in_use
from onegoal.apps.sales.models import Call, Lead, Outcome, Task
from onegoal.core.working_hours import Calendar

Kind = Literal["answer", "task", "next_step"]
WAITING: Final = Q(outcome=Outcome.OPEN, response_due_at__isnull=False) & (
    Q(first_response_at=None) | Q(first_response_at__lt=F("returned_at"))
)
"""Leads in work whose answer is still owed: the first one, or the one after quality control sent them back."""


@dataclass(frozen=True)
class Clock:
    """What is due on a lead, when, and how many working minutes are left; negative once it is late."""

    kind: Kind
    due_at: dt.datetime
    minutes: int
    is_late: bool
    task: Task | None = None


def is_waiting(lead: Lead) -> bool:
    """Tell whether the lead's answer is still owed; the same as `WAITING` says of stored leads."""
    if lead.outcome != Outcome.OPEN or lead.response_due_at is None:
        return False
    answered = lead.first_response_at
    return answered is None or (lead.returned_at is not None and answered < lead.returned_at)


def fresh_since(calendar: Calendar, now: dt.datetime) -> dt.datetime:
    """Return the moment from which a lead is fresh: the midnight before the last working day.

    Older leads are history of another system; nobody promised to answer them here.
    """
    day = calendar.working_day_before(now.astimezone(calendar.zone).date())
    return dt.datetime.combine(day, dt.time(), calendar.zone).astimezone(dt.UTC)


def clock_of(lead: Lead, now: dt.datetime) -> Clock | None:
    """Return the clock that runs over a lead, or None when nothing is due."""
    return clocks_of([lead], now).get(lead.pk)


def clocks_of(
    leads: Sequence[Lead],
    now: dt.datetime,
    *,
    calendar: Calendar | None = None,
    tasks: dict[int, Task] | None = None,
    rules: Sequence[DistributionRule] | None = None,
) -> dict[int, Clock]:
    """Return the clocks of many leads by lead id; `tasks` are their earliest open ones where the caller has them."""
    calendar = calendar or calendar_of_company()
    rest = [lead for lead in leads if lead.outcome == Outcome.OPEN and not is_waiting(lead)]
    known = first_tasks(lead.pk for lead in leads) if tasks is None else tasks
    bare = [lead for lead in rest if lead.pk not in known and lead.assigned_at and lead.seller_id]
    touched = _last_touches(bare)
    used = (rules_in_use() if rules is None else rules) if bare else ()
    clocks: dict[int, Clock] = {}
    for lead in leads:
        if is_waiting(lead) and lead.response_due_at:
            clocks[lead.pk] = _clock("answer", lead.response_due_at, now, calendar)
        elif (task := known.get(lead.pk)) and task.due_at:
            clocks[lead.pk] = _clock("task", task.due_at, now, calendar, task)
    for lead in bare:
        _minutes, hours = answer_times(rule_of(lead, used))
        clocks[lead.pk] = _clock("next_step", calendar.add(touched[lead.pk], hours * 60), now, calendar)
    return clocks


def first_tasks(lead_ids: Iterable[int]) -> dict[int, Task]:
    """Return each lead's open task that is due first."""
    found = Task.objects.filter(lead__in=list(lead_ids), done_at=None).select_related("assignee")
    tasks: dict[int, Task] = {}
    for task in found.order_by(F("due_at").asc(nulls_last=True), "pk"):
        if task.lead_id is not None:
            tasks.setdefault(task.lead_id, task)
    return tasks


def _clock(kind: Kind, due_at: dt.datetime, now: dt.datetime, calendar: Calendar, task: Task | None = None) -> Clock:
    return Clock(kind, due_at, calendar.between(now, due_at), now > due_at, task)


def _last_touches(leads: Sequence[Lead]) -> dict[int, dt.datetime]:
    """Return when each lead was last worked on: given, answered, called, or a task of it done."""
    ids = [lead.pk for lead in leads]
    called = _latest(Call.objects.filter(lead__in=ids).values_list("lead_id").annotate(at=Max("started_at")))
    done = _latest(
        Task.objects.filter(lead__in=ids, done_at__isnull=False).values_list("lead_id").annotate(at=Max("done_at"))
    )
    return {
        lead.pk: max(
            at
            for at in (
                lead.assigned_at,
                lead.first_response_at,
                lead.returned_at,
                called.get(lead.pk),
                done.get(lead.pk),
            )
            if at
        )
        for lead in leads
    }


def _latest(rows: Iterable[tuple[int, dt.datetime]]) -> dict[int, dt.datetime]:
    return dict(rows)
