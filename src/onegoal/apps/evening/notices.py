"""What the evening report says above the work: channels that stopped by themselves, messages to decide about."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.evening.models import Channel
from onegoal.apps.evening.queries.channels import stuck_deliveries
from onegoal.apps.shell.notices import Notice

_TOLD_FOR = dt.timedelta(days=7)


def stopped_channels(user: User) -> Notice | None:
    """Return how many channels stopped by themselves lately; for those who set the report."""
    if not has_right(user, Right.SET_EVENING):
        return None
    lately = Channel.objects.filter(stopped_at__gte=timezone.now() - _TOLD_FOR)
    count = lately.exclude(stopped_because__in=("by_hand", "unlinked")).count()
    text = ngettext(
        "%(count)s place of the evening report cannot be reached any more",
        "%(count)s places of the evening report cannot be reached any more",
        count,
    )
    return Notice(text % {"count": count}, count, reverse("evening:settings"), is_late=True) if count else None


def undelivered(user: User) -> Notice | None:
    """Return how many evening reports wait for a decision of those who set them."""
    if not has_right(user, Right.SET_EVENING):
        return None
    count = stuck_deliveries(user, now=timezone.now()).count()
    text = ngettext(
        "%(count)s evening report may not have arrived", "%(count)s evening reports may not have arrived", count
    )
    return Notice(text % {"count": count}, count, reverse("evening:settings"), is_late=True) if count else None
