"""Registers the sales app."""

from __future__ import annotations

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "onegoal.apps.sales"
    label = "sales"

    def ready(self) -> None:
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.sales.timeline import SOURCES

        register_moments(*SOURCES)
