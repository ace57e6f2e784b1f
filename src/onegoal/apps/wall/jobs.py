"""Recurring work: contests that are over get their result."""

from __future__ import annotations

from django.utils import timezone

from onegoal.apps.audit.jobs import every
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.wall.queries.contests import contests_to_settle, results_now
from onegoal.apps.wall.services.contests import settle_contest
from onegoal.metrics.errors import QuestionRefused


@every(seconds=60)
def settle_contests() -> None:
    """Settle every contest whose last day is over and whose figures are complete; each exactly once."""
    now, zone = timezone.now(), calendar_of_company().zone
    for contest in contests_to_settle(now, zone):
        try:
            results = results_now(contest, today=contest.ends_on)
        except QuestionRefused:
            continue  # a filter names what is gone; its page says so, and whoever agreed it mends it
        settle_contest(contest_id=contest.pk, results=results, now=now)
