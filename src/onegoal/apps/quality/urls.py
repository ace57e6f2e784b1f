"""Addresses of the quality app."""

from __future__ import annotations

from django.urls import URLPattern, path

from onegoal.apps.quality.views import home

_REJECTED_LEADS: list[URLPattern] = []
_CALLS: list[URLPattern] = []

app_name = "quality"
urlpatterns: list[URLPattern] = [path("quality/", home.home, name="home"), *_REJECTED_LEADS, *_CALLS]
