"""Addresses of interim control and the head's desk."""

from __future__ import annotations

from django.urls import path

from onegoal.apps.control.views import blockers, desk, first_page, pace

app_name = "control"
urlpatterns = [
    path("", first_page.first_page, name="first_page"),
    path("goal/", first_page.goal, name="goal"),
    path("goal/owed/", first_page.owed, name="owed"),
    path("goal/pace/", pace.pace, name="pace"),
    path("goal/desk/", desk.desk, name="desk"),
    path("blockers/", blockers.blockers, name="blockers"),
    path("blockers/raise/", blockers.raise_, name="raise"),
    path("blockers/<int:pk>/", blockers.blocker, name="blocker"),
    path("blockers/<int:pk>/remark/", blockers.remark, name="blocker_remark"),
    path("blockers/<int:pk>/resolve/", blockers.resolve, name="blocker_resolve"),
    path("blockers/<int:pk>/reopen/", blockers.reopen, name="blocker_reopen"),
    path("blockers/<int:pk>/take/", blockers.take, name="blocker_take"),
    path("blockers/<int:pk>/estimate/", blockers.estimate, name="blocker_estimate"),
    path("blockers/of/<str:of>/<int:pk>/", blockers.panel, name="panel"),
]
