"""Registers the planning app, its rooms, and the notice of plans to be signed."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "onegoal.apps.planning"
    label = "planning"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.planning import waiting
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice

        register(Room("plan", url_name="planning:current", right=Right.SEE_PLAN))
        register(
            Room(
                "plans", _("Plans and scenarios"), icon="versions", url_name="planning:plans", right=Right.SEE_PLAN,
                parent="plan", order=10,
            )
        )  # fmt: skip
        register_notice("plans_to_sign", waiting.plans_to_sign)
        register(
            Room(
                "payments", _("Payments"), icon="coins", url_name="planning:payments", right=Right.SEE_PLAN,
                parent="plan", order=50,
            )
        )  # fmt: skip
        register(
            Room(
                "plan_basis", _("Own history"), icon="history", url_name="planning:basis", right=Right.SEE_PLAN,
                parent="plan", order=60,
            )
        )  # fmt: skip
