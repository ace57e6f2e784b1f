"""Tasks as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.services import find_or_create_sellers
from onegoal.apps.audit.bulk import Batch, fate_of, find_by_any_source, find_by_source, name_key, one_writer, take_in
from onegoal.apps.audit.checks import check_texts, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.people.services import PersonNeed, check_ref, settle_people
from onegoal.apps.sales.intake import TaskRow
from onegoal.apps.sales.models import Deal, Lead, Task, TaskKind

_TEXTS = (
    *limits(Task, source="source", source_id="source_id", title="title", result="result"),
    *limits(User, assignee="name"),
    *limits(Lead, lead="source_id"),
    *limits(Deal, deal="source_id"),
)


@one_writer
def take_in_tasks(*, rows: Sequence[TaskRow], now: dt.datetime) -> list[RowFate]:
    """Create or change tasks by source id; what they are about is found by ids, the person also by identifiers."""
    return take_in(rows, check=_check, settle=lambda sound: _TaskIntake(sound, now).fates())


def _check(row: TaskRow) -> None:
    check_texts(row, _TEXTS)
    check_ref(row.person)
    if row.kind and row.kind not in TaskKind.values:
        raise RowRefused("kind", "unknown_kind", value=row.kind)


class _TaskIntake:
    """One batch of tasks on its way into the records."""

    def __init__(self, rows: list[TaskRow], now: dt.datetime) -> None:
        self._rows, self._now = rows, now
        self._known = find_by_source(Task, [(row.source, row.source_id) for row in rows])
        self._leads = find_by_any_source(Lead, [(row.source, row.lead) for row in rows])
        self._deals = find_by_any_source(Deal, [(row.source, row.deal) for row in rows])
        self._batch = Batch(Task, now=now)

    def fates(self) -> list[RowFate | RowRefused]:
        """Take all rows in and return their fates, in order."""
        refusals = {id(row): refusal for row in self._rows if (refusal := self._refusal(row))}
        sound = [row for row in self._rows if id(row) not in refusals]
        teams = {row.assignee: None for row in sound if row.assignee.strip()}
        sellers = find_or_create_sellers(teams=teams, now=self._now)
        persons = self._persons(sound)
        done = {id(row): self._take(row, sellers, persons) for row in sound}
        self._batch.save()
        return [
            refusals.get(id(row)) or fate_of(done[id(row)][0].pk, is_new=done[id(row)][1], is_changed=done[id(row)][2])
            for row in self._rows
        ]

    def _refusal(self, row: TaskRow) -> RowRefused | None:
        if not row.title.strip() and (row.source, row.source_id) not in self._known:
            return RowRefused("title", "missing")
        if row.lead and (row.source, row.lead) not in self._leads:
            return RowRefused("lead", "unknown_lead", value=row.lead)
        if row.deal and (row.source, row.deal) not in self._deals:
            return RowRefused("deal", "unknown_deal", value=row.deal)
        return None

    def _take(self, row: TaskRow, sellers: dict[str, User], persons: dict[int, int]) -> tuple[Task, bool, bool]:
        task = self._known.get((row.source, row.source_id))
        is_new = task is None
        if task is None:
            task = self._batch.add(Task(source=row.source, source_id=row.source_id))
            if row.source_id:
                self._known[row.source, row.source_id] = task
        seller = sellers.get(name_key(row.assignee))
        lead, deal = self._leads.get((row.source, row.lead)), self._deals.get((row.source, row.deal))
        about = lead or deal
        told: dict[str, Any] = {
            "title": row.title.strip(),
            "kind": row.kind,
            "assignee_id": seller.pk if seller else None,
            "lead_id": lead.pk if lead else None,
            "deal_id": deal.pk if deal else None,
            "person_id": persons.get(id(row)) or (about.person_id if about else None),
            "created_at": row.created_at,
            "due_at": row.due_at,
            "done_at": row.done_at,
            "result": row.result.strip(),
        }
        return task, is_new, self._batch.apply(task, {name: value for name, value in told.items() if value})

    def _persons(self, rows: list[TaskRow]) -> dict[int, int]:
        naming = [row for row in rows if row.person.identifiers]
        needs = [PersonNeed(ref=row.person, at=row.created_at, own=("crm", "")) for row in naming]
        settled = settle_people(needs=needs, now=self._now) if needs else []
        return {id(row): one.person.pk for row, one in zip(naming, settled, strict=True)}
