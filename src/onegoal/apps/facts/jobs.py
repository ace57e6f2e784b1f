"""Recurring work: records flow into the warehouse every second, the lake is tended every minute."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.facts.services import publish_stale, tend_lake


@every(seconds=1)
def publish() -> None:
    """Write what changed since the last time."""
    publish_stale()


@every(seconds=60)
def tend() -> None:
    """Merge small files and delete those that nobody reads any more."""
    tend_lake(now=timezone.now())
