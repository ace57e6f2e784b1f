"""Registers the cards app."""

from __future__ import annotations

from django.apps import AppConfig


class CardsConfig(AppConfig):
    name = "onegoal.apps.cards"
    label = "cards"
