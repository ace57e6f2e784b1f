"""Registers the organisation app and its room."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "onegoal.apps.organisation"
    label = "organisation"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.models import Role
        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        leaders = frozenset({Role.HEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
        register(
            Room("organisation", url_name="organisation:teams", roles=leaders, children=(
                Room("load", _("Load"), url_name="organisation:load", right=Right.ASSIGN, order=1),
                Room("division", _("Division of work"), url_name="organisation:division", right=Right.ASSIGN, order=2),
                Room("stability", _("Stability"), url_name="organisation:stability", right=Right.ASSIGN, order=3),
                Room("times", _("Handling times"), url_name="organisation:times", right=Right.SET_DESK, order=4),
            ))
        )  # fmt: skip
