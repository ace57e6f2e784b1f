"""The list of people and one person's timeline."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.audit.queries import TrailFilter, in_words, trail
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.people.queries import find_people, survivor_seen_by, visible_people
from onegoal.apps.people.timeline import moment_kinds, timeline
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, PageOfRows, Query, Table

_MOST_CHANGES = 50


def _person_url(person: Person) -> str:
    return reverse("people:person", args=[person.pk])


TABLE = Table(
    key="people",
    title=_("People"),
    columns=[
        Column("name", _("name"), value=str, link=_person_url),
        Column("contacts", _("contacts"), value=lambda person: ", ".join(person.contacts), sortable=False),
        Column("organisation", _("organisation"), value="organisation.name", order_by="organisation__name"),
        Column("region", _("region")),
        Column("segment", _("segment")),
        Column("created_at", _("known since"), kind="moment"),
    ],
    default_sort="-created_at",
    search=["name"],
    stacks=True,
    empty_title=_("No people yet"),
    empty_text=_("People come with leads, deals and imports of customers."),
)


@requires(Right.SEE_PEOPLE)
@require_GET
@kept_until_change()
def people(request: HttpRequest) -> HttpResponseBase:
    """Everybody the reader may see, with search in names and contacts."""

    def fetch(query: Query) -> PageOfRows:
        found = visible_people(request.user)  # type: ignore[arg-type]
        found = find_people(found, query.search) if query.search else found
        order = next((column.path for column in TABLE.columns if column.key == query.sort), "created_at")
        page = found.order_by(f"{'-' if query.is_descending else ''}{order}", "-pk").select_related("organisation")
        return PageOfRows(_with_contacts(list(page[query.offset : query.offset + query.limit])), found.count())

    table = TABLE.bind(request, fetch)
    may_write = has_right(request.user, Right.WRITE_SALES)  # type: ignore[arg-type]
    return respond(request, "people/people.html", {"table": table, "may_write": may_write}, table)


@requires(Right.SEE_PEOPLE)
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: contacts, what happened in order of time, and who changed the record."""
    user: User = request.user  # type: ignore[assignment]
    if survivor := survivor_seen_by(user, pk):
        return redirect("people:person", survivor.pk)
    shown = get_object_or_404(visible_people(user).select_related("organisation"), pk=pk)
    kinds = moment_kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    context = {
        "person": shown,
        "identifiers": shown.identifiers.order_by("kind", "value"),
        "kinds": kinds,
        "kind": kind,
        "moments": timeline(user, shown, kind=kind),
        "changes": _changes(user, shown),
    }
    return render(request, "people/person.html", context)


def _changes(user: User, shown: Person) -> list[object]:
    if not has_right(user, Right.SEE_AUDIT):
        return []
    return list(in_words(list(trail(TrailFilter(entity="person", entity_id=shown.pk))[:_MOST_CHANGES])))


def _with_contacts(people: list[Person]) -> list[Person]:
    """Give each person its contacts as text, by one query for the page."""
    by_person: dict[int, list[str]] = {one.pk: [] for one in people}
    found = Identifier.objects.filter(person__in=by_person).exclude(kind__in=["crm", "visitor"]).order_by("kind", "pk")
    for identifier in found:
        by_person[identifier.person_id].append(identifier.value)
    for one in people:
        one.contacts = by_person[one.pk]  # type: ignore[attr-defined]
    return people
