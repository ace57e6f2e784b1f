"""Where the evening report goes, and when: begin, change, stop, go on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.sendings import DeliveryState
from onegoal.apps.audit.services import changing
from onegoal.apps.evening.models import Channel, Delivery, EveningSettings
from onegoal.apps.evening.queries.channels import evening_settings, own_address, own_channel, same_place


class PlaceIsTaken(Exception):
    """Another channel already serves this place for the same team."""

    def __init__(self, other: Channel) -> None:
        super().__init__(other.name)
        self.other = other


@dataclass(frozen=True)
class Place:
    """What a channel consists of, as a form gives it."""

    kind: str
    name: str
    address: str
    reader: User
    team: Team | None = None
    due_at: dt.time | None = None
    language: str = ""


@transaction.atomic
def set_evening(*, due_at: dt.time, only_working_days: bool, is_on: bool, now: dt.datetime) -> EveningSettings:
    """Settle when the report is due; a time that has passed today counts from tomorrow on."""
    found = evening_settings()
    with changing(found, now=now):
        if (found.due_at, found.is_on) != (due_at, is_on):
            found.active_since = now
        found.due_at, found.only_working_days, found.is_on = due_at, only_working_days, is_on
    return found


@transaction.atomic
def add_channel(*, place: Place, author: User, now: dt.datetime) -> Channel:
    """Have the report sent to a place from now on. Raises: PlaceIsTaken."""
    channel = Channel(author=author, created_at=now, active_since=now)
    _fill(channel, place)
    with changing(channel, now=now):
        pass
    return channel


@transaction.atomic
def change_channel(*, channel: Channel, place: Place, now: dt.datetime) -> Channel:
    """Change a channel; a new time that has passed today counts from tomorrow on. Raises: PlaceIsTaken."""
    found = Channel.objects.select_for_update().get(pk=channel.pk)
    with changing(found, now=now):
        if found.due_at != place.due_at:
            found.active_since = now
        _fill(found, place)
    return found


@transaction.atomic
def stop_channel(*, channel: Channel, because: str, now: dt.datetime) -> None:
    """Send no further report there; what waits is noted as not sent. `because` is a code of words.STOPS."""
    found = Channel.objects.select_for_update().get(pk=channel.pk)
    if found.stopped_at is not None:
        return
    with changing(found, now=now):
        found.stopped_at, found.stopped_because = now, because
    waiting = found.deliveries.filter(state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.SKIPPED, error="channel_stopped")


@transaction.atomic
def resume_channel(*, channel: Channel, now: dt.datetime) -> None:
    """Send there again, from the next report on. Raises: PlaceIsTaken."""
    found = Channel.objects.select_for_update().get(pk=channel.pk)
    if found.stopped_at is None:
        return
    if other := same_place(found).first():
        raise PlaceIsTaken(other)
    with changing(found, now=now):
        found.stopped_at, found.stopped_because, found.active_since = None, "", now


@transaction.atomic
def move_channel(*, channel: Channel, address: str, now: dt.datetime) -> bool:
    """Follow a place to its new address; return whether the channel goes on there (another may serve it already)."""
    found = Channel.objects.select_for_update().get(pk=channel.pk)
    found.address = address
    if same_place(found).exists():
        stop_channel(channel=channel, because="moved_onto_other", now=now)
        return False
    Channel.objects.filter(pk=found.pk).update(address=address)
    channel.address = address
    return True


@transaction.atomic
def get_it_myself(*, user: User, kind: str, due_at: dt.time | None, now: dt.datetime) -> Channel | None:
    """Have a colleague get their own report by e-mail or from the bot; None where they cannot be reached so.

    Raises: PlaceIsTaken.
    """
    address = own_address(user, kind)
    if not address:
        return None
    place = Place(kind=kind, name=user.name, address=address, reader=user, due_at=due_at)
    found = own_channel(user, kind)
    if found is None:
        return add_channel(place=place, author=user, now=now)
    resume_channel(channel=found, now=now)
    return change_channel(channel=found, place=place, now=now)


def ask_for_test(*, channel: Channel, day: dt.date, now: dt.datetime) -> Delivery:
    """Have the report of the present day sent now, marked as a test."""
    return Delivery.objects.create(channel=channel, day=day, is_test=True, due_at=now)


def _fill(channel: Channel, place: Place) -> None:
    channel.kind, channel.name, channel.address = place.kind, place.name, place.address
    channel.reader, channel.team, channel.due_at, channel.language = (
        place.reader,
        place.team,
        place.due_at,
        place.language,
    )
    if channel.stopped_at is None and (other := same_place(channel).first()):
        raise PlaceIsTaken(other)
