"""Registers the analysis app."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "onegoal.apps.analysis"
    label = "analysis"
