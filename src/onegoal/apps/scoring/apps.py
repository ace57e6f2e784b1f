"""Registers the scoring app."""

from __future__ import annotations

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    name = "onegoal.apps.scoring"
    label = "scoring"
