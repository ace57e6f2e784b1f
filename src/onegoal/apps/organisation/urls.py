"""Addresses of the organisation app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.organisation import views, views_stability

app_name = "organisation"
urlpatterns = [
    path("organisation/", views.teams, name="teams"),
    path("organisation/load/", views.load, name="load"),
    path("organisation/division/", views.division, name="division"),
    path("organisation/stability/", views_stability.stability, name="stability"),
    path("organisation/times/", views.times, name="times"),
]
