"""Addresses of interim control and the head's desk."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "control"
urlpatterns: list[URLPattern] = []
