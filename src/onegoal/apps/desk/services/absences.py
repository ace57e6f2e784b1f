"""Writes of absences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.desk.models import Absence


@transaction.atomic
def save_absence(*, absence: Absence, now: dt.datetime) -> Absence:
    """Enter or change the days on which a colleague gets no new leads."""
    stored = Absence.objects.filter(pk=absence.pk).first() if absence.pk else None
    absence.save()
    record_change(record=absence, before=snapshot(stored) if stored else {}, now=now)
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, now: dt.datetime) -> dict[str, Any]:
    """Delete an absence; returns what it held, for an undo."""
    held = snapshot(absence) | {"id": absence.pk}
    record_deletion(record=absence, now=now)
    absence.delete()
    return held


@transaction.atomic
def restore_absence(*, held: dict[str, Any], now: dt.datetime) -> Absence:
    """Put back a deleted absence."""
    absence = Absence(**held)
    absence.save(force_insert=True)
    record_change(record=absence, before={}, now=now)
    return absence
