"""Reads of saved views."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.shell.models import SavedView


def visible_views(user: User, page: str) -> QuerySet[SavedView]:
    """Return the user's own views of a page, and those others share."""
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True), page=page).select_related("user")


def own_views(user: User) -> QuerySet[SavedView]:
    """Return the views the user may change: their own."""
    return SavedView.objects.filter(user=user)
