"""Registers the goal app: its room and the notice of changes to be signed."""

from __future__ import annotations

from django.apps import AppConfig


class GoalConfig(AppConfig):
    name = "onegoal.apps.goal"
    label = "goal"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.goal import waiting
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice

        register(
            Room(
                "kpi", _("KPI"), icon="target-arrow", url_name="goal:kpis", right=Right.SEE_GOAL, parent="goal", order=1
            )
        )
        register_notice("kpi_to_sign", waiting.changes_to_sign)
