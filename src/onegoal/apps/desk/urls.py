"""Addresses of the desk app."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.desk.views import absences, actions, inbox, rules

app_name = "desk"
urlpatterns = [
    path("leads/", inbox.page, name="inbox"),
    path("leads/fresh/", inbox.fresh, name="fresh"),
    path("leads/<int:pk>/claim/", actions.claim, name="claim"),
    path("leads/claim/", actions.claim_chosen, name="claim_chosen"),
    path("leads/assign/", actions.assign, name="assign"),
    path("leads/tasks/", actions.tasks, name="tasks"),
    path("leads/export/", actions.export, name="export"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:pk>/", absences.absences, name="absence"),
    path("absences/<int:pk>/delete/", absences.remove, name="absence_remove"),
    path("absences/restore/<str:held>/", absences.restore, name="absence_restore"),
    path("settings/distribution/", rules.rules, name="rules"),
    path("settings/distribution/new/", rules.rule, name="rule_new"),
    path("settings/distribution/<int:pk>/", rules.rule, name="rule"),
    path("settings/distribution/<int:pk>/move/", rules.move, name="rule_move"),
    path("settings/distribution/<int:pk>/switch/", rules.switch, name="rule_switch"),
    path("settings/distribution/<int:pk>/delete/", rules.remove, name="rule_remove"),
    path("settings/distribution/restore/<str:held>/", rules.restore, name="rule_restore"),
]
