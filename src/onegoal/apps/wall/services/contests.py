"""Writes of contests: agreed, changed before they are over, called off, settled exactly once, prizes handed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.wall.models import Contest, Entrant, Prize
from onegoal.core.contests import Result, to_millionths


class ContestOver(Exception):
    """The result is settled: nothing about it changes any more."""


@dataclass(frozen=True)
class Entry:
    """Who takes part and what their result counts times, in hundredths of a per cent."""

    who: User | Team
    handicap_bp: int


TERMS = (
    "name", "metric", "where", "starts_on", "ends_on", "is_between_teams", "per_person", "minimum", "shows", "note",
)  # fmt: skip


@transaction.atomic
def save_contest(
    *, contest: Contest, entries: Sequence[Entry], prizes: Mapping[int, str], author: User, now: dt.datetime
) -> Contest:
    """Store a contest with those who take part and the prize of each place; one that is over is refused.

    Raises: ContestOver.
    """
    stored = contest
    if contest.pk:
        stored = Contest.objects.select_for_update().get(pk=contest.pk)
        if stored.closed_at:
            raise ContestOver
    values = {name: getattr(contest, name) for name in TERMS}
    with changing(stored, now=now):
        for name, value in values.items():
            setattr(stored, name, value)
        if not stored.pk:
            stored.author, stored.created_at = author, now
    _set_entrants(stored, entries, now)
    _set_prizes(stored, prizes, now)
    return stored


@transaction.atomic
def call_off(*, contest: Contest, now: dt.datetime) -> None:
    """Call a contest off: it stays in the list, nobody wins. Raises: ContestOver."""
    stored = Contest.objects.select_for_update().get(pk=contest.pk)
    if stored.closed_at:
        raise ContestOver
    if stored.cancelled_at is None:
        with changing(stored, now=now):
            stored.cancelled_at = now


@transaction.atomic
def call_on(*, contest: Contest, now: dt.datetime) -> None:
    """Let a contest go on that was called off."""
    stored = Contest.objects.select_for_update().get(pk=contest.pk)
    if stored.cancelled_at:
        with changing(stored, now=now):
            stored.cancelled_at = None


@transaction.atomic
def settle_contest(*, contest_id: int, results: Sequence[Result[int]], now: dt.datetime) -> bool:
    """Keep the result by entrant's id, once and for all; return whether it was this call that did.

    A second worker, a retry after a crash and a clock put back find it settled and change nothing.
    """
    stored = Contest.objects.select_for_update().get(pk=contest_id)
    if stored.closed_at or stored.cancelled_at:
        return False
    entrants = {one.pk: one for one in Entrant.objects.select_for_update().filter(contest=stored)}
    for result in results:
        with changing(entrants[result.key], now=now):
            entrants[result.key].value_millionths = None if result.value is None else to_millionths(result.value)
            entrants[result.key].place = result.place
    with changing(stored, now=now):
        stored.closed_at = now
    return True


@transaction.atomic
def note_prize_given(*, prize: Prize, is_given: bool, now: dt.datetime) -> None:
    """Note that a prize was handed over, or that it was not."""
    stored = Prize.objects.select_for_update().get(pk=prize.pk)
    if bool(stored.given_at) != is_given:
        with changing(stored, now=now):
            stored.given_at = now if is_given else None


def _set_entrants(contest: Contest, entries: Sequence[Entry], now: dt.datetime) -> None:
    wanted = {(isinstance(one.who, Team), one.who.pk): one for one in entries}
    for stored in contest.entrants.all():
        entry = wanted.pop((stored.team_id is not None, stored.team_id or stored.user_id or 0), None)
        if entry is None:
            record_deletion(record=stored, now=now)
            stored.delete()
        elif stored.handicap_bp != entry.handicap_bp:
            with changing(stored, now=now):
                stored.handicap_bp = entry.handicap_bp
    for entry in wanted.values():
        side = {"team": entry.who} if isinstance(entry.who, Team) else {"user": entry.who}
        with changing(Entrant(contest=contest, handicap_bp=entry.handicap_bp, **side), now=now):
            pass


def _set_prizes(contest: Contest, prizes: Mapping[int, str], now: dt.datetime) -> None:
    stored = {one.place: one for one in contest.prizes.all()}
    for place in stored.keys() - prizes.keys():
        record_deletion(record=stored[place], now=now)
        stored[place].delete()
    for place, text in prizes.items():
        prize = stored.get(place) or Prize(contest=contest, place=place)
        if prize.text != text:
            with changing(prize, now=now):
                prize.text = text
