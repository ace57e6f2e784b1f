"""Registers the cards app."""

from __future__ import annotations

from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "onegoal.apps.cards"
    label = "cards"

    def ready(self) -> None:
        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.cards import card_panels
        from onegoal.apps.cards.notice import due_tasks
        from onegoal.apps.cards.queries import notes_on
        from onegoal.apps.cards.search import SOURCES
        from onegoal.apps.cards.timeline import NOTES
        from onegoal.apps.desk.evidence import register_evidence
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.search import register_source

        card_panels.register()
        register(Room("tasks", url_name="cards:tasks", right=Right.WRITE_SALES))
        register_notice("tasks", due_tasks)
        register_moments(NOTES)
        register_evidence("notes", notes_on)
        for source in SOURCES:
            register_source(source)
