"""What waits because of control: findings to answer, disputes to decide, rejections to check."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.quality.models import CheckState
from onegoal.apps.quality.queries.checks import findings_to_answer, visible_checks
from onegoal.apps.shell.notices import Notice

_LATE_AFTER: Final = 2
_MOST_DAYS_BACK: Final = 60


def findings(user: User) -> Notice | None:
    """Return how many of a seller's rejections were found wrong and are not answered yet."""
    if not has_right(user, Right.WRITE_SALES):
        return None
    count = findings_to_answer(user).count()
    text = ngettext(
        "%(count)s rejection of yours was found wrong", "%(count)s rejections of yours were found wrong", count
    )
    return Notice(text % {"count": count}, count, reverse("quality:own_checks")) if count else None


def disputes(user: User) -> Notice | None:
    """Return how many sellers disagree and wait for the head's word."""
    if not has_right(user, Right.RULE):
        return None
    answered = visible_checks(user).filter(state=CheckState.DISPUTED).order_by("answered_at")
    moments = [moment for moment in answered.values_list("answered_at", flat=True) if moment]
    text = ngettext(
        "%(count)s finding is disputed and waits for your word",
        "%(count)s findings are disputed and wait for your word",
        len(moments),
    )
    url = reverse("quality:checks") + "?list=disputed"
    is_late = bool(moments) and timezone.localtime(moments[0]).date() < late_before(timezone.localdate())
    return Notice(text % {"count": len(moments)}, len(moments), url, is_late) if moments else None


def rejections(user: User) -> Notice | None:
    """Return how many rejections an analyst has to check."""
    if user.role != Role.QUALITY:
        return None
    days = list(visible_checks(user).filter(state=CheckState.WAITING).values_list("queued_on", flat=True))
    text = ngettext("%(count)s rejection to check", "%(count)s rejections to check", len(days))
    is_late = bool(days) and min(days) < late_before(timezone.localdate())
    return Notice(text % {"count": len(days)}, len(days), reverse("quality:checks"), is_late) if days else None


def late_before(today: dt.date) -> dt.date:
    """Return the day before which what waits is late: two working days back."""
    calendar, day, left = calendar_of_company(), today, _LATE_AFTER
    for back in range(1, _MOST_DAYS_BACK):
        day = today - dt.timedelta(days=back)
        left -= calendar.window(day) is not None
        if not left:
            break
    return day
