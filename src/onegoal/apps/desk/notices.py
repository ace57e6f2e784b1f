"""The desk's line above a reader's work: answers that are late."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.desk.inbox_table import TAKERS
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.desk.queries.inbox import inbox
from onegoal.apps.shell.notices import Find, Notice, notices_for, register_notice

__all__ = ["Find", "Notice", "late_answers", "notices_for", "register_notice"]

_MOST = 100


def late_answers(user: User) -> Notice | None:
    """Return how many leads of the reader wait for an answer longer than agreed; None when none do."""
    if user.role not in TAKERS:
        return None
    count = inbox(user).filter(WAITING, response_due_at__lte=timezone.now()).values("pk")[:_MOST].count()
    if not count:
        return None
    text = ngettext(
        "%(count)s lead waits for an answer longer than agreed",
        "%(count)s leads wait for an answer longer than agreed",
        count,
    )
    return Notice(text % {"count": count}, count, reverse("desk:inbox"), is_late=True)
