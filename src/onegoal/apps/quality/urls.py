"""Addresses of the quality app."""

from __future__ import annotations

from django.urls import URLPattern, path

from onegoal.apps.quality.urls_calls import CALLS
from onegoal.apps.quality.views import checks, home, own_checks, settings

_REJECTED_LEADS: list[URLPattern] = [
    path("quality/rejections/", checks.checks, name="checks"),
    path("quality/rejections/period/", checks.check_period, name="check_period"),
    path("quality/rejections/own/", own_checks.own_checks, name="own_checks"),
    path("quality/rejections/<int:pk>/", checks.check, name="check"),
    path("quality/rejections/<int:pk>/open/", checks.check_open, name="check_open"),
    path("quality/rejections/<int:pk>/undo/", checks.check_undo, name="check_undo"),
    path("quality/rejections/<int:pk>/time/", checks.check_time, name="check_time"),
    path("quality/rejections/<int:pk>/document/", checks.check_document, name="check_document"),
    path("quality/rejections/<int:pk>/answer/", own_checks.answer, name="answer"),
    path("quality/rejections/<int:pk>/rule/", checks.rule, name="rule"),
    path("quality/settings/", settings.settings, name="settings"),
]

app_name = "quality"
urlpatterns: list[URLPattern] = [path("quality/", home.home, name="home"), *_REJECTED_LEADS, *CALLS]
