"""Registers the shell app."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "onegoal.apps.shell"
    label = "shell"

    def ready(self) -> None:
        from onegoal.apps.shell.lower_rooms import ROOMS
        from onegoal.apps.shell.navigation import register

        register(*ROOMS)
