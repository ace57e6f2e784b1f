"""Registers the planning app and its rooms."""

from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "onegoal.apps.planning"
    label = "planning"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

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
