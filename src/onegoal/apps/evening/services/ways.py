"""Hand one text to a channel: by mail, by the bot, by a webhook."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage

from onegoal.apps.audit.sendings import hand_over
from onegoal.apps.evening.models import Channel, ChannelKind
from onegoal.apps.evening.queries.channels import door
from onegoal.connectors.chat_hooks import client as chat_hooks
from onegoal.connectors.sending import TryLater
from onegoal.connectors.telegram import client as telegram

_LONGEST_MAIL = 500_000


def longest_text(kind: str) -> int:
    """Return how long one message of a kind of channel may be."""
    if kind == ChannelKind.EMAIL:
        return _LONGEST_MAIL
    return telegram.MOST_CHARACTERS if kind == ChannelKind.TELEGRAM else chat_hooks.MOST_CHARACTERS[kind]


def bot() -> telegram.Bot:
    """Return the installation's bot; `settings.TELEGRAM_TOKEN` must be set."""
    return telegram.Bot(settings.TELEGRAM_TOKEN, door(), settings.TELEGRAM_API)


def hand_to(channel: Channel, text: str, *, key: str) -> str:
    """Give one text to a channel; return the message's id where the other side names one. Raises: NotSent.

    `key` names the message: a mailbox that gets it twice can tell.
    """
    if channel.kind == ChannelKind.TELEGRAM:
        if not settings.TELEGRAM_TOKEN:
            raise TryLater("ONEGOAL_TELEGRAM_TOKEN is not set")
        return bot().send(channel.address, text)
    if channel.kind == ChannelKind.EMAIL:
        return _mail(channel, text, key)
    chat_hooks.post("slack" if channel.kind == ChannelKind.SLACK else "mattermost", channel.address, text, door())
    return ""


def _mail(channel: Channel, text: str, key: str) -> str:
    if not settings.EMAIL_URL:
        raise TryLater("ONEGOAL_EMAIL_URL is not set")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    name = f"<onegoal-evening-{key}@{domain}>"
    subject = " ".join(text.partition("\n")[0].split())
    headers = {"Message-ID": name, "Auto-Submitted": "auto-generated"}
    hand_over(EmailMessage(subject, text, to=[channel.address], headers=headers))
    return name
