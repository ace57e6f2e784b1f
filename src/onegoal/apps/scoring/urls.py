"""Addresses of the scoring app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.scoring import views

app_name = "scoring"
urlpatterns = [
    path("score/", views.score, name="score"),
    path("score/progress/", views.progress, name="progress"),
    path("score/train/", views.train, name="train"),
    path("score/declared/", views.declare, name="declare"),
    path("score/declared/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
