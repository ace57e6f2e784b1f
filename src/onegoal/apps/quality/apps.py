"""Registers the quality app."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "onegoal.apps.quality"
    label = "quality"
