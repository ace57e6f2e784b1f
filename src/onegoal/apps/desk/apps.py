"""Registers the desk app: its room, the line above everybody's work, its panel on the card and its moments."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onegoal.apps.desk"
    label = "desk"

    def ready(self) -> None:
        from onegoal.apps.desk.notices import late_answers
        from onegoal.apps.desk.panel import PANEL
        from onegoal.apps.desk.timeline import SOURCE
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        self._register_rooms()
        register_notice("desk", late_answers)
        register_panels(PANEL)
        register_moments(SOURCE)

    def _register_rooms(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        register(
            Room("leads", url_name="desk:inbox", right=Right.SEE_PEOPLE),
            Room(
                "absences", _("Absences"), icon="calendar-off", url_name="desk:absences", right=Right.WRITE_SALES,
                parent="leads", order=20,
            ),
            Room(
                "distribution", _("Distribution of leads"), icon="arrows-split-2", url_name="desk:rules",
                right=Right.SET_DESK, parent="settings", order=15,
            ),
        )  # fmt: skip
