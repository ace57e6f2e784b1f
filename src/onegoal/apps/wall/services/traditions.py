"""Writes of traditions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.audit.services import changing
from onegoal.apps.wall.models import Tradition

_TERMS = ("name", "first_on", "repeats", "note", "owner_id")


@transaction.atomic
def save_tradition(*, tradition: Tradition, now: dt.datetime) -> Tradition:
    """Store a new or changed tradition."""
    values = {name: getattr(tradition, name) for name in _TERMS}
    stored = Tradition.objects.select_for_update().get(pk=tradition.pk) if tradition.pk else tradition
    with changing(stored, now=now):
        for name, value in values.items():
            setattr(stored, name, value)
    return stored


@transaction.atomic
def stop_tradition(*, tradition: Tradition, on: dt.date | None, now: dt.datetime) -> None:
    """Let a tradition end before a day; None takes that back."""
    stored = Tradition.objects.select_for_update().get(pk=tradition.pk)
    with changing(stored, now=now):
        stored.stopped_on = on
