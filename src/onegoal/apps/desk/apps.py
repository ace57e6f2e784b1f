"""Registers the desk app."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "onegoal.apps.desk"
    label = "desk"
