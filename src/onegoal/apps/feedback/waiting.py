"""What waits for a colleague: questions to answer, questions that are late, decided leads nobody said a word about."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.feedback import queries
from onegoal.apps.shell.notices import Notice

_MARK_WITHIN: Final = dt.timedelta(days=7)


def questions_to_answer(user: User) -> Notice | None:
    """Return how many questions wait for this colleague."""
    now = timezone.now()
    due = list(queries.questions_to(user).values_list("due_at", flat=True)) if user.role != Role.HEAD else []
    if not due:
        return None
    text = ngettext("%(count)s question waits for your answer", "%(count)s questions wait for your answer", len(due))
    return Notice(text % {"count": len(due)}, len(due), reverse("feedback:questions"), is_late=min(due) < now)


def questions_too_late(user: User) -> Notice | None:
    """Return how many questions between the departments are late: for the heads of both."""
    if user.role not in (Role.HEAD, Role.SUPERVISOR):
        return None
    count = queries.late_questions(user, now=timezone.now()).count()
    if not count:
        return None
    text = ngettext(
        "%(count)s question between the departments is late",
        "%(count)s questions between the departments are late",
        count,
    )
    return Notice(text % {"count": count}, count, reverse("feedback:questions") + "?state=late", is_late=True)


def leads_to_mark(user: User) -> Notice | None:
    """Return how many of a seller's decided leads marketing has heard nothing of."""
    if user.role != Role.SELLER:
        return None
    found = queries.leads_without_mark(user, since=timezone.now() - _MARK_WITHIN)
    count, first = found.count(), found.order_by("-outcome_at").first()
    if first is None:
        return None
    text = ngettext(
        "Say of %(count)s decided lead how good it was", "Say of %(count)s decided leads how good they were", count
    )
    return Notice(text % {"count": count}, count, reverse("cards:lead", args=[first.pk]) + "#panel-feedback")
