"""Addresses of the audit of KPI conflicts."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "conflicts"
urlpatterns: list[URLPattern] = []
