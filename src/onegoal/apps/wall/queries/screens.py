"""Reads of wall screens: by the token of a link, and the list of those who look after them."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet
from django.utils.crypto import constant_time_compare

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of, project_limit
from onegoal.apps.wall.models import WallBoard, WallScreen

PREFIX_LENGTH = 12
"""Letters of a token by which its screen is found; the rest of them stands only in the digest."""


def screen_of(token: str) -> WallScreen | None:
    """Return the screen a link belongs to; None for one that was guessed, revoked or replaced, all of them alike."""
    found = _with_boards().filter(prefix=token[:PREFIX_LENGTH]).first()
    # The digests are compared whether or not the prefix is known: an answer takes as long for either.
    is_right = constant_time_compare(digest_of(token), found.digest if found else "0" * 64)
    return found if found and is_right and found.revoked_at is None else None


def visible_screens(user: User) -> QuerySet[WallScreen]:
    """Return the screens a user may look after: of the whole company only those who see all of it."""
    limit = project_limit(user)
    screens = _with_boards()
    return screens if limit is None else screens.filter(Q(project__in=limit))


def _with_boards() -> QuerySet[WallScreen]:
    boards = WallBoard.objects.select_related("team", "contest")
    return WallScreen.objects.select_related("project").prefetch_related(Prefetch("boards", boards))
