"""Registers the conflicts app: its page in the room of pay, and the notice of what was found."""

from __future__ import annotations

from django.apps import AppConfig


class ConflictsConfig(AppConfig):
    name = "onegoal.apps.conflicts"
    label = "conflicts"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.conflicts import waiting
        from onegoal.apps.control.queries.desk import register_hindrances
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice

        register(
            Room(
                "conflicts", _("Conflicts"), url_name="conflicts:latest", right=Right.AUDIT_KPIS, parent="pay", order=90
            )
        )
        register_notice("conflicts", waiting.conflicts_found)
        register_hindrances("conflicts", waiting.hindrances)
