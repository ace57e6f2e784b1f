"""Lines above a reader's work about calls: to be judged, to be read, to be looked at again."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.quality.models import Coaching, Review, ReviewDuty
from onegoal.apps.quality.queries.duties import owed
from onegoal.apps.shell.notices import Notice


def calls_to_review(user: User) -> Notice | None:
    """Tell a reviewer how many drawn calls wait; late when one is older than the last working day."""
    if not has_right(user, Right.REVIEW_CALLS):
        return None
    days = list(owed(ReviewDuty.objects.filter(reviewer_id=user.pk)).values_list("day", flat=True))
    last = calendar_of_company().working_day_before(timezone.localdate())
    said = ngettext("%(count)s call to review", "%(count)s calls to review", len(days))
    return _notice(said, len(days), "quality:reviews", is_late=any(day < last for day in days))


def calls_others_ask_about(user: User) -> Notice | None:
    """Tell a reviewer which calls colleagues asked them to judge too."""
    if not has_right(user, Right.REVIEW_CALLS):
        return None
    count = Review.objects.filter(reviewer_id=user.pk, finished_at=None, asked_by__isnull=False).count()
    said = ngettext("%(count)s call to judge for comparison", "%(count)s calls to judge for comparison", count)
    return _notice(said, count, "quality:reviews")


def reviews_to_read(user: User) -> Notice | None:
    """Tell a seller of reviews they have not read."""
    if not has_right(user, Right.HEAR_CALLS):
        return None
    count = Review.objects.filter(seller_id=user.pk, finished_at__isnull=False, acknowledged_at=None).count()
    said = ngettext("%(count)s review of your calls to read", "%(count)s reviews of your calls to read", count)
    return _notice(said, count, "quality:own_reviews")


def coaching_to_look_at(user: User) -> Notice | None:
    """Tell a coach whose second look is due."""
    if not has_right(user, Right.REVIEW_CALLS):
        return None
    today = timezone.localdate()
    due = list(
        Coaching.objects.filter(author_id=user.pk, closed_at=None, follow_up_on__lte=today).values_list(
            "follow_up_on", flat=True
        )
    )
    said = ngettext("%(count)s coaching to look at again", "%(count)s coachings to look at again", len(due))
    return _notice(said, len(due), "quality:coaching", is_late=any(day < today for day in due))


def _notice(said: str, count: int, url_name: str, *, is_late: bool = False) -> Notice | None:
    return Notice(said % {"count": count}, count, reverse(url_name), is_late) if count else None
