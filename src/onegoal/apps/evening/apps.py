"""Registers the evening app."""

from __future__ import annotations

from django.apps import AppConfig


class EveningConfig(AppConfig):
    name = "onegoal.apps.evening"
    label = "evening"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.evening import notices
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice

        register(
            Room(
                "evening", _("Evening report"), icon="send", url_name="evening:settings", right=Right.SET_EVENING,
                parent="settings", order=80,
            )
        )  # fmt: skip
        register_notice("evening_channels", notices.stopped_channels)
        register_notice("evening_undelivered", notices.undelivered)
