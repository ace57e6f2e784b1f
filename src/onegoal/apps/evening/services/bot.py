"""What people write to the bot: each update is handled once, and what it changes is stored with the place reached."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.evening import answers
from onegoal.apps.evening.models import BotCursor, Channel, ChannelKind, TelegramAccount
from onegoal.apps.evening.services.channels import stop_channel
from onegoal.apps.evening.services.linking import link_chat
from onegoal.connectors.telegram.client import Message

NUMBERS_MAY_RESTART: Final = dt.timedelta(days=6)
"""After a week without updates Telegram goes on with any number: a smaller one is then a new one."""


def handle(*, message: Message, now: dt.datetime) -> str:
    """Do what a message asks for and return the answer; empty for one that needs none or was handled before."""
    if not _take(message, now):
        return ""
    words = message.text.split()
    if not words:
        return ""
    command = words[0].partition("@")[0].lower()
    if not message.is_private:
        return answers.group_text(message.chat_id) if command.startswith("/") else ""
    if command == "/start" and len(words) > 1:
        linked = link_chat(code=words[1], chat_id=message.chat_id, now=now)
        return answers.welcome_text(linked) if linked else answers.wrong_code_text()
    user = _user_of(message.chat_id)
    if user is None:
        return answers.stranger_text()
    if command == "/stop":
        return answers.stopped_text(user, _stop(user, message.chat_id, now))
    return answers.answer_to(user, command, now)


def reached(now: dt.datetime) -> int | None:
    """Return the update up to which all are handled; None where numbers may have begun anew."""
    cursor = BotCursor.objects.filter(pk=1).first()
    return None if cursor is None or _is_old(cursor, now) else cursor.last_update_id


def note_bot_name(*, name: str) -> None:
    """Remember the bot's name, for the link on people's settings."""
    BotCursor.objects.update_or_create(pk=1, defaults={"bot_name": name[:64]})


@transaction.atomic
def _take(message: Message, now: dt.datetime) -> bool:
    """Claim an update: of two processes one gets it, and none is handled again after a restart."""
    BotCursor.objects.get_or_create(pk=1)
    cursor = BotCursor.objects.select_for_update().get(pk=1)
    is_before = message.update_id < cursor.last_update_id and not _is_old(cursor, now)
    if is_before or message.update_id == cursor.last_update_id:
        return False
    cursor.last_update_id, cursor.handled_at = message.update_id, now
    cursor.save(update_fields=["last_update_id", "handled_at"])
    return True


def _is_old(cursor: BotCursor, now: dt.datetime) -> bool:
    return cursor.handled_at is None or now - cursor.handled_at > NUMBERS_MAY_RESTART


def _user_of(chat_id: int) -> User | None:
    account = TelegramAccount.objects.filter(chat_id=chat_id, user__is_active=True).select_related("user").first()
    return account.user if account else None


def _stop(user: User, chat_id: int, now: dt.datetime) -> int:
    """Stop the reports that go to a person's own chat."""
    there = Channel.objects.filter(kind=ChannelKind.TELEGRAM, address=str(chat_id), reader=user, stopped_at=None)
    channels = list(there)
    for channel in channels:
        stop_channel(channel=channel, because="by_hand", now=now)
    return len(channels)
