"""Work that returns every few seconds: new rejections come into the queue of those to be checked."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.services import Author, acting


@every(seconds=20)
def queue_rejections() -> None:
    """Look at the rejections that came since the last time."""
    from onegoal.apps.company.queries import current_company
    from onegoal.apps.quality.services.queue import queue_new_rejections

    now = timezone.now()
    with acting(Author(user_id=None, via="job")):
        queue_new_rejections(now=now, today=now.astimezone(ZoneInfo(current_company().time_zone)).date())
