"""Registers the products app."""

from __future__ import annotations

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "onegoal.apps.products"
    label = "products"
