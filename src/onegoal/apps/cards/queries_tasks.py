"""Reads of tasks: the open ones by when they are due, those of one record, and who may be given one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right, has_right
from onegoal.apps.cards.days import GROUP_LABELS, Group, group_of
from onegoal.apps.sales.models import Deal, Lead, Task
from onegoal.apps.sales.queries import visible_tasks

EVERYBODY = "all"
_SHOWN = 300
_SHOWN_DONE = 5
_NAMED = ("lead__person", "deal__person", "person", "assignee")


@dataclass(frozen=True)
class TaskFilter:
    """Which tasks a page shows: `whose` is empty for one's own, `all`, or a colleague's id; `about` is lead, deal, none."""

    whose: str = ""
    kind: str = ""
    about: str = ""


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that are due at about the same time, with their heading."""

    key: Group
    label: str | Promise
    tasks: list[Task]


def open_tasks(user: User, asked: TaskFilter) -> QuerySet[Task]:
    """Return the open tasks the filter asks for, as far as the user may see them, the earliest first."""
    tasks = visible_tasks(user).filter(done_at=None, **_whose(user, asked.whose))
    if asked.kind:
        tasks = tasks.filter(kind=asked.kind)
    about = {"lead": Q(lead__isnull=False), "deal": Q(deal__isnull=False), "none": Q(lead=None, deal=None)}
    tasks = tasks.filter(about.get(asked.about, Q()))
    return tasks.select_related(*_NAMED).order_by(F("due_at").asc(nulls_last=True), "pk")


def grouped(tasks: Iterable[Task], now: dt.datetime) -> list[TaskGroup]:
    """Part tasks by when they are due; parts without tasks are left out. `now` is on the company's clock."""
    groups: dict[Group, list[Task]] = {}
    for task in tasks:
        groups.setdefault(group_of(localtime(task.due_at) if task.due_at else None, now), []).append(task)
    return [TaskGroup(key, label, groups[key]) for key, label in GROUP_LABELS.items() if key in groups]


def first_tasks(tasks: QuerySet[Task]) -> tuple[list[Task], bool]:
    """Return as many tasks as one page shows, each with whom it is about in `about_name`, and whether there are more."""
    found = list(tasks[: _SHOWN + 1])
    for task in found:
        record = task.lead or task.deal
        about = record.person if record else task.person
        task.about_name = str(about) if about else ""  # type: ignore[attr-defined]
    return found[:_SHOWN], len(found) > _SHOWN


def tasks_of(user: User, record: Lead | Deal) -> tuple[list[Task], list[Task]]:
    """Return the open tasks about a record, and the ones done last."""
    about = Q(lead=record) | Q(deal__lead=record) if isinstance(record, Lead) else Q(deal=record)
    tasks = visible_tasks(user).filter(about).select_related("assignee", "deal__person", "lead__person").distinct()
    waiting = tasks.filter(done_at=None).order_by(F("due_at").asc(nulls_last=True), "pk")
    return list(waiting[:_SHOWN]), list(tasks.exclude(done_at=None).order_by("-done_at")[:_SHOWN_DONE])


def assignable(user: User) -> QuerySet[User]:
    """Return the colleagues whom the user may give tasks: none without the right, a supervisor's teams, or all who sell."""
    others = User.objects.filter(is_active=True, left_on=None).exclude(pk=user.pk).order_by("name")
    if not has_right(user, Right.ASSIGN):
        return others.none()
    reach = reach_of(user)
    if reach.width is Width.TEAM:
        return others.filter(team_id__in=reach.team_ids)
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.WRITE_SALES in rights]
    return others.filter(role__in=roles)


def _whose(user: User, whose: str) -> dict[str, int]:
    if whose == EVERYBODY:
        return {}
    is_id = whose.isascii() and whose.isdigit() and len(whose) < 19
    return {"assignee_id": int(whose) if is_id else user.pk}
