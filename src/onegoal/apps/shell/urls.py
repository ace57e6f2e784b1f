"""Addresses of the frame itself."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.shell import views

app_name = "shell"
urlpatterns = [
    path("shell/theme/", views.theme, name="theme"),
    path("shell/search/", views.search, name="search"),
    path("shell/notices/", views.notices, name="notices"),
    path("shell/views/save/", views.view_save, name="view_save"),
    path("shell/views/restore/", views.view_restore, name="view_restore"),
    path("shell/views/<int:pk>/rename/", views.view_rename, name="view_rename"),
    path("shell/views/<int:pk>/share/", views.view_share, name="view_share"),
    path("shell/views/<int:pk>/delete/", views.view_delete, name="view_delete"),
    path("undo/<str:token>/", views.undo, name="undo"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
