"""Registers the goal app."""

from __future__ import annotations

from django.apps import AppConfig


class GoalConfig(AppConfig):
    name = "onegoal.apps.goal"
    label = "goal"
