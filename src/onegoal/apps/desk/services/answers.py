"""The first answer to a lead stops its clock, however it was given."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.desk.evidence import first_answers
from onegoal.apps.desk.queries.clocks import WAITING, is_waiting
from onegoal.apps.sales.models import Lead

_AT_ONCE: Final = 500


@transaction.atomic
def note_answer(*, lead: Lead, at: dt.datetime, now: dt.datetime) -> Lead:
    """Note that somebody answered a lead at a moment; returns it as stored.

    The first answer is kept for good. A lead that was sent back keeps it too: the new answer only stops the clock.
    """
    row = Lead.objects.select_for_update().get(pk=lead.pk)
    if row.first_response_at is not None and not is_waiting(row):
        return row
    before = snapshot(row)
    if row.first_response_at is None:
        row.first_response_at = max(at, row.created_at)
    else:
        row.response_due_at = None
    row.save()
    record_change(record=row, before=before, now=now)
    return row


def note_answers(*, now: dt.datetime) -> int:
    """Look for answers to all leads that wait for one, in calls, tasks and whatever else apps registered."""
    noted, last = 0, 0
    while True:
        leads = list(Lead.objects.filter(WAITING, pk__gt=last).order_by("pk")[:_AT_ONCE])
        if not leads:
            return noted
        last = leads[-1].pk
        answers = first_answers(leads)
        for lead in leads:
            if lead.pk in answers:
                note_answer(lead=lead, at=answers[lead.pk], now=now)
                noted += 1
