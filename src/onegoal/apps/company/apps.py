"""Registers the company app."""

from __future__ import annotations

from django.apps import AppConfig


class CompanyConfig(AppConfig):
    name = "onegoal.apps.company"
    label = "company"
