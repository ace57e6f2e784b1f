"""Work that returns: every working day the calls to be reviewed are drawn, also for days the machine was off."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.audit.services import Author, acting


@every(seconds=600)
def draw_calls_to_review() -> None:
    """Draw what is missing of the last working days."""
    from onegoal.apps.company.queries import calendar_of_company
    from onegoal.apps.quality.services.duties import draw_duties

    now, calendar = timezone.now(), calendar_of_company()
    with acting(Author(user_id=None, via="job")):
        draw_duties(calendar=calendar, today=now.astimezone(calendar.zone).date(), now=now)
