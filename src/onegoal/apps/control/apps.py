"""Registers the control app: the room of the goal with its pace."""

from __future__ import annotations

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "onegoal.apps.control"
    label = "control"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.control import waiting
        from onegoal.apps.control.panel import PANELS
        from onegoal.apps.shell.frame_buttons import FrameButton, register_button
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        sees = Right.SEE_GOAL
        register_button(
            FrameButton(
                "blocker",
                _("What hinders?"),
                icon="flag",
                url_name="control:raise",
                right=Right.RAISE_BLOCKER,
                letter="b",
            )
        )
        register_notice("blockers", waiting.blockers_to_mend)
        register_panels(*PANELS)
        register(
            Room("together", url_name="control:blockers", right=Right.RAISE_BLOCKER),
            Room("goal", url_name="control:goal", right=sees, children=(
                Room("pace", _("Pace"), url_name="control:pace", right=sees, order=0),
                Room("desk", _("What hinders"), url_name="control:desk", right=Right.SEE_DESK, order=5),
            )),
        )  # fmt: skip
