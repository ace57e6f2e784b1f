"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.people import views

app_name = "people"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
]
