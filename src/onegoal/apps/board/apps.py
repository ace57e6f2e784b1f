"""Registers the board app."""

from __future__ import annotations

from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "onegoal.apps.board"
    label = "board"
