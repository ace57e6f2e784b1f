"""Registers the people app."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "onegoal.apps.people"
    label = "people"
