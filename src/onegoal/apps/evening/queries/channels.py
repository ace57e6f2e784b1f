"""Reads of channels, of what was sent through them, and of what this installation can send by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right, has_right
from onegoal.apps.audit.sendings import STUCK, DeliveryState
from onegoal.apps.evening.models import Channel, ChannelKind, Delivery, EveningSettings, TelegramAccount
from onegoal.connectors.outgoing import Door

FRESH = dt.timedelta(days=7)


def evening_settings() -> EveningSettings:
    """Return when the report is due; the usual where nobody has set it."""
    found = EveningSettings.objects.filter(pk=1).first()
    if found is None:
        found = EveningSettings(pk=1, due_at=dt.time(21))
    return found


def door() -> Door:
    """Return the door that messages leave by."""
    return Door(allowed=settings.OUTGOING_ALLOW)


def can_send(kind: str) -> bool:
    """Tell whether this installation has what a kind of channel needs: a mail server, a bot; webhooks need nothing."""
    needs = {ChannelKind.EMAIL: settings.EMAIL_URL, ChannelKind.TELEGRAM: settings.TELEGRAM_TOKEN}
    return bool(needs.get(ChannelKind(kind), True))


def visible_channels(user: User) -> QuerySet[Channel]:
    """Return the channels a user may see: all for those who set the report, else those made for themselves."""
    channels = Channel.objects.select_related("reader", "team")
    if has_right(user, Right.SET_EVENING):
        return channels
    return channels.filter(reader=user, author=user)


def own_channel(user: User, kind: str) -> Channel | None:
    """Return the channel by which somebody gets the report themselves, or got it before."""
    mine = Channel.objects.filter(reader=user, kind=kind, team=None, address=own_address(user, kind))
    return mine.order_by("-stopped_at", "-pk").filter(stopped_at=None).first() or mine.order_by("-pk").first()


def own_address(user: User, kind: str) -> str:
    """Return where somebody themselves is reached: their address, or their chat with the bot; empty where nowhere."""
    if kind == ChannelKind.EMAIL:
        return user.email or ""
    account = linked_account(user)
    return str(account.chat_id) if account else ""


def linked_account(user: User) -> TelegramAccount | None:
    """Return a colleague's link to the bot, or None."""
    return TelegramAccount.objects.filter(user=user, chat_id__isnull=False).first()


def deliveries_of(user: User) -> QuerySet[Delivery]:
    """Return what was or is to be sent through the channels a user may see, the newest first."""
    return Delivery.objects.filter(channel__in=visible_channels(user).order_by().values("pk")).select_related(
        "channel__reader"
    )


def stuck_deliveries(user: User, *, now: dt.datetime) -> QuerySet[Delivery]:
    """Return reports of the last days that somebody has to decide about, in channels that go on."""
    return deliveries_of(user).filter(
        state__in=STUCK, is_test=False, channel__stopped_at=None, day__gte=(now - FRESH).date()
    )


def waiting_deliveries(*, now: dt.datetime) -> QuerySet[Delivery]:
    """Return what is to be sent by now, the longest due first."""
    ready = Delivery.objects.filter(state=DeliveryState.WAITING, due_at__lte=now, channel__stopped_at=None)
    return ready.select_related("channel__reader", "channel__team").order_by("due_at", "pk")


def possible_readers() -> QuerySet[User]:
    """Return the colleagues whose rights a channel may have: those who may sign in and see the goal."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.SEE_GOAL in rights]
    return User.objects.filter(is_active=True, role__in=roles).order_by("name", "pk")


def masked(channel: Channel) -> str:
    """Return where a channel leads, without the secret of a webhook."""
    if channel.kind in (ChannelKind.TELEGRAM, ChannelKind.EMAIL):
        return channel.address
    host = channel.address.split("/")[2] if channel.address.count("/") > 2 else ""
    return f"{host}/…{channel.address[-4:]}"


def same_place(channel: Channel) -> QuerySet[Any]:
    """Return the other channels that serve the same place for the same team."""
    same = Channel.objects.filter(kind=channel.kind, address=channel.address, team=channel.team, stopped_at=None)
    return same.exclude(pk=channel.pk)
