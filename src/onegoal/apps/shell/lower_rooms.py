"""Rooms of the apps that stand below the shell and cannot register them themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role
from onegoal.apps.accounts.rights import Right
from onegoal.apps.shell.navigation import Room

ROOMS = (
    Room("settings", url_name="company:settings", right=Right.SET_COMPANY),
    Room(
        "settings_users", _("Users"), icon="users", url_name="accounts:users", right=Right.SET_USERS,
        parent="settings", order=20,
    ),
    Room(
        "settings_changes", _("Changes"), icon="history", url_name="company:trail", right=Right.SEE_AUDIT,
        parent="settings", order=30,
    ),
    # A marketer has no room of settings, so the channel table stands by itself there.
    Room(
        "channel_rules", _("Channel rules"), icon="filter", url_name="marketing:channels",
        roles=frozenset({Role.MARKETER}), order=155,
    ),
)  # fmt: skip
