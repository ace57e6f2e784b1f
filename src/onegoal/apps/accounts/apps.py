"""Registers the accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "onegoal.apps.accounts"
    label = "accounts"
