"""Registers the imports app."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "onegoal.apps.imports"
    label = "imports"

    def ready(self) -> None:
        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        register(Room("data", url_name="imports:centre", right=Right.IMPORT))
