"""Addresses of the shared KPI."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.goal.views import actions, editing, pages

app_name = "goal"
urlpatterns = [
    path("kpi/", pages.kpis, name="kpis"),
    path("kpi/new/", editing.new, name="new"),
    path("kpi/preview/", editing.preview, name="preview"),
    path("kpi/<int:pk>/", pages.kpi, name="kpi"),
    path("kpi/<int:pk>/edit/", editing.edit, name="edit"),
    path("kpi/<int:pk>/change/", editing.change, name="change"),
    path("kpi/<int:pk>/activate/", actions.activate, name="activate"),
    path("kpi/<int:pk>/end/", actions.end, name="end"),
    path("kpi/<int:pk>/resume/", actions.resume, name="resume"),
    path("kpi/<int:pk>/renew/", actions.renew, name="renew"),
    path("kpi/<int:pk>/delete/", actions.delete, name="delete"),
    path("kpi/<int:pk>/versions/<int:version>/sign/", actions.sign, name="sign"),
    path("kpi/<int:pk>/versions/<int:version>/withdraw/", actions.withdraw, name="withdraw"),
]
