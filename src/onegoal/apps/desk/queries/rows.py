"""The leads of an inbox page with all that stands in a row, by a few questions for the whole page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.desk.queries.clocks import Clock, clocks_of, first_tasks
from onegoal.apps.people.models import Identifier
from onegoal.apps.sales.completeness import fields_of, holds, required_fields
from onegoal.apps.sales.models import Call, Entity, Lead, Task
from onegoal.apps.sales.queries import visible_leads

RELATED: Final = ("person", "project", "origin", "seller", "stage", "score")
_NO_CONTACTS: Final = frozenset({"crm", "visitor"})


@dataclass(frozen=True)
class InboxRow:
    """One lead as the inbox shows it; of one that is only offered nothing that reaches the person is told."""

    lead: Lead
    now: dt.datetime
    clock: Clock | None
    task: Task | None
    is_offered: bool
    missing: tuple[str, ...]
    contacts: tuple[str, ...]
    last_call: Call | None

    @property
    def pk(self) -> int:
        """Return the lead's id, by which a row is chosen."""
        return self.lead.pk

    @property
    def score(self) -> float | None:
        """Return the lead's score as a share of one, None where no score is in use."""
        known = getattr(self.lead, "score", None)
        return known.chance_bp / 10_000 if known else None


def rows_of(leads: QuerySet[Lead], user: User, now: dt.datetime) -> list[InboxRow]:
    """Return the rows of some leads, in their order; ask for a page of them only."""
    found = list(leads.select_related(*RELATED))
    ids = [lead.pk for lead in found]
    free = [lead.pk for lead in found if lead.seller_id != user.pk]
    seen = set(visible_leads(user).filter(pk__in=free).values_list("pk", flat=True)) if free else set()
    tasks = first_tasks(ids)
    clocks = clocks_of(found, now, tasks=tasks)
    identifiers = _identifiers(found)
    missing = _missing(found, identifiers)
    calls = _last_calls(found)
    return [
        InboxRow(
            lead=lead, now=now, clock=clocks.get(lead.pk), task=tasks.get(lead.pk), is_offered=is_hidden,
            missing=() if is_hidden else missing[lead.pk],
            contacts=() if is_hidden else _contacts(identifiers.get(lead.person_id, ())),
            last_call=None if is_hidden else calls.get(lead.person_id),
        )
        for lead in found
        for is_hidden in (lead.seller_id != user.pk and lead.pk not in seen,)
    ]  # fmt: skip


def _identifiers(leads: Sequence[Lead]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    persons = [lead.person_id for lead in leads]
    rows = Identifier.objects.filter(person__in=persons).exclude(kind__in=_NO_CONTACTS).order_by("pk")
    for person_id, kind, value in rows.values_list("person_id", "kind", "value"):
        found.setdefault(person_id, []).append((kind, value))
    return found


def _contacts(identifiers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(value for _kind, value in identifiers)


def _missing(leads: Sequence[Lead], identifiers: dict[int, list[tuple[str, str]]]) -> dict[int, tuple[str, ...]]:
    """The labels of the required fields that each lead's card does not hold at its stage."""
    wanted = {stage: required_fields(Entity.LEAD.value, stage) for stage in {lead.stage for lead in leads}}
    labels = fields_of(Entity.LEAD.value) if any(wanted.values()) else {}
    lacking = {}
    for lead in leads:
        kinds = {kind for kind, _value in identifiers.get(lead.person_id, ())}
        names = [name for name in wanted[lead.stage] if not holds(lead, name, kinds)]
        lacking[lead.pk] = tuple(str(labels.get(name, name)) for name in names)
    return lacking


def _last_calls(leads: Sequence[Lead]) -> dict[int, Call]:
    calls: dict[int, Call] = {}
    for call in Call.objects.filter(person__in=[lead.person_id for lead in leads]).order_by("-started_at", "-pk"):
        if call.person_id is not None:
            calls.setdefault(call.person_id, call)
    return calls
