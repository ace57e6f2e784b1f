"""Background work of the desk: leads are given out and answers are noticed within seconds."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.desk import services

_JOB = Author(user_id=None, via="job")


@every(seconds=5)
def give_out_leads() -> None:
    """Give new leads to whom the rules name."""
    with acting(_JOB):
        services.distribute_new_leads(now=timezone.now())


@every(seconds=5)
def notice_answers() -> None:
    """Stop the clocks of leads that were called, noted or done something about."""
    with acting(_JOB):
        services.note_answers(now=timezone.now())
