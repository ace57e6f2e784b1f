"""What waits for a colleague because of blockers: those to mend, and whether one is late."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.control.models import Blocker
from onegoal.apps.shell.notices import Notice


def blockers_to_mend(user: User) -> Notice | None:
    """Return how many open blockers the user is to mend."""
    due = list(Blocker.objects.filter(owner=user, resolved_at=None).values_list("due_on", flat=True))
    if not due:
        return None
    text = ngettext("%(count)s blocker waits for you", "%(count)s blockers wait for you", len(due))
    today = timezone.localdate()
    is_late = any(day is not None and day < today for day in due)
    return Notice(text % {"count": len(due)}, len(due), reverse("control:blockers") + "?whose=mine", is_late)
