"""Addresses of the REST API and its description."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.api.application import api
from onegoal.apps.api.views import docs

app_name = "api"
urlpatterns = [
    path("api/docs", docs, name="docs"),
    path("api/v1/", api.urls),
]
