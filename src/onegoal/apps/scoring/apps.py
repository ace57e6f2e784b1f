"""Registers the scoring app: its page and its panel on a lead's card."""

from __future__ import annotations

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "onegoal.apps.scoring"
    label = "scoring"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import ROLE_RIGHTS, Right
        from onegoal.apps.scoring.panel import PANEL
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.panels import register_panels

        seeing = {Right.SEE_FIGURES, Right.SET_SCORE}
        roles = frozenset(role for role, rights in ROLE_RIGHTS.items() if rights & seeing)
        register(Room("score", _("Lead score"), url_name="scoring:score", roles=roles, parent="quality", order=40))
        register_panels(PANEL)
