"""The picture a screen shows, written once for all who look at it, and again only when something in it may have changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone, translation

from onegoal.apps.audit.record_version import record_version
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell import numbers
from onegoal.apps.wall.models import WallScreen
from onegoal.apps.wall.queries.celebrations import Signed, fresh_deals
from onegoal.apps.wall.queries.lateness import late_since
from onegoal.apps.wall.slides import slides_of
from onegoal.core.memory import Memory

YOUNG: Final = 2.0
"""Seconds for which a picture is shown though data came in meanwhile: it is never written more often."""
OLD: Final = 30.0
"""Seconds after which nobody is shown a picture whose data changed, not even while the next is being written."""
_MOST: Final = 200


@dataclass(frozen=True)
class Picture:
    """The boards of a screen as they are sent, and what tells this state from any other."""

    boards: list[dict[str, Any]]
    digest: str


@dataclass(frozen=True)
class _Kept:
    settings: Hashable
    facts: Hashable
    made: float
    picture: Picture


_kept: dict[int, _Kept] = {}
_locks: dict[int, threading.Lock] = {}
_answers = Memory(_MOST)


def picture_of(screen: WallScreen, *, today: dt.date, language: str) -> Picture:
    """Return the present picture of a screen, or the one before while a thread writes the next: nobody waits for figures.

    Those who ask while there is none wait for one of them to write it.
    """
    settings, facts = _settings(screen, today, language), _facts()
    if facts is None:
        return _written(screen, today, language)
    lock = _locks.setdefault(screen.pk, threading.Lock())
    kept = _kept_of(screen, settings)
    if kept is None or (kept.facts != facts and time.monotonic() - kept.made > OLD):
        with lock:
            again = _kept_of(screen, settings)
            return again.picture if again and again is not kept else _keep(screen, settings, facts, today, language)
    if kept.facts != facts and time.monotonic() - kept.made > YOUNG and lock.acquire(blocking=False):
        _in_background(lambda: _keep(screen, settings, facts, today, language), lock)
    return kept.picture


def answer_of(screen: WallScreen, *, now: dt.datetime, bundle: str) -> tuple[dict[str, Any], str]:
    """Return what the screen's browsers are sent and its ETag: one for each state of data, deals and settings.

    Browsers that ask within a second of each other are sent the same as long as nothing in the records changes.
    """
    records = record_version()
    if records is None:
        return _answer(screen, now, bundle)
    return _answers.remember((screen.pk, records, int(now.timestamp()), bundle), lambda: _answer(screen, now, bundle))


def _answer(screen: WallScreen, now: dt.datetime, bundle: str) -> tuple[dict[str, Any], str]:
    language = language_of(screen)
    with translation.override(language):
        picture = picture_of(screen, today=timezone.localdate(now), language=language)
        body = {
            "boards": picture.boards,
            "deals": [_told(deal) for deal in fresh_deals(screen, now)],
            "late": _late(late_since(now), language),
            "isDark": screen.is_dark,
            "bundle": bundle,
        }
    state = repr((picture.digest, body["deals"], body["late"], screen.is_dark, bundle))
    return body, f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


def language_of(screen: WallScreen) -> str:
    """Return the language a screen speaks: its own, else the company's."""
    return screen.language or current_company().language


def _kept_of(screen: WallScreen, settings: Hashable) -> _Kept | None:
    kept = _kept.get(screen.pk)
    return kept if kept and kept.settings == settings else None


def _keep(screen: WallScreen, settings: Hashable, facts: Hashable, today: dt.date, language: str) -> Picture:
    picture = _written(screen, today, language)
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[screen.pk] = _Kept(settings, facts, time.monotonic(), picture)
    return picture


def _in_background(work: Callable[[], object], lock: threading.Lock) -> None:
    """Do the work in a thread with a connection of its own; when it fails the picture before stays and the trace is printed."""
    zone = timezone.get_current_timezone()

    def run() -> None:
        try:
            with timezone.override(zone):
                work()
        finally:
            connection.close()
            lock.release()

    threading.Thread(target=run, name="wall-picture", daemon=True).start()


def _settings(screen: WallScreen, today: dt.date, language: str) -> Hashable:
    boards = [(one.pk, one.kind, one.seconds, one.shows, one.team_id, one.contest_id) for one in screen.boards.all()]
    return screen.project_id, tuple(boards), today, language


def _facts() -> Hashable | None:
    """Return what changes with the records or the figures; None inside a transaction, where nothing is kept."""
    records = record_version()
    return None if records is None else (records, data_version())


def _written(screen: WallScreen, today: dt.date, language: str) -> Picture:
    with translation.override(language):
        boards = [
            {"key": one.key, "seconds": one.seconds, "html": render_to_string(one.template, dict(one.context))}
            for one in slides_of(screen, today)
        ]
    return Picture(boards, hashlib.sha256(repr((language, boards)).encode()).hexdigest())


def _told(deal: Signed) -> dict[str, Any]:
    return {"id": deal.id, "who": deal.who, "project": deal.project}


def _late(since: dt.datetime | None, language: str) -> str:
    if since is None:
        return ""
    moment = numbers.write_moment(since, language, timezone.get_current_timezone())
    return translation.gettext("Figures of %(moment)s. Newer ones are late.") % {"moment": moment}
