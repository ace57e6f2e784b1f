"""Addresses of the pages of attribution."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.attribution.views import group, lag, limits, models, paths, people, publishing, steps, windows

app_name = "attribution"
urlpatterns = [
    path("attribution/", models.models, name="models"),
    path("attribution/group/", group.group, name="group"),
    path("attribution/windows/", windows.windows, name="windows"),
    path("attribution/limits/", limits.limits, name="limits"),
    path("attribution/publish/", publishing.publish, name="publish"),
    path("attribution/published/", publishing.published, name="published"),
    path("attribution/published/<int:pk>/", publishing.figure, name="figure"),
    path("attribution/published/<int:pk>/again/", publishing.look_again, name="look_again"),
    path("attribution/published/<int:pk>/freeze/", publishing.freeze, name="freeze"),
    path("attribution/published/<int:pk>/withdraw/", publishing.withdraw, name="withdraw"),
    path("paths/", paths.paths, name="paths"),
    path("paths/steps/", steps.steps, name="steps"),
    path("paths/lag/", lag.lag, name="lag"),
    path("paths/<str:key>/", people.path, name="path"),
]
