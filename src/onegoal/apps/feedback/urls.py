"""Addresses of the feedback app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.feedback.views import marks, questions

app_name = "feedback"
urlpatterns = [
    path("leads/<int:pk>/mark/", marks.mark, name="mark"),
    path("leads/<int:pk>/marks/<int:mark_pk>/undo/", marks.unmark, name="unmark"),
    path("questions/", questions.questions, name="questions"),
    path("questions/ask/", questions.ask, name="ask"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/withdraw/", questions.withdraw, name="withdraw"),
    path("questions/<int:pk>/restore/", questions.restore, name="restore"),
]
