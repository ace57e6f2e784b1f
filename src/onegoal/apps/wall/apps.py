"""Registers the wall app."""

from __future__ import annotations

from django.apps import AppConfig


class WallConfig(AppConfig):
    name = "onegoal.apps.wall"
    label = "wall"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.control.blocks import register_blocks
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.wall.first_page import BLOCK

        register_blocks(BLOCK)
        register(
            Room(
                "contests", _("Contests"), icon="trophy", url_name="wall:contests", right=Right.SEE_GOAL,
                parent="together", order=40,
            ),
            Room(
                "traditions", _("Traditions"), icon="confetti", url_name="wall:traditions", right=Right.SEE_GOAL,
                parent="together", order=50,
            ),
            Room(
                "walls", _("Wall screens"), icon="device-tv", url_name="wall:screens", right=Right.SET_WALL,
                parent="settings", order=60,
            ),
        )  # fmt: skip
