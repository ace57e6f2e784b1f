"""Reads of wall screens: by the token of a link, and the list of those who look after them."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet
from django.utils.crypto import constant_time_compare

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of, project_limit
from onegoal.apps.audit.record_version import record_version
from onegoal.apps.wall.models import WallBoard, WallScreen
from onegoal.core.memory import Memory

PREFIX_LENGTH = 12
"""Letters of a token by which its screen is found; the rest of them stands only in the digest."""

_screens = Memory(200)


def screen_of(token: str) -> WallScreen | None:
    """Return the screen a link belongs to; None for one that was guessed, revoked or replaced, all of them alike.

    Walls ask every two seconds: a screen is read again only when something in the records changed.
    """
    records, digest = record_version(), digest_of(token)
    if records is None:
        return _screen_of(token, digest)
    return _screens.remember((records, digest), lambda: _screen_of(token, digest))


def _screen_of(token: str, digest: str) -> WallScreen | None:
    found = _with_boards().filter(prefix=token[:PREFIX_LENGTH]).first()
    # The digests are compared whether or not the prefix is known: an answer takes as long for either.
    is_right = constant_time_compare(digest, found.digest if found else "0" * 64)
    return found if found and is_right and found.revoked_at is None else None


def visible_screens(user: User) -> QuerySet[WallScreen]:
    """Return the screens a user may look after: of the whole company only those who see all of it."""
    limit = project_limit(user)
    screens = _with_boards()
    return screens if limit is None else screens.filter(Q(project__in=limit))


def _with_boards() -> QuerySet[WallScreen]:
    boards = WallBoard.objects.select_related("team", "contest")
    return WallScreen.objects.select_related("project").prefetch_related(Prefetch("boards", boards))
