"""Registers the regulation app: its rooms, the panel of a lead, moments of the timeline and notices."""

from __future__ import annotations

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    name = "onegoal.apps.regulation"
    label = "regulation"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.regulation import waiting
        from onegoal.apps.regulation.panel import PANEL
        from onegoal.apps.regulation.timeline import SOURCE
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        register(
            Room(
                "regulation", _("Regulation"), url_name="regulation:versions", right=Right.SEE_FIGURES, parent="quality",
                order=4, children=(
                    Room("suppressed", _("Never to be contacted"), url_name="regulation:suppressed",
                         right=Right.SEE_SUPPRESSED, order=1),
                ),
            )
        )  # fmt: skip
        register_panels(PANEL)
        register_moments(SOURCE)
        register_notice("came_back", waiting.leads_that_came_back)
        register_notice("to_sign", waiting.drafts_to_sign)
