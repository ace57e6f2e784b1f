"""Changing what the company agreed about control."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.quality.models import QualitySettings
from onegoal.apps.quality.services.queue import begin_control


@transaction.atomic
def save_quality_settings(*, changes: dict[str, Any], now: dt.datetime) -> QualitySettings:
    """Keep what was agreed, by field. An earlier beginning of control lets the queue look at what came since then."""
    settings = begin_control(now=now)
    before = snapshot(settings)
    began_at = settings.began_at
    for name, value in changes.items():
        setattr(settings, name, value)
    if settings.began_at is not None and began_at is not None and settings.began_at < began_at:
        settings.seen_decision = 0
    settings.save()
    record_change(record=settings, before=before, now=now)
    return settings
