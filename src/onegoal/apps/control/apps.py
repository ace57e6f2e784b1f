"""Registers the control app."""

from __future__ import annotations

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "onegoal.apps.control"
    label = "control"
