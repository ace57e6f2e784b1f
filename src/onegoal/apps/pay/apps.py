"""Registers the pay app."""

from __future__ import annotations

from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "onegoal.apps.pay"
    label = "pay"
