"""Registers the conflicts app."""

from __future__ import annotations

from django.apps import AppConfig


class ConflictsConfig(AppConfig):
    name = "onegoal.apps.conflicts"
    label = "conflicts"
