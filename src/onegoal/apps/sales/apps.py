"""Registers the sales app."""

from __future__ import annotations

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "onegoal.apps.sales"
    label = "sales"
