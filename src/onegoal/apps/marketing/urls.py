"""Addresses of the channel table."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.marketing import views

app_name = "marketing"
urlpatterns = [
    path("settings/channels/", views.channels, name="channels"),
    path("settings/channels/new/", views.rule, name="rule_new"),
    path("settings/channels/<int:pk>/", views.rule, name="rule_edit"),
    path("settings/channels/<int:pk>/delete/", views.remove, name="remove"),
    path("settings/channels/<int:pk>/move/", views.move, name="move"),
    path("settings/channels/restore/<str:held>/", views.restore, name="restore"),
]
