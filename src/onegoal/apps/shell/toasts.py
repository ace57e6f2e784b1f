"""Short messages after an action, with an undo where there is one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.translation import gettext as _

_UNDO = "undo:"


def say(request: HttpRequest, text: Any, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Show `text` on this answer or the next page; `undo` is an address that takes a POST and puts things back."""
    messages.add_message(request, level, str(text), extra_tags=_UNDO + undo if undo else "", fail_silently=True)


def describe(message: Message) -> dict[str, str]:
    """Return a message as the template and the script show it: text, level, undo, undo_label."""
    tags = message.extra_tags or ""
    return {
        "text": str(message.message),
        "level": message.level_tag,
        "undo": tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else "",
        "undo_label": _("Undo"),
    }
