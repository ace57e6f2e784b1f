"""What every page's frame needs: rooms, company, theme, language and the words of the scripts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import Theme
from onegoal.apps.company.queries import current_company
from onegoal.apps.shell.frame_buttons import FrameButton, buttons_for
from onegoal.apps.shell.navigation import door_url, doors_for
from onegoal.apps.shell.numbers import locale_of

_ON_THE_BAR = 4


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame as one lazy value, so that answers without a frame cost nothing."""
    return {"frame": Frame(request)}


class Frame:
    """The frame around a page; each part is worked out when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def company(self) -> Any:
        """Return the one company."""
        return getattr(self._request, "company", None) or current_company()

    @property
    def doors(self) -> list[Any]:
        """Return the rooms the reader may enter."""
        if not hasattr(self, "_doors"):
            match = getattr(self._request, "resolver_match", None)
            user = getattr(self._request, "user", None)
            self._doors = doors_for(user, match.view_name if match else "", self._request.path)
        return self._doors

    @property
    def bar(self) -> list[Any]:
        """Return the rooms that stand at the foot of a phone."""
        return self.doors[:_ON_THE_BAR]

    @property
    def buttons(self) -> list[FrameButton]:
        """Return the buttons beside the search."""
        return buttons_for(getattr(self._request, "user", None))

    @property
    def own_data_url(self) -> str:
        """Return where a reader of demo data brings their own, if they may."""
        return door_url(getattr(self._request, "user", None), "data")

    @property
    def theme(self) -> str:
        """Return light, dark or auto."""
        user = getattr(self._request, "user", None)
        chosen = getattr(user, "theme", "") or self._request.COOKIES.get("theme", "")
        return chosen if chosen in Theme.values else Theme.AUTO.value

    @property
    def themes(self) -> list[tuple[str, Any]]:
        """Return the choices of a theme."""
        return list(Theme.choices)

    @property
    def direction(self) -> str:
        """Return the direction of writing."""
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def locale(self) -> str:
        """Return the locale in which scripts write numbers."""
        return str(locale_of(get_language() or "en")).replace("_", "-")

    @property
    def initials(self) -> str:
        """Return up to two letters that stand for the reader."""
        words = str(getattr(self._request.user, "name", "")).split()
        return "".join(word[0] for word in words[:2]).upper()

    @property
    def words(self) -> dict[str, str]:
        """Return the words that scripts say."""
        return {
            "cancel": _("Cancel"),
            "close": _("Close"),
            "continue": _("Continue"),
            "found_count": _("Found: {count}"),
            "no_connection": _("The server does not answer. Nothing was changed. Check the connection and try again."),
            "nothing_found": _("Nothing found. Try another word."),
            "please_confirm": _("Please confirm"),
            "recent": _("Recent"),
            "request_failed": _("This did not work, and nothing was changed. Reload the page and try again."),
            "rooms": pgettext("interface", "Rooms"),
            "undo": _("Undo"),
        }
