"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from onegoal.apps.accounts.views import own

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onegoal.apps.accounts.urls")),
    path("", include("onegoal.apps.api.urls")),
    path("", include("onegoal.apps.analysis.urls")),
    path("", include("onegoal.apps.attribution.urls")),
    path("", include("onegoal.apps.company.urls")),
    path("", include("onegoal.apps.imports.urls")),
    path("", include("onegoal.apps.marketing.urls")),
    path("", include("onegoal.apps.people.urls")),
    path("", include("onegoal.apps.shell.urls")),
    path("", include("onegoal.apps.board.urls")),
    path("", include("onegoal.apps.cards.urls")),
    path("", include("onegoal.apps.desk.urls")),
    path("", include("onegoal.apps.feedback.urls")),
    path("", include("onegoal.apps.organisation.urls")),
    path("", include("onegoal.apps.quality.urls")),
    path("", include("onegoal.apps.regulation.urls")),
    path("", include("onegoal.apps.scoring.urls")),
    path("", include("onegoal.apps.goal.urls")),
    path("", include("onegoal.apps.planning.urls")),
    path("", include("onegoal.apps.control.urls")),
    path("", include("onegoal.apps.pay.urls")),
    path("", include("onegoal.apps.conflicts.urls")),
    path("", include("onegoal.apps.wall.urls")),
    path("", include("onegoal.apps.evening.urls")),
    path("i18n/setlang/", own.language, name="set_language"),
]
