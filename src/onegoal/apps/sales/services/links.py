"""Deals find their leads, whichever comes first, and a lead with a deal counts as qualified."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from onegoal.apps.audit.bulk import Batch, find_by_any_source
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, record_changes, snapshot
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.sales.models import Call, Deal, Lead, Outcome, Task


def own_mark(record: str, source: str, source_id: str) -> tuple[str, str]:
    """Return the CRM id that stands in for a person of whom a lead or deal tells nothing."""
    return ("crm", f"{source}:{record}:{source_id}")


def qualified_values(lead: Lead, at: dt.datetime) -> dict[str, Any]:
    """Return what a deal opened at `at` means for its lead: qualified, at the earliest known moment."""
    at = max(at, lead.created_at)
    values: dict[str, Any] = {}
    if lead.qualified_at is None or at < lead.qualified_at:
        values["qualified_at"] = at
    if lead.outcome == Outcome.OPEN and lead.stage_id is None:
        values["outcome"] = Outcome.QUALIFIED.value
    return values


class Qualifier:
    """Marks leads as qualified by their deals; a lead that was read twice is one object here."""

    def __init__(self, now: dt.datetime) -> None:
        self._batch = Batch(Lead, now=now)
        self._by_id: dict[int, Lead] = {}

    def qualify(self, lead: Lead, at: dt.datetime) -> None:
        """Note that a deal of the lead was opened at `at`."""
        lead = self._by_id.setdefault(lead.pk, lead)
        self._batch.apply(lead, qualified_values(lead, at))

    def save(self) -> None:
        """Store the leads that became qualified."""
        self._batch.save()


class LeadsOfPersons:
    """The leads of some persons by time."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        self._leads: dict[int, tuple[list[dt.datetime], list[Lead]]] = {}
        for lead in Lead.objects.filter(person_id__in=set(person_ids)).order_by("created_at", "id"):
            moments, leads = self._leads.setdefault(lead.person_id, ([], []))
            moments.append(lead.created_at)
            leads.append(lead)

    def latest_before(self, person_id: int, at: dt.datetime) -> Lead | None:
        """Return the person's latest lead that came not after `at`."""
        moments, leads = self._leads.get(person_id, ([], []))
        place = bisect_right(moments, at)
        return leads[place - 1] if place else None


def link_waiting_deals(*, leads: Iterable[Lead], now: dt.datetime) -> None:
    """Give deals that came before their leads the leads that have come now, by the id they named or by the person."""
    fresh = list(leads)
    ids = {lead.source_id for lead in fresh if lead.source_id}
    waiting = list(
        Deal.objects.filter(lead=None).filter(
            Q(lead_ref__in=ids) & ~Q(lead_ref="") | Q(lead_ref="", person_id__in={lead.person_id for lead in fresh})
        )
    )
    if not waiting:
        return
    named = find_by_any_source(Lead, [(deal.source, deal.lead_ref) for deal in waiting])
    by_person = LeadsOfPersons(deal.person_id for deal in waiting if not deal.lead_ref)
    stand_ins = _stand_ins(waiting)
    deals, qualifier, dropped = Batch(Deal, now=now), Qualifier(now), set()
    for deal in waiting:
        lead = named.get((deal.source, deal.lead_ref)) or by_person.latest_before(deal.person_id, deal.opened_at)
        if lead is None or (deal.lead_ref and (deal.source, deal.lead_ref) not in named):
            continue
        values: dict[str, Any] = {"lead_id": lead.pk, "lead_ref": ""}
        if deal.person_id in stand_ins and deal.person_id != lead.person_id:
            dropped.add(deal.person_id)
            values["person_id"] = lead.person_id
        deals.apply(deal, values)
        qualifier.qualify(lead, deal.opened_at)
    deals.save()
    qualifier.save()
    drop_unused_persons(person_ids=dropped, now=now)


def _stand_ins(deals: Iterable[Deal]) -> set[int]:
    """Persons who are known by nothing but a deal's own id."""
    ids = {deal.person_id for deal in deals}
    own = {own_mark("deal", deal.source, deal.source_id)[1]: deal.person_id for deal in deals}
    marks = Identifier.objects.filter(person_id__in=ids).values_list("person_id", "value")
    several = {person_id for person_id, value in marks if own.get(value) != person_id}
    return set(own.values()) - several


def drop_unused_persons(*, person_ids: Iterable[int], now: dt.datetime) -> None:
    """Delete persons that only stood in for an unknown one and that nothing points to any more."""
    ids = set(person_ids)
    if not ids:
        return
    for model in (Lead, Deal, Call, Task):
        ids -= set(model._base_manager.filter(person_id__in=ids).values_list("person_id", flat=True))
    marks = list(Identifier.objects.filter(person_id__in=ids))
    ids -= {
        mark.person_id for mark in marks if mark.kind != "crm" or not (":deal:" in mark.value or ":lead:" in mark.value)
    }
    persons = list(Person.objects.filter(pk__in=ids, name="", source_id=""))
    gone = {person.pk for person in persons}
    marks = [mark for mark in marks if mark.person_id in gone]
    for entity, records in (("identifier", marks), ("person", persons)):
        changes = [Change(record.pk, Action.DELETE, snapshot(record), {}) for record in records]
        if changes:
            record_changes(entity=entity, changes=changes, now=now)
    Identifier.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    Person.objects.filter(pk__in=gone).delete()
