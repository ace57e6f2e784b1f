"""Reads of coaching: one's own, what one set others, and for leaders that of their people."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.quality.models import Coaching
from onegoal.apps.quality.queries.duties import sellers_seen


def visible_coaching(user: User) -> QuerySet[Coaching]:
    """Return the coaching of oneself and by oneself; heads and analysts see all, supervisors that of their teams."""
    own = Q(seller_id=user.pk) | Q(author_id=user.pk)
    reach = reach_of(user)
    if not has_right(user, Right.REVIEW_CALLS):
        return Coaching.objects.filter(own)
    if reach.width is Width.ALL and reach.project_ids is None:
        return Coaching.objects.all()
    return Coaching.objects.filter(own | Q(seller__in=sellers_seen(user).order_by().values("pk")))
