"""Every address of the product."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onegoal.apps.accounts.urls")),
    path("", include("onegoal.apps.api.urls")),
    path("", include("onegoal.apps.analysis.urls")),
    path("", include("onegoal.apps.company.urls")),
    path("", include("onegoal.apps.imports.urls")),
    path("", include("onegoal.apps.marketing.urls")),
    path("", include("onegoal.apps.people.urls")),
    path("", include("onegoal.apps.shell.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
