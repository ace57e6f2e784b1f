"""Registers the shell app."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "onegoal.apps.shell"
    label = "shell"
