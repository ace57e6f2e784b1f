"""The levers' numbers as the company sets them."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.conflicts.models import LeverNumber
from onegoal.core.kpi_conflicts import ASSUMPTIONS


@transaction.atomic
def set_number(
    *, key: str, estimate: float, low: float, high: float, author: User, now: dt.datetime
) -> LeverNumber | None:
    """Set one number; what equals the one that comes with the product is not kept. Raises: ValueError for odd bounds."""
    usual = ASSUMPTIONS[key]
    if not usual.least <= low <= estimate <= high:
        raise ValueError(key)
    stored = LeverNumber.objects.select_for_update().filter(key=key).first()
    if (estimate, low, high) == (usual.estimate, usual.low, usual.high):
        if stored is not None:
            record_deletion(record=stored, now=now)
            stored.delete()
        return None
    if stored is not None and (stored.estimate, stored.low, stored.high) == (estimate, low, high):
        return stored
    stored = stored or LeverNumber(key=key, estimate=estimate, low=low, high=high, set_at=now)
    with changing(stored, now=now):
        stored.estimate, stored.low, stored.high = estimate, low, high
        stored.author, stored.set_at = author, now
    return stored


@transaction.atomic
def reset_numbers(*, now: dt.datetime) -> int:
    """Go back to the numbers that come with the product; return how many were set."""
    found = list(LeverNumber.objects.all())
    for one in found:
        record_deletion(record=one, now=now)
        one.delete()
    return len(found)
