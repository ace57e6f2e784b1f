"""Registers the board app: its rooms, its panels on cards and its notices."""

from __future__ import annotations

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "onegoal.apps.board"
    label = "board"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.board.notices import register_notices
        from onegoal.apps.board.panels import PANELS
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.panels import register_panels

        sees = Right.SEE_PEOPLE
        register(
            Room("deals", url_name="board:board", right=sees),
            Room("deal_list", _("List of deals"), url_name="board:list", right=sees, parent="deals", order=1),
            Room("stock", _("Stock"), url_name="board:stock", right=sees, parent="deals", order=2),
            Room("registrations", _("Agencies' clients"), url_name="board:registrations", right=sees, parent="deals",
                 order=3),
            Room("discounts", _("Discounts to approve"), url_name="board:discounts", right=Right.APPROVE_DISCOUNTS,
                 parent="deals", order=4),
        )  # fmt: skip
        register_panels(*PANELS)
        register_notices()
