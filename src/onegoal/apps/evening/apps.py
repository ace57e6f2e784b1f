"""Registers the evening app."""

from __future__ import annotations

from django.apps import AppConfig


class EveningConfig(AppConfig):
    name = "onegoal.apps.evening"
    label = "evening"
