"""Registers the control app: the room of the goal with its pace."""

from __future__ import annotations

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "onegoal.apps.control"
    label = "control"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        sees = Right.SEE_GOAL
        register(
            Room("goal", url_name="control:goal", right=sees, children=(
                Room("pace", _("Pace"), url_name="control:pace", right=sees, order=0),
            )),
        )  # fmt: skip
