"""Registers the feedback app."""

from __future__ import annotations

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "onegoal.apps.feedback"
    label = "feedback"
