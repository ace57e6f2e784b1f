"""Which chat with the bot is whose: a code from one's own settings, used once, proves it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import digest_of
from onegoal.apps.audit.services import changing
from onegoal.apps.evening.models import Channel, ChannelKind, TelegramAccount
from onegoal.apps.evening.queries.channels import own_channel
from onegoal.apps.evening.services.channels import move_channel, stop_channel

CODE_LASTS: Final = dt.timedelta(minutes=30)


@transaction.atomic
def make_code(*, user: User, now: dt.datetime) -> str:
    """Make a code by which a colleague's chat is linked; an earlier one is worth nothing any more."""
    code = secrets.token_urlsafe(12)
    account = TelegramAccount.objects.select_for_update().filter(user=user).first() or TelegramAccount(user=user)
    with changing(account, now=now):
        account.code_digest, account.code_expires_at = digest_of(code), now + CODE_LASTS
    return code


@transaction.atomic
def link_chat(*, code: str, chat_id: int, now: dt.datetime) -> User | None:
    """Link a chat to whom the code was made for; None for a code that is unknown, used, too old or of somebody who left.

    A chat belongs to one colleague: an earlier link of it ends, and its own report with it.
    """
    found = TelegramAccount.objects.select_for_update().filter(code_digest=digest_of(code), user__is_active=True)
    account = found.filter(code_expires_at__gte=now).select_related("user").first() if code else None
    if account is None:
        return None
    for other in TelegramAccount.objects.filter(chat_id=chat_id).exclude(pk=account.pk).select_related("user"):
        unlink(user=other.user, now=now)
    own = own_channel(account.user, ChannelKind.TELEGRAM)
    with changing(account, now=now):
        account.chat_id, account.linked_at = chat_id, now
        account.code_digest, account.code_expires_at = "", None
    if own is not None and own.stopped_at is None:
        move_channel(channel=own, address=str(chat_id), now=now)
    return account.user


@transaction.atomic
def unlink(*, user: User, now: dt.datetime) -> None:
    """Forget a colleague's chat; reports that go there with their rights stop."""
    account = TelegramAccount.objects.select_for_update().filter(user=user, chat_id__isnull=False).first()
    if account is None:
        return
    there = Channel.objects.filter(
        kind=ChannelKind.TELEGRAM, address=str(account.chat_id), reader=user, stopped_at=None
    )
    for channel in there:
        stop_channel(channel=channel, because="unlinked", now=now)
    with changing(account, now=now):
        account.chat_id, account.linked_at, account.code_digest, account.code_expires_at = None, None, "", None
