"""Registers the facts app."""

from __future__ import annotations

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "onegoal.apps.facts"
    label = "facts"

    def ready(self) -> None:
        from onegoal.apps.facts.timeline import SOURCES
        from onegoal.apps.people.timeline import register_moments

        register_moments(*SOURCES)
