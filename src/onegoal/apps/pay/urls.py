"""Addresses of motivation."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "pay"
urlpatterns: list[URLPattern] = []
