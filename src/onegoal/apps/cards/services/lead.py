"""A lead that a colleague writes down: it goes the way of every other row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.sales.intake import LeadRow
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.services import save_lead, take_in_leads

SOURCE = "hand"


@dataclass(frozen=True)
class NewLead:
    """What was written down; identifiers are normalised, `heard` is where they say they heard of the company."""

    name: str
    identifiers: tuple[tuple[str, str], ...]
    project: str = ""
    request_type: str = ""
    heard: str = ""
    note: str = ""


@transaction.atomic
def write_lead(*, told: NewLead, seller: User | None, source_id: str, now: dt.datetime) -> Lead:
    """Take the lead in and give it to `seller`; a person known by one of the contacts is found again."""
    row = LeadRow(
        source=SOURCE, source_id=source_id, created_at=now, person=PersonRef(told.name, told.identifiers),
        marks=OriginMarks(source=told.heard), request_type=told.request_type, project=told.project, note=told.note,
    )  # fmt: skip
    fate = take_in_leads(rows=[row], now=now)[0]
    lead = Lead.objects.get(pk=fate.record_id)
    if seller is not None:
        lead.seller, lead.team, lead.assigned_at = seller, seller.team, now
        save_lead(lead=lead, now=now)
    return lead
