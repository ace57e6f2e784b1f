"""Addresses of the cards app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.cards.views import lead

app_name = "cards"
urlpatterns = [
    path("leads/<int:pk>/", lead.lead, name="lead"),
]
