"""Registers the wall app."""

from __future__ import annotations

from django.apps import AppConfig


class WallConfig(AppConfig):
    name = "onegoal.apps.wall"
    label = "wall"
