"""Addresses of the evening report."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "evening"
urlpatterns: list[URLPattern] = []
