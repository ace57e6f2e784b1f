"""Short lines above a reader's work: what waits for them, gathered from every app that knows of something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from onegoal.apps.accounts.models import User


@dataclass(frozen=True)
class Notice:
    """One line: what waits (the text says how many), the count alone, where to do it, whether some of it is late."""

    text: str | Promise
    count: int
    url: str
    is_late: bool = False


Find = Callable[[User], Notice | None]
_finders: dict[str, Find] = {}


def register_notice(key: str, find: Find) -> None:
    """Add a source of notices; called from an app's `ready`. `find` returns None when nothing waits for the user."""
    _finders[key] = find


def notices_for(user: User) -> list[Notice]:
    """Return what waits for the user, late things first."""
    found = [notice for find in _finders.values() if (notice := find(user)) is not None]
    return sorted(found, key=lambda notice: not notice.is_late)
