"""Recurring work of the API."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.api.replay import forget_old_calls
from onegoal.apps.audit.jobs import every


@every(seconds=3600)
def forget_answers() -> None:
    """Forget answers kept for idempotency keys after 48 hours."""
    forget_old_calls(now=timezone.now())
