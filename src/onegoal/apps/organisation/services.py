"""Writes of the organisation: how long each kind of work takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.organisation.models import HandlingTime


@transaction.atomic
def save_handling_times(*, minutes: Mapping[str, int | None], now: dt.datetime) -> None:
    """Settle how many minutes each kind of work takes; None gives it back to what the records tell."""
    present = {one.kind: one for one in HandlingTime.objects.select_for_update()}
    for kind, wanted in minutes.items():
        one = present.get(kind)
        if wanted is None and one is not None:
            record_deletion(record=one, now=now)
            one.delete()
        elif wanted is not None and (one is None or one.minutes != wanted):
            before = snapshot(one) if one else {}
            one = one or HandlingTime(kind=kind)
            one.minutes = wanted
            one.save()
            record_change(record=one, before=before, now=now)
