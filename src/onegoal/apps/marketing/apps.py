"""Registers the marketing app."""

from __future__ import annotations

from django.apps import AppConfig


class MarketingConfig(AppConfig):
    name = "onegoal.apps.marketing"
    label = "marketing"
