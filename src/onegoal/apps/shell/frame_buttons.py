"""Buttons in the frame of every page: an app registers one that opens its form in a box, wherever the reader stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from onegoal.apps.accounts.rights import Right, has_right


@dataclass(frozen=True)
class FrameButton:
    """A button beside the search: its words, icon and key, and the address of the form that opens in the box.

    The form is asked for with `?page=` naming where the reader stands. An answer that is done sends the event
    `onegoal:done`, which closes the box; without scripts the same address is a page of its own.
    """

    key: str
    label: str | Promise
    icon: str
    url_name: str
    right: Right
    letter: str = ""
    order: int = 100

    @property
    def url(self) -> str:
        """Return the address of its form."""
        return reverse(self.url_name)


_buttons: dict[str, FrameButton] = {}


def register_button(button: FrameButton) -> None:
    """Add a button to the frame; called from an app's `ready`."""
    _buttons[button.key] = button


def buttons_for(user: Any) -> list[FrameButton]:
    """Return the buttons this user may press, in order."""
    if not getattr(user, "is_authenticated", False):
        return []
    found = [button for button in _buttons.values() if has_right(user, button.right)]
    return sorted(found, key=lambda button: (button.order, button.key))
