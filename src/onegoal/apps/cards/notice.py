"""The line above the work about tasks that are due."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.sales.models import Task
from onegoal.apps.shell.notices import Notice


def due_tasks(user: User) -> Notice | None:
    """Return how many of the user's own tasks are due by the end of today, and whether one is late."""
    if not has_right(user, Right.WRITE_SALES):
        return None
    now = timezone.localtime()
    midnight = dt.datetime.combine(now.date() + dt.timedelta(1), dt.time(), now.tzinfo)
    due = Task.objects.filter(assignee=user, done_at=None, due_at__lt=midnight)
    count, late = due.count(), due.filter(Q(due_at__lt=now)).count()
    if not count:
        return None
    if late:
        text = ngettext("%(late)s task is late", "%(late)s tasks are late", late) % {"late": late}
        return Notice(text, count, reverse("cards:tasks"), is_late=True)
    text = ngettext("%(count)s task is due today", "%(count)s tasks are due today", count) % {"count": count}
    return Notice(text, count, reverse("cards:tasks"))
