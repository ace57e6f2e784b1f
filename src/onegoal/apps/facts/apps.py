"""Registers the facts app."""

from __future__ import annotations

from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "onegoal.apps.facts"
    label = "facts"
