"""Addresses of the regulation app."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "regulation"
urlpatterns: list[URLPattern] = []
