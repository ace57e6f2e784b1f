"""Writes of the company's list of objections."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.sales.models import Objection
from onegoal.apps.sales.services import save_record


@transaction.atomic
def save_objection(*, objection: Objection, now: dt.datetime) -> Objection:
    """Add an objection at the end of the list, or rename one."""
    if objection.pk is None:
        last = Objection.objects.aggregate(last=Max("position"))["last"]
        objection.position = 0 if last is None else last + 1
    return save_record(record=objection, now=now)


@transaction.atomic
def set_in_use(*, objection: Objection, is_active: bool, now: dt.datetime) -> Objection:
    """Show an objection to sellers, or no more; what is tagged with it keeps it."""
    objection.is_active = is_active
    return save_record(record=objection, now=now)


@transaction.atomic
def move_objection(*, objection: Objection, step: int, now: dt.datetime) -> None:
    """Move an objection one place up (-1) or down (1)."""
    found = list(Objection.objects.select_for_update().order_by("position", "pk"))
    place = next(at for at, one in enumerate(found) if one.pk == objection.pk)
    other = min(max(place + step, 0), len(found) - 1)
    found[place], found[other] = found[other], found[place]
    for position, one in enumerate(found):
        if one.position != position:
            before = snapshot(one)
            one.position = position
            one.save()
            record_change(record=one, before=before, now=now)
