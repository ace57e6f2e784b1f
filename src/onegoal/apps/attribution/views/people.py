"""The people behind one path: those who converted by it, each with their timeline one click away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.attribution.forms import Wanted, read_wanted
from onegoal.apps.attribution.queries.figures import Found, journeys_of
from onegoal.apps.attribution.queries.paths import Converted, conversions_behind, path_key, paths_of
from onegoal.apps.attribution.views.common import before_any_data, page_context
from onegoal.apps.attribution.views.lag import DaysColumn
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.views.paths import people_words
from onegoal.apps.attribution.words import path_name
from onegoal.apps.people.models import Person
from onegoal.apps.people.queries import visible_people
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.attribution.pathways import Pathway


@dataclass(frozen=True)
class Line:
    """One conversion with the person whose it was."""

    person: Person
    conversion: Converted


@requires(Right.SEE_FIGURES)
@requires(Right.SEE_PEOPLE)
@require_GET
def path(request: HttpRequest, key: str) -> HttpResponseBase:
    """Everybody who converted by one path in these days, newest first, as far as the reader may see them."""
    wanted = read_wanted(request, now=timezone.now())
    if wanted.address.recorded is None:
        return before_any_data(request, wanted, _("People behind a path"))
    found = journeys_of(wanted.asked, wanted.scope)
    named = next((one for one in paths_of(wanted.asked, wanted.scope) if path_key(one.groups) == key), None)
    if named is None:
        context = page_context(request, wanted, found, heading=_("People behind a path"), paths_url=_back(wanted))
        return render(request, "attribution/no_path.html", context, status=404)
    lines = _lines(request, found, named)
    table = _table(request, wanted, found, lines)
    context = page_context(
        request, wanted, found,
        heading=path_name(wanted.asked.dimension, named.groups),
        words=people_words(wanted, len(lines), len(named.rows) - len(lines)),
        paths_url=_back(wanted),
        table=table,
    )  # fmt: skip
    return respond(request, "attribution/people.html", context, table)


def _back(wanted: Wanted) -> str:
    return reverse("attribution:paths") + wanted.shared()


def _lines(request: HttpRequest, found: Found, named: Pathway) -> list[Line]:
    user: User = request.user  # type: ignore[assignment]
    behind = conversions_behind(found, named.rows)
    people: dict[int, Any] = visible_people(user).in_bulk({one.person_id for one in behind})
    return [Line(people[one.person_id], one) for one in behind if one.person_id in people]


def _table(request: HttpRequest, wanted: Wanted, found: Found, lines: list[Line]) -> BoundTable:
    measure = Measure(wanted.asked, found.currency)
    money = Column("value", measure.title, "money", value="conversion.value", currency=found.currency)
    table = Table(
        key="path-people",
        title=_("People"),
        columns=[
            Column("name", _("Name"), value=lambda line: str(line.person), link=_person_url),
            Column("at", _("Converted"), "moment", value="conversion.at"),
            *([money] if measure.is_money else []),
            DaysColumn("days", _("Since the first touch"), "days", value="conversion.days"),
            Column("region", _("Region"), value="person.region"),
        ],
        default_sort="-at",
        search=("name",),
        stacks=True,
        empty_title=_("Nobody you may see took this path"),
        empty_text=_("You see people with a lead or deal of yours."),
    )
    return table.bind(request, lines)


def _person_url(line: Line) -> str:
    return reverse("people:person", args=[line.person.pk])
