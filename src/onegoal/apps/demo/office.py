"""The demo's office as it stands now: who is away, when warmed-up leads come back, whose clock runs."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from onegoal.apps.audit.bulk import Batch
from onegoal.apps.demo.records import Records, done_by
from onegoal.apps.desk.models import Absence
from onegoal.apps.desk.services import distribute_new_leads, save_absence
from onegoal.apps.sales.models import Lead, Outcome

AWAY: Final = (("Sergey Volkov", -1, 2, "ill"), ("Laura Marin", 4, 11, "holiday"), ("Péter Szabó", -32, -26, "holiday"))
"""Who is away, from how many days after today to how many, and why."""
LATEST_RETURN: Final = 60


@transaction.atomic
def date_returns(records: Records) -> None:
    """Give every warmed-up lead the day on which it comes back: half a year after its decision, or in the weeks to come."""
    dice, batch = records.dice("returns"), Batch(Lead, now=records.now)
    for lead in Lead.objects.filter(outcome=Outcome.NURTURE, returns_on=None).order_by("pk"):
        decided_on = (lead.outcome_at or lead.created_at).date()
        wanted = decided_on + dt.timedelta(days=int(dice.integers(30, 180)))
        soon = records.today + dt.timedelta(days=int(dice.integers(1, LATEST_RETURN)))
        batch.apply(lead, {"returns_on": wanted if wanted > records.today else soon})
    batch.save()


@transaction.atomic
def open_office(records: Records) -> None:
    """Enter who is away and start the clocks of the leads that came last."""
    for name, first, last, note in AWAY:
        first_on, last_on = (records.today + dt.timedelta(days=days) for days in (first, last))
        user = records.users[name]
        with done_by(records.supervisor_of(user)):
            absence = Absence(user=user, first_on=first_on, last_on=last_on, note=note)
            save_absence(absence=absence, now=min(records.now, records.ago(days=-first)))
    distribute_new_leads(now=records.now)
