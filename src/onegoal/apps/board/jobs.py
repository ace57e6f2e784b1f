"""Recurring work of the board: reservations and protections end by themselves, protected clients' leads find their agency."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.board.services import attribute_leads, expire_reservations, lapse_registrations


@every(seconds=30)
def keep_time() -> None:
    """End what is over, and give new leads of protected clients to their agencies."""
    now = timezone.now()
    with acting(Author(user_id=None, via="job")):
        expire_reservations(now=now)
        lapse_registrations(now=now)
        attribute_leads(now=now)
