"""What is to be done with a lead first: the answer that is due, the task that is late, what the card lacks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.sales.completeness import entity_of, fields_of, missing_fields
from onegoal.apps.sales.models import Deal, Lead, Outcome, Task


@dataclass(frozen=True)
class Step:
    """One thing to do; `at` is when it is due, `names` what it is about, `target` the part of the page to go to."""

    key: str
    text: str | Promise
    at: dt.datetime | None = None
    names: tuple[str, ...] = ()
    is_late: bool = False
    target: str = ""


def steps_for(record: Lead | Deal, waiting: list[Task], now: dt.datetime) -> list[Step]:
    """Return what is to be done now, the most pressing first; `waiting` are the record's open tasks by time."""
    steps = [_answer(record, now)] if isinstance(record, Lead) and _waits_for_answer(record) else []
    late = [task for task in waiting if task.due_at and task.due_at < now]
    steps += [Step("task", task.title, task.due_at, is_late=True, target="panel-tasks") for task in late]
    if _is_open(record) and not waiting:
        steps.append(
            Step("plan", _("No next step is set. Set one, so that nobody forgets them."), target="panel-tasks")
        )
    missing = missing_fields(record, record.stage)
    if missing:
        labels = fields_of(entity_of(record))
        names = tuple(str(labels.get(name, name)) for name in missing)
        steps.append(Step("missing", _("The card lacks:"), names=names, target="panel-fields"))
    return steps


def _waits_for_answer(lead: Lead) -> bool:
    return bool(lead.outcome == Outcome.OPEN and lead.first_response_at is None and lead.response_due_at)


def _answer(lead: Lead, now: dt.datetime) -> Step:
    is_late = lead.response_due_at is not None and lead.response_due_at < now
    return Step("answer", _("Answer them"), lead.response_due_at, is_late=is_late)


def _is_open(record: Lead | Deal) -> bool:
    if isinstance(record, Lead):
        return record.outcome == Outcome.OPEN
    return record.won_at is None and record.lost_at is None
