"""Registers the people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "onegoal.apps.people"
    label = "people"

    def ready(self) -> None:
        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.people.search import SOURCE
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.search import register_source

        register(Room("people", url_name="people:people", right=Right.SEE_PEOPLE))
        register_source(SOURCE)
