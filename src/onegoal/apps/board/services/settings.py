"""What the company agreed on about its board, written down."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.board.models import BoardSettings


@transaction.atomic
def save_board_settings(*, settings: BoardSettings, now: dt.datetime) -> BoardSettings:
    """Store the board's settings."""
    stored = BoardSettings.objects.filter(pk=1).first()
    settings.pk = 1
    settings.save()
    record_change(record=settings, before=snapshot(stored) if stored else {}, now=now)
    return settings
