"""Registers the attribution app."""

from __future__ import annotations

from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "onegoal.apps.attribution"
    label = "attribution"
