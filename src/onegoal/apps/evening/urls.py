"""Addresses of the evening report."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.evening.views import log, own, settings

app_name = "evening"
urlpatterns = [
    path("settings/evening/", settings.evening, name="settings"),
    path("settings/evening/add/", settings.add, name="add"),
    path("settings/evening/<int:pk>/", settings.change, name="change"),
    path("settings/evening/<int:pk>/stop/", settings.stop, name="stop"),
    path("settings/evening/<int:pk>/resume/", settings.resume, name="resume"),
    path("settings/evening/<int:pk>/test/", settings.test, name="test"),
    path("evening/messages/<int:pk>/", log.delivery, name="delivery"),
    path("evening/messages/<int:pk>/again/", log.again, name="again"),
    path("profile/messages/", own.mine, name="mine"),
    path("profile/messages/code/", own.code, name="code"),
    path("profile/messages/unlink/", own.forget, name="unlink"),
    path("profile/messages/begin/", own.begin, name="begin"),
    path("profile/messages/end/<str:kind>/", own.end, name="end"),
]
