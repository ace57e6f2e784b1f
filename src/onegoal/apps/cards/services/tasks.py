"""Tasks that colleagues set, finish, put off and hand over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.sales.models import Deal, Lead, Task, TaskKind
from onegoal.apps.sales.services import save_record


class TaskIsDone(Exception):
    """Somebody has finished the task already; `task` tells when."""

    def __init__(self, task: Task) -> None:
        super().__init__(str(task))
        self.task = task


@transaction.atomic
def add_task(
    *, title: str, due_at: dt.datetime | None, assignee: User, now: dt.datetime, kind: str = TaskKind.OTHER,
    record: Lead | Deal | None = None,
) -> Task:  # fmt: skip
    """Set a task, about a lead or a deal or about nothing in particular."""
    task = Task(title=title, kind=kind, due_at=due_at, assignee=assignee, created_at=now)
    if record is not None:
        task.person_id = record.person_id
        task.lead_id = record.pk if isinstance(record, Lead) else record.lead_id
        task.deal_id = record.pk if isinstance(record, Deal) else None
    return save_record(record=task, now=now)


@transaction.atomic
def finish_task(*, task: Task, now: dt.datetime, result: str = "") -> Task:
    """Mark a task as done. Raises: TaskIsDone when somebody was quicker."""
    task = _open(task)
    task.done_at, task.result = now, result
    return save_record(record=task, now=now)


@transaction.atomic
def reopen_task(*, task: Task, now: dt.datetime) -> Task:
    """Put a finished task back."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    task.done_at = None
    return save_record(record=task, now=now)


@transaction.atomic
def move_task(*, task: Task, due_at: dt.datetime | None, now: dt.datetime) -> Task:
    """Put a task off or bring it forward. Raises: TaskIsDone."""
    task = _open(task)
    task.due_at = due_at
    return save_record(record=task, now=now)


@transaction.atomic
def reassign_task(*, task: Task, assignee: User, now: dt.datetime) -> Task:
    """Give a task to a colleague. Raises: TaskIsDone."""
    task = _open(task)
    task.assignee = assignee
    return save_record(record=task, now=now)


def _open(task: Task) -> Task:
    """Read the task anew under a lock."""
    fresh = Task.objects.select_for_update().get(pk=task.pk)
    if fresh.done_at:
        raise TaskIsDone(fresh)
    return fresh
