"""Registers the quality app: its room and the pages below it."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "onegoal.apps.quality"
    label = "quality"

    def ready(self) -> None:
        self._register_room()

    def _register_room(self) -> None:
        from onegoal.apps.accounts.models import Role
        from onegoal.apps.shell.navigation import Room, register

        takes_part = frozenset({Role.HEAD, Role.MARKETER, Role.SUPERVISOR, Role.SELLER, Role.QUALITY})
        register(Room("quality", url_name="quality:home", roles=takes_part))
