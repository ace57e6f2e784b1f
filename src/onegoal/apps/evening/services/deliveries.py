"""Send what is due: each report once a day to each channel, through restarts, retries and a clock that jumps."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from onegoal.apps.audit.sendings import DeliveryState, Leave, send_once
from onegoal.apps.company.queries import calendar_of_company
from onegoal.apps.evening.models import Channel, ChannelKind, Delivery, EveningSettings
from onegoal.apps.evening.queries.channels import evening_settings, own_address
from onegoal.apps.evening.queries.report import evening_report
from onegoal.apps.evening.services.channels import move_channel, stop_channel
from onegoal.apps.evening.services.ways import hand_to, longest_text
from onegoal.apps.evening.text import report_text
from onegoal.connectors.sending import NotSent, PlaceIsGone, PlaceMoved
from onegoal.core.evening_times import due_moment, missed_days
from onegoal.core.message_parts import parts_of

LATEST: Final = dt.timedelta(hours=12)
"""A report that could not leave when it was due still leaves so long afterwards: the next morning it is still news."""
_LOOKED_BACK: Final = 31
_CLOCK_SLIPS: Final = dt.timedelta(minutes=15)


def note_due(*, zone: ZoneInfo, now: dt.datetime) -> int:
    """Write down every report that has become due; return how many of them are to be sent.

    What was due too long ago, or while the report was switched off, is written down as not sent, with the reason.
    """
    agreed = evening_settings()
    return sum(_note_due(channel, agreed, zone, now) for channel in Channel.objects.filter(stopped_at=None))


def deliver(*, delivery: Delivery, now: dt.datetime) -> NotSent | None:
    """Write and send one report if it is still to be sent; return why it did not leave, or None.

    A place that is gone stops its channel.
    """
    channel = delivery.channel
    if reason := _cannot(channel):
        stop_channel(channel=channel, because=reason, now=now)
        return PlaceIsGone(reason, reason)
    problem = send_once(sending=delivery, prepare=partial(_prepared, delivery, now), now=now)
    if isinstance(problem, PlaceIsGone):
        stop_channel(channel=channel, because=problem.reason, now=now)
    return problem


def _note_due(channel: Channel, agreed: EveningSettings, zone: ZoneInfo, now: dt.datetime) -> int:
    at = channel.due_at or agreed.due_at
    days = missed_days(since=_since(channel, agreed, now), now=now, at=at, zone=zone, most=_LOOKED_BACK)
    known = set(Delivery.objects.filter(channel=channel, is_test=False, day__in=days).values_list("day", flat=True))
    calendar = calendar_of_company()
    made = 0
    for day in days:
        if day in known or (agreed.only_working_days and calendar.window(day) is None):
            continue
        due = due_moment(day, at, zone)
        reason = "" if agreed.is_on else "switched_off"
        reason = reason or ("too_late" if now - due > LATEST else "")
        state = DeliveryState.SKIPPED if reason else DeliveryState.WAITING
        _one, is_new = Delivery.objects.get_or_create(
            channel=channel, day=day, is_test=False, defaults={"due_at": due, "state": state, "error": reason}
        )
        made += is_new and not reason
    return made


def _since(channel: Channel, agreed: EveningSettings, now: dt.datetime) -> dt.datetime:
    """From when on a report of the channel is missing if it was not sent.

    A beginning that is still to come was written by a clock that went wrong: what is due just now is then sent all the same.
    """
    since = max(channel.active_since, agreed.active_since or channel.active_since)
    return since if since <= now else now - _CLOCK_SLIPS


def _cannot(channel: Channel) -> str:
    """Why nothing may go there any more, as a code; empty where it may. People's own address is followed."""
    if not channel.reader.is_active:
        return "reader_left"
    if channel.author_id == channel.reader_id and channel.team_id is None and channel.kind == ChannelKind.EMAIL:
        channel.address = own_address(channel.reader, channel.kind)
        return "" if channel.address else "no_address"
    return ""


def _prepared(delivery: Delivery, now: dt.datetime) -> Leave:
    """Write the report unless it was written for an earlier attempt; whoever writes first is sent."""
    if not delivery.text:
        channel = delivery.channel
        report = evening_report(channel.reader, day=delivery.day, now=now, team=channel.team)
        text = report_text(report, spoken=channel.language, is_test=delivery.is_test)
        written = {"text": text, "cutoff_at": report.cutoff, "data_version": report.data_version[:80]}
        Delivery.objects.filter(pk=delivery.pk, text="").update(**written)
        delivery.refresh_from_db(fields=["text", "cutoff_at", "data_version", "parts_sent", "message_id"])
    return partial(_leave, delivery, now)


def _leave(delivery: Delivery, now: dt.datetime) -> None:
    """Send the parts that have not left yet, noting each."""
    channel = delivery.channel
    delivery.refresh_from_db(fields=["parts_sent", "message_id"])
    parts = parts_of(delivery.text, longest_text(channel.kind))
    for place in range(delivery.parts_sent, len(parts)):
        key = f"{delivery.pk}-{place}"
        try:
            told = hand_to(channel, parts[place], key=key)
        except PlaceMoved as moved:
            if not move_channel(channel=channel, address=moved.address, now=now):
                raise PlaceIsGone("moved_onto_other", "moved") from None
            told = hand_to(channel, parts[place], key=key)
        ids = " ".join(one for one in (delivery.message_id, told) if one)[:200]
        delivery.message_id = ids
        Delivery.objects.filter(pk=delivery.pk).update(parts_sent=place + 1, message_id=ids)
