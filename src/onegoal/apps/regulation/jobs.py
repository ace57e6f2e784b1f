"""Work of the regulation that no page waits for: trials, decisions made elsewhere, leads whose day has come."""

from __future__ import annotations

import logging

from django.utils import timezone

from onegoal.apps.audit.jobs import every, job
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.regulation.models import Trial
from onegoal.apps.regulation.services import bring_back_nurtured, give_up_trial, note_found_decisions, run_trial

_log = logging.getLogger(__name__)


@job
def run_trial_later(*, trial_id: int) -> None:
    """Judge the leads of a trial; one that was replaced meanwhile is not there any more."""
    trial = Trial.objects.select_related("regulation", "against", "asker").filter(pk=trial_id).first()
    if trial is None:
        return
    try:
        run_trial(trial=trial, clock=timezone.now)
    except Exception:  # noqa: BLE001 - whatever it was, its asker has to be told
        _log.exception("trial %s broke off", trial_id)
        give_up_trial(trial=trial)


@every(seconds=15)
def note_decisions_made_elsewhere() -> None:
    """Give leads that were decided by an import, the API or a dragged card their decisions."""
    with acting(Author(user_id=None, via="job")):
        note_found_decisions(now=timezone.now())


@every(seconds=600)
def bring_back_leads() -> None:
    """Send leads that were warmed up back to work on their day."""
    with acting(Author(user_id=None, via="job")):
        bring_back_nurtured(now=timezone.now())
