"""Why a channel was stopped or a report was not sent: codes in the records, words for people."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STOPS: Final[dict[str, Promise]] = {
    "by_hand": _("stopped by a colleague"),
    "blocked": _("the bot was blocked or removed from the chat"),
    "no_chat": _("there is no such chat"),
    "no_hook": _("the chat does not know this webhook any more"),
    "redirected": _("the webhook leads somewhere else now"),
    "reader_left": _("the person whose rights it has may not sign in any more"),
    "no_address": _("the person has no e-mail address any more"),
    "unlinked": _("the person is no longer linked to the bot"),
    "moved_onto_other": _("the group became one that another channel already serves"),
}
SKIPS: Final[dict[str, Promise]] = {
    "too_late": _("nothing was running when it was due, and afterwards it was too late"),
    "switched_off": _("the evening report was switched off"),
    "channel_stopped": _("the channel was stopped before it left"),
}


def why_stopped(code: str) -> str:
    """Return why a channel was stopped, in words."""
    return str(STOPS[code]) if code in STOPS else code


def why_not_sent(code: str) -> str:
    """Return why a report was not sent: our own reason in words, another system's as it said it."""
    return str(SKIPS[code]) if code in SKIPS else why_stopped(code)
