"""Writes of wall screens: made with a link that is shown once, changed, given a new link, revoked; their boards."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import Max, Q

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.wall.models import BoardKind, WallBoard, WallScreen
from onegoal.apps.wall.queries.screens import PREFIX_LENGTH

FIRST_BOARDS = (BoardKind.GOAL, BoardKind.DAYS, BoardKind.MONEY, BoardKind.TEAMS, BoardKind.SELLERS, BoardKind.TODAY)
_SEEN_NOTED_EVERY = dt.timedelta(minutes=1)


@transaction.atomic
def make_screen(*, screen: WallScreen, author: User, now: dt.datetime) -> str:
    """Store a new screen with a board of each usual kind; return the token of its link, which is never shown again."""
    token = _give_token(screen)
    with changing(screen, now=now):
        screen.author, screen.created_at = author, now
    for position, kind in enumerate(FIRST_BOARDS):
        with changing(WallBoard(screen=screen, kind=kind, position=position), now=now):
            pass
    return token


@transaction.atomic
def change_screen(*, screen: WallScreen, now: dt.datetime) -> None:
    """Store a changed name, project, language or look; its link stays what it is."""
    stored = WallScreen.objects.select_for_update().get(pk=screen.pk)
    with changing(stored, now=now):
        stored.name, stored.project, stored.language = screen.name, screen.project, screen.language
        stored.is_dark = screen.is_dark


@transaction.atomic
def renew_link(*, screen: WallScreen, now: dt.datetime) -> str:
    """Give a screen another link; the former one is dead from now on, and so is its being revoked. Returns the token."""
    stored = WallScreen.objects.select_for_update().get(pk=screen.pk)
    with changing(stored, now=now):
        token = _give_token(stored)
        stored.revoked_at = stored.last_seen_at = None
    return token


@transaction.atomic
def revoke_screen(*, screen: WallScreen, now: dt.datetime) -> None:
    """Make the link useless from now on; revoking twice changes nothing."""
    stored = WallScreen.objects.select_for_update().get(pk=screen.pk)
    if stored.revoked_at is None:
        with changing(stored, now=now):
            stored.revoked_at = now


def note_seen(*, screen: WallScreen, now: dt.datetime) -> None:
    """Remember when a screen last asked, to a minute, so that fifty of them asking do not write all the time."""
    if screen.last_seen_at is None or abs(now - screen.last_seen_at) >= _SEEN_NOTED_EVERY:
        # abs: a clock that was put back must not silence it. Only one of those who ask at once writes.
        unseen = Q(last_seen_at=screen.last_seen_at)
        WallScreen.objects.filter(unseen, pk=screen.pk).update(last_seen_at=now)


@transaction.atomic
def save_board(*, board: WallBoard, now: dt.datetime) -> None:
    """Store a new board at the end of its screen, or a changed one where it is."""
    if board.pk is None:
        last = board.screen.boards.aggregate(last=Max("position"))["last"]
        board.position = 0 if last is None else last + 1
    values = {name: getattr(board, name) for name in ("kind", "seconds", "shows", "team_id", "contest_id")}
    stored = WallBoard.objects.select_for_update().get(pk=board.pk) if board.pk else board
    with changing(stored, now=now):
        for name, value in values.items():
            setattr(stored, name, value)


@transaction.atomic
def move_board(*, board: WallBoard, steps: int, now: dt.datetime) -> None:
    """Move a board `steps` places down (negative: up) within its screen."""
    listed = list(WallBoard.objects.select_for_update().filter(screen_id=board.screen_id))
    place = next(at for at, one in enumerate(listed) if one.pk == board.pk)
    listed.insert(max(0, min(len(listed) - 1, place + steps)), listed.pop(place))
    for position, one in enumerate(listed):
        with changing(one, now=now):
            one.position = position


@transaction.atomic
def remove_board(*, board: WallBoard, now: dt.datetime) -> None:
    """Take a board off its screen."""
    record_deletion(record=board, now=now)
    board.delete()


def _give_token(screen: WallScreen) -> str:
    token = secrets.token_urlsafe(32)
    screen.prefix, screen.digest = token[:PREFIX_LENGTH], digest_of(token)
    return token
