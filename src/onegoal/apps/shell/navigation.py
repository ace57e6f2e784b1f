"""The rooms of the interface: each app registers its own, a page shows those its reader may enter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from onegoal.apps.accounts.models import Role
from onegoal.apps.accounts.rights import Right, has_right

Label = str | Promise
EVERYONE: frozenset[str] = frozenset(Role.values)


@dataclass(frozen=True)
class Room:
    """A page in the left rail. `right` or `roles` say who may enter; `parent` puts it under another room.

    The fifteen rooms of STANDARD have their words, icon, order and letter already: give them only a key and an URL.
    """

    key: str
    label: Label = ""
    icon: str = ""
    url_name: str = ""
    roles: frozenset[str] = EVERYONE
    order: int = 0
    children: tuple[Room, ...] = ()
    right: Right | None = None
    letter: str = ""
    parent: str = ""


@dataclass(frozen=True)
class Door:
    """A room as one reader sees it on one page."""

    key: str
    label: Label
    icon: str
    url: str
    letter: str
    is_current: bool
    is_open: bool
    children: list[Door] = field(default_factory=list)

    @property
    def is_folded(self) -> bool:
        """Tell whether its children are out of sight, though the palette finds them."""
        return not self.is_open


STANDARD: dict[str, Room] = {
    room.key: room
    for room in (
        Room("goal", _("Goal"), icon="target-arrow", order=10, letter="g"),
        Room("chain", _("Chain"), icon="route", order=20, letter="c"),
        Room("channels", _("Channels"), icon="speakerphone", order=30, letter="h"),
        Room("leads", _("Leads"), icon="inbox", order=40, letter="l"),
        Room("deals", _("Deals"), icon="briefcase", order=50, letter="d"),
        Room("people", _("People"), icon="users", order=60, letter="p"),
        Room("tasks", _("Tasks"), icon="checkbox", order=70, letter="t"),
        Room("quality", _("Quality"), icon="headphones", order=80, letter="q"),
        Room("plan", _("Plan"), icon="calendar-stats", order=90, letter="n"),
        Room("pay", pgettext_lazy("room", "Pay"), icon="coins", order=100, letter="y"),
        Room("together", _("Together"), icon="messages", order=110, letter="o"),
        Room("after_sale", _("After sale"), icon="key", order=120, letter="a"),
        Room("organisation", _("Organisation"), icon="hierarchy-2", order=130, letter="r"),
        Room("data", _("Data"), icon="database-import", order=140, letter="i"),
        Room("settings", _("Settings"), icon="settings", order=150, letter="s"),
    )
}
# The rooms each role meets first; the rest follow in the order above.
FIRST_ROOMS: dict[str, tuple[str, ...]] = {
    Role.HEAD: ("goal", "chain"),
    Role.MARKETER: ("goal", "channels", "chain"),
    Role.SELLER: ("tasks", "leads", "deals", "people"),
    Role.SUPERVISOR: ("goal", "leads", "deals", "tasks"),
    Role.QUALITY: ("quality", "leads"),
    Role.ACCOUNT_MANAGER: ("after_sale", "people", "deals"),
    Role.SERVICE: ("after_sale", "people"),
    Role.ACCOUNTANT: ("pay", "goal"),
    Role.ADMINISTRATOR: ("settings", "data", "organisation"),
}
_rooms: dict[str, Room] = {}


def register(*rooms: Room) -> None:
    """Add rooms to the rail; called from an app's `ready`. Registering a key again replaces it."""
    for room in rooms:
        _rooms[room.key] = room


def registered() -> dict[str, Room]:
    """Return every registered room by key, without children of rooms."""
    return dict(_rooms)


def may_enter(user: Any, room: Room) -> bool:
    """Tell whether the user's role lets them into the room."""
    if not getattr(user, "is_authenticated", False) or user.role not in room.roles:
        return False
    return room.right is None or has_right(user, room.right)


def doors_for(user: Any, current_url_name: str = "", path: str = "") -> list[Door]:
    """Return the rooms this user may enter, in the order of their role, with the current one marked.

    A page that is no room's own stands in the room whose address its `path` continues: a lead's card in Leads.
    """
    current_url_name = _room_around(current_url_name, path)
    first = FIRST_ROOMS.get(getattr(user, "role", ""), ())
    places = {key: place for place, key in enumerate(first)}
    rooms = sorted(
        (room for room in _rooms.values() if not room.parent),
        key=lambda room: (places.get(room.key, len(places)), _standard(room).order or room.order, room.key),
    )
    return [door for room in rooms if (door := _door(user, room, current_url_name))]


def home_for(user: Any) -> str:
    """Return the address of the first room this user may enter, or an empty text when there is none."""
    return next((door.url for door in doors_for(user)), "")


def door_url(user: Any, key: str) -> str:
    """Return the address of one room, or an empty text when it does not exist or the user may not enter it."""
    room = _rooms.get(key)
    return _url(room) if room and may_enter(user, room) else ""


def _room_around(url_name: str, path: str) -> str:
    """Return the url name of the room a page stands in: its own, else the one with the longest address before `path`."""
    rooms = [room for one in _rooms.values() for room in (one, *one.children)]
    if not path or any(room.url_name == url_name for room in rooms):
        return url_name
    around = [(len(url), room.url_name) for room in rooms if len(url := _url(room)) > 1 and path.startswith(url)]
    return max(around)[1] if around else url_name


def _door(user: Any, room: Room, current: str) -> Door | None:
    url = _url(room)
    if not url or not may_enter(user, room):
        return None
    children = [door for child in _children(room) if (door := _door(user, child, current))]
    standard = _standard(room)
    is_current = bool(current) and current == room.url_name
    return Door(
        key=room.key,
        label=room.label or standard.label,
        icon=room.icon or standard.icon,
        url=url,
        letter=room.letter or standard.letter,
        is_current=is_current,
        is_open=is_current or any(child.is_open for child in children),
        children=children,
    )


def _children(room: Room) -> Iterable[Room]:
    own = [*room.children, *(other for other in _rooms.values() if other.parent == room.key)]
    return sorted(own, key=lambda child: child.order)


def _standard(room: Room) -> Room:
    return STANDARD.get(room.key, room)


def _url(room: Room) -> str:
    # A page whose app is not installed has no address; its room is then not shown.
    try:
        return reverse(room.url_name) if room.url_name else ""
    except NoReverseMatch:
        return ""
