"""Registers the demo app."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "onegoal.apps.demo"
    label = "demo"
