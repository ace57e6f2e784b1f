"""Giving a lead to a colleague: by a rule, by taking it, or by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import current_author, record_change, snapshot
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.desk.models import Assignment, DistributionRule
from onegoal.apps.desk.queries.clocks import fresh_since, is_waiting
from onegoal.apps.desk.queries.rules import answer_times, rule_of
from onegoal.apps.sales.models import Lead, Outcome, Task
from onegoal.core.working_hours import Calendar


class AlreadyTaken(Exception):
    """Refused: the lead has somebody already. `by` is that colleague, `at` when they got it (None: not known)."""

    def __init__(self, by: User | None, at: dt.datetime | None) -> None:
        self.by, self.at = by, at
        super().__init__(f"taken by {by}")


@dataclass
class Given:
    """What became of several leads: those given, and those somebody else had taken meanwhile."""

    leads: list[Lead] = field(default_factory=list)
    taken: list[AlreadyTaken] = field(default_factory=list)


@transaction.atomic
def assign_lead(
    *,
    lead: Lead,
    seller: User | None,
    now: dt.datetime,
    is_claim: bool = False,
    reason: str = "",
    rule: DistributionRule | None = None,
) -> Lead:
    """Give a lead to a colleague (None: to nobody again), with its open tasks, and start its clock; returns it as stored.

    The clock of the first answer starts for a lead whose answer is still owed: a fresh one, or one sent back to work.
    `rule` is the one that gave it; its answer times are those of the first rule that fits the lead.
    Raises: AlreadyTaken when `is_claim` and somebody else has it.
    """
    row = Lead.objects.select_for_update().get(pk=lead.pk)
    if is_claim and row.seller_id is not None:
        if seller is not None and row.seller_id == seller.pk:
            return row
        raise AlreadyTaken(row.seller, row.assigned_at)
    before, previous_id = snapshot(row), row.seller_id
    calendar = calendar_of_company()
    if owes_answer(row, calendar, now):
        minutes, _hours = answer_times(rule_of(row))
        row.response_due_at = calendar.add(now, minutes)
    row.seller, row.assigned_at = seller, now if seller else None
    if seller is not None:
        row.team_id = seller.team_id
    row.save()
    record_change(record=row, before=before, now=now)
    _note(row, previous_id, rule, is_claim, reason, now)
    _hand_over_tasks(row, previous_id, now)
    return row


@transaction.atomic
def assign_leads(*, leads: Iterable[Lead], seller: User | None, now: dt.datetime, reason: str = "") -> list[Lead]:
    """Give several leads to one colleague."""
    return [assign_lead(lead=lead, seller=seller, now=now, reason=reason) for lead in leads]


@transaction.atomic
def claim_leads(*, leads: Iterable[Lead], seller: User, now: dt.datetime) -> Given:
    """Take several leads; those somebody else took meanwhile are left and told."""
    given = Given()
    for lead in leads:
        try:
            given.leads.append(assign_lead(lead=lead, seller=seller, now=now, is_claim=True))
        except AlreadyTaken as refusal:
            given.taken.append(refusal)
    return given


@transaction.atomic
def set_tasks(*, leads: Iterable[Lead], title: str, kind: str, due_at: dt.datetime, now: dt.datetime) -> list[Task]:
    """Set the same task on several leads, each for the lead's own seller, else for who sets it."""
    author_id = current_author().user_id
    tasks = []
    for lead in leads:
        task = Task(
            title=title, kind=kind, lead=lead, person_id=lead.person_id, assignee_id=lead.seller_id or author_id,
            created_at=now, due_at=due_at,
        )  # fmt: skip
        task.save()
        record_change(record=task, before={}, now=now)
        tasks.append(task)
    return tasks


def owes_answer(lead: Lead, calendar: Calendar, now: dt.datetime) -> bool:
    """Tell whether a lead that is given to somebody starts the clock of an answer."""
    if lead.outcome != Outcome.OPEN:
        return False
    if lead.returned_at and (lead.assigned_at is None or lead.returned_at >= lead.assigned_at):
        return True
    is_fresh = lead.first_response_at is None and lead.created_at >= fresh_since(calendar, now)
    return is_fresh or is_waiting(lead)


def _note(
    lead: Lead, previous_id: int | None, rule: DistributionRule | None, is_claim: bool, reason: str, now: dt.datetime
) -> None:
    entry = Assignment(
        lead=lead, seller_id=lead.seller_id, previous_id=previous_id, author_id=current_author().user_id, rule=rule,
        is_claim=is_claim, reason=reason.strip()[:300], at=now,
    )  # fmt: skip
    entry.save()
    record_change(record=entry, before={}, now=now)


def _hand_over_tasks(lead: Lead, previous_id: int | None, now: dt.datetime) -> None:
    if previous_id is None or lead.seller_id in (None, previous_id):
        return
    for task in Task.objects.filter(lead=lead, done_at=None, assignee_id=previous_id):
        before = snapshot(task)
        task.assignee_id = lead.seller_id
        task.save()
        record_change(record=task, before=before, now=now)
