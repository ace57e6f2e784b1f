"""Addresses of interim control and the head's desk."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.control.views import first_page, pace

app_name = "control"
urlpatterns = [
    path("", first_page.first_page, name="first_page"),
    path("goal/", first_page.goal, name="goal"),
    path("goal/owed/", first_page.owed, name="owed"),
    path("goal/pace/", pace.pace, name="pace"),
]
