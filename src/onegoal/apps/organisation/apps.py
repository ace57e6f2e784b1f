"""Registers the organisation app."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "onegoal.apps.organisation"
    label = "organisation"
