"""Channels, fields and operators of the grouping table in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onegoal.core.channels import Condition

CHANNEL_WORDS: dict[str, Any] = {
    "paid_search": _("paid search"),
    "organic_search": _("organic search"),
    "paid_social": _("paid social"),
    "organic_social": _("organic social"),
    "display": _("display"),
    "video": _("video"),
    "classifieds": _("classifieds"),
    "messengers": _("messengers"),
    "email": _("e-mail"),
    "sms": _("SMS"),
    "partners": _("partners"),
    "referral": _("referral"),
    "offline": _("offline"),
    "calls": _("calls"),
    "direct": _("direct"),
    "other": _("other"),
}
FIELD_WORDS: dict[str, Any] = {
    "source": _("source"),
    "medium": _("medium"),
    "campaign": _("campaign"),
    "click_id": _("kind of click id"),
    "referrer": _("site that led here"),
    "request_type": _("kind of request"),
}
OPERATOR_WORDS: dict[str, Any] = {
    "is": _("is"),
    "is_not": _("is not"),
    "matches_any": _("is one of"),
    "contains": _("contains"),
    "starts_with": _("begins with"),
    "is_set": _("is there"),
    "is_empty": _("is missing"),
}


def channel_words(channel: str) -> str:
    """Return a channel's name: in words where it is one of the default ones, else as the company wrote it."""
    return str(CHANNEL_WORDS.get(channel, channel))


def condition_words(condition: Condition) -> str:
    """Return a condition as a person would say it: source is one of "google", "yandex"."""
    said = f"{FIELD_WORDS[condition.field]} {OPERATOR_WORDS[condition.operator]}"
    if condition.operator in ("is_set", "is_empty"):
        return said
    values = ", ".join(gettext("“%(text)s”") % {"text": value} for value in condition.values)
    return f"{said} {values}"
