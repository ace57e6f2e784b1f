"""The addresses that the shell's own tests walk: the frame, the languages, and one page with a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path

from onegoal.apps.accounts.models import User
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Table
from onegoal.apps.shell.toasts import say

PEOPLE = Table(
    key="people",
    columns=(Column("name", "Name"), Column("email", "E-mail"), Column("role", "Role", visible=False)),
    default_sort="name",
    search=("name", "email"),
    page_size=2,
)


def people(request: HttpRequest) -> HttpResponseBase:
    """Show users in a table."""
    table = PEOPLE.bind(request, User.objects.all())
    return respond(request, "shell/one_table.html", {"table": table}, table)


def speaking(request: HttpRequest) -> HttpResponseBase:
    """Leave a message and answer with a table alone."""
    say(request, "Saved.", undo="/undo/")
    table = PEOPLE.bind(request, User.objects.all())
    return respond(request, "shell/one_table.html", {"table": table}, table)


urlpatterns = [
    path("", include("onegoal.apps.shell.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("onegoal.apps.accounts.urls")),
    path("behind/", include("onegoal.apps.control.urls")),  # the frame has its button on every page
    path("people/", people, name="people"),
    path("speaking/", speaking, name="speaking"),
]
