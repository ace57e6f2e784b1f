"""Addresses of the first start and of the company's settings."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.company.views import entry, settings, trail

app_name = "company"
urlpatterns = [
    path("set-up/", entry.set_up, name="set_up"),
    path("demo/enter/<int:pk>/", entry.enter_demo, name="enter_demo"),
    path("settings/", settings.company, name="settings"),
    path("settings/hours/", settings.hours, name="hours"),
    path("settings/changes/", trail.page, name="trail"),
    path("settings/changes.csv", trail.export, name="trail_export"),
    path("settings/stages/order/", settings.order, name="order"),
    path("settings/lists/<slug:kind>/", settings.lists, name="list"),
    path("settings/lists/<slug:kind>/new/", settings.edit, name="new"),
    path("settings/lists/<slug:kind>/<int:pk>/", settings.edit, name="edit"),
    path("settings/lists/<slug:kind>/<int:pk>/delete/", settings.remove, name="remove"),
    path("settings/lists/<slug:kind>/<int:pk>/move/", settings.move, name="move"),
    path("settings/lists/<slug:kind>/restore/<str:held>/", settings.restore, name="restore"),
]
