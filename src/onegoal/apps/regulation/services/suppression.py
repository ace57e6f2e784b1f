"""Who is never to be targeted again: put on the list by a clause, lifted, and given out for advertising platforms."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.services import Change, record_change, record_changes, snapshot
from onegoal.apps.regulation.models import Decision, Suppression


def suppress_person(*, decision: Decision, author: User | None, now: dt.datetime) -> None:
    """Put the person of a rejected lead on the list; one who is there already stays as they are."""
    if Suppression.objects.filter(person_id=decision.lead.person_id, lifted_at=None).exists():
        return
    entry = Suppression.objects.create(
        person_id=decision.lead.person_id, decision=decision, reason=decision.reason, author=author, created_at=now
    )
    record_change(record=entry, before={}, now=now)


def lift_for_lead(*, lead_id: int, now: dt.datetime) -> None:
    """Lift what decisions on a lead brought: the lead is worked again."""
    for entry in Suppression.objects.select_for_update().filter(decision__lead_id=lead_id, lifted_at=None):
        _set_lifted(entry, now, now)


@transaction.atomic
def lift_suppression(*, entry: Suppression, now: dt.datetime) -> Suppression:
    """Take a person off the list; the entry stays as a memory."""
    stored = Suppression.objects.select_for_update().get(pk=entry.pk)
    if stored.lifted_at is None:
        _set_lifted(stored, now, now)
    return stored


@transaction.atomic
def suppress_again(*, entry: Suppression, now: dt.datetime) -> Suppression:
    """Undo a lifting; nothing happens when the person came onto the list again meanwhile."""
    stored = Suppression.objects.select_for_update().get(pk=entry.pk)
    is_there = Suppression.objects.filter(person_id=stored.person_id, lifted_at=None).exists()
    if stored.lifted_at is not None and not is_there:
        _set_lifted(stored, None, now)
    return stored


def note_export(*, author: User, what: str, rows: int, now: dt.datetime) -> None:
    """Write into the trail that contacts of the list left the house, how many and in which form."""
    change = Change(author.pk, Action.CREATE, {}, {"export": what, "rows": rows})
    record_changes(entity="suppression_export", changes=[change], now=now)


def _set_lifted(entry: Suppression, at: dt.datetime | None, now: dt.datetime) -> None:
    before = snapshot(entry)
    entry.lifted_at = at
    entry.save(update_fields=["lifted_at"])
    record_change(record=entry, before=before, now=now)
