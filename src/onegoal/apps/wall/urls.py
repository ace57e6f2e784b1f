"""Addresses of wall screens, contests and traditions."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.wall.views import contests, screen, screens, traditions

app_name = "wall"
urlpatterns = [
    path("wall/<str:token>/", screen.screen, name="screen"),
    path("wall/<str:token>/data/", screen.data, name="data"),
    path("settings/walls/", screens.screens, name="screens"),
    path("settings/walls/new/", screens.new, name="screen_new"),
    path("settings/walls/<int:pk>/", screens.edit, name="screen_edit"),
    path("settings/walls/<int:pk>/link/", screens.link, name="screen_link"),
    path("settings/walls/<int:pk>/revoke/", screens.revoke, name="screen_revoke"),
    path("settings/walls/<int:pk>/preview/", screen.preview, name="preview"),
    path("settings/walls/<int:pk>/preview/data/", screen.preview_data, name="preview_data"),
    path("settings/walls/<int:pk>/boards/new/", screens.board, name="board_new"),
    path("settings/walls/<int:pk>/boards/<int:board_pk>/", screens.board, name="board_edit"),
    path("settings/walls/<int:pk>/boards/<int:board_pk>/move/", screens.move, name="board_move"),
    path("settings/walls/<int:pk>/boards/<int:board_pk>/remove/", screens.remove, name="board_remove"),
    path("settings/walls/<int:pk>/boards/restore/<str:held>/", screens.restore, name="board_restore"),
    path("contests/", contests.contests, name="contests"),
    path("contests/new/", contests.edit, name="contest_new"),
    path("contests/<int:pk>/", contests.contest, name="contest"),
    path("contests/<int:pk>/edit/", contests.edit, name="contest_edit"),
    path("contests/<int:pk>/call-off/", contests.call_off, name="contest_call_off"),
    path("contests/<int:pk>/call-on/", contests.call_on, name="contest_call_on"),
    path("contests/<int:pk>/prizes/<int:prize_pk>/", contests.prize, name="prize"),
    path("traditions/", traditions.traditions, name="traditions"),
    path("traditions/traditions.ics", traditions.calendar, name="traditions_calendar"),
    path("traditions/new/", traditions.edit, name="tradition_new"),
    path("traditions/<int:pk>/", traditions.edit, name="tradition_edit"),
    path("traditions/<int:pk>/stop/", traditions.stop, name="tradition_stop"),
]
