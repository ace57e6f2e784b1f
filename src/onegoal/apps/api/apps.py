"""Registers the api app."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "onegoal.apps.api"
    label = "api"
