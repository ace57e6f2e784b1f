"""Addresses of the shared KPI."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "goal"
urlpatterns: list[URLPattern] = []
