"""People who are likely the same: the list, two side by side, and the merging of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.cards.views.answers import reader_of, say_undoable
from onegoal.apps.company.models import CustomEntity, CustomField
from onegoal.apps.people.likeness import likely_pairs
from onegoal.apps.people.models import IdentifierKind, Organisation, Person
from onegoal.apps.people.queries import survivor_of, visible_people
from onegoal.apps.people.services_merge import (
    OWN,
    AlreadyMerged,
    differing_fields,
    held,
    merge_people,
)
from onegoal.apps.sales.models import Call, Deal, Lead, Task


@dataclass(frozen=True)
class FieldLine:
    """One field in which the two differ, with both values in words."""

    name: str
    label: str
    kept: str
    dropped: str
    takes_other: bool


@requires(Right.WRITE_SALES)
@require_GET
@kept_until_change()
def duplicates(request: HttpRequest) -> HttpResponseBase:
    """People who are likely the same, the likeliest first, each pair with what speaks for it."""
    return render(request, "cards/duplicates.html", {"pairs": likely_pairs(reader_of(request))})


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two people side by side; the first stays, the second becomes a signpost to it."""
    user = reader_of(request)
    keep, drop = _person(user, pk), _person(user, other)
    merged = next((one for one in (keep, drop) if one.merged_into_id), None)
    if merged:
        return _refused(request, merged, survivor_of(merged))
    if keep.pk == drop.pk:
        return redirect("people:person", keep.pk)
    if request.method == "POST":
        return _merge(request, keep, drop)
    return render(request, "cards/merge.html", _sides(keep, drop))


def _merge(request: HttpRequest, keep: Person, drop: Person) -> HttpResponse:
    choices = {name: request.POST[name] for name in differing_fields(keep, drop) if name in request.POST}
    try:
        merged = merge_people(keep=keep, drop=drop, choices=choices, author=reader_of(request), now=timezone.now())
    except AlreadyMerged as already:
        return _refused(request, already.person, already.survivor)
    say_undoable(request, _("%(name)s is one person now.") % {"name": merged.person}, merged.batch)
    return redirect("people:person", merged.person.pk)


def _refused(request: HttpRequest, person: Person, survivor: Person) -> HttpResponse:
    context = {"person": person, "survivor": survivor}
    return render(request, "cards/merged_already.html", context, status=409)


def _person(user: User, pk: int) -> Person:
    """A person the user may see, or one that was merged into such a person."""
    person = get_object_or_404(Person.objects.select_related("merged_into", "organisation"), pk=pk)
    get_object_or_404(visible_people(user), pk=survivor_of(person).pk)
    return person


def _sides(keep: Person, drop: Person) -> dict[str, Any]:
    return {
        "keep": keep,
        "drop": drop,
        "lines": _lines(keep, drop),
        "sides": [_side(keep), _side(drop)],
        "swap": reverse("cards:merge", args=[drop.pk, keep.pk]),
    }


def _side(person: Person) -> dict[str, Any]:
    hidden = (IdentifierKind.CRM, IdentifierKind.VISITOR)
    counts = [(model._meta.verbose_name_plural, model._default_manager.filter(person=person).count())
              for model in (Lead, Deal, Call, Task)]  # fmt: skip
    return {
        "person": person,
        "contacts": person.identifiers.exclude(kind__in=hidden).order_by("kind", "value"),
        "counts": counts,
        "first": Lead.objects.filter(person=person).select_related("origin").order_by("created_at").first(),
    }


def _lines(keep: Person, drop: Person) -> list[FieldLine]:
    labels = dict(CustomField.objects.filter(entity=CustomEntity.PERSON).values_list("key", "label"))
    return [
        FieldLine(name, _label(name, labels), _shown(keep, name), _shown(drop, name), held(keep, name) is None)
        for name in differing_fields(keep, drop)
    ]


def _label(name: str, labels: dict[str, str]) -> str:
    if name.startswith(OWN):
        return labels.get(name.removeprefix(OWN), name.removeprefix(OWN))
    return str(Person._meta.get_field(name.removesuffix("_id")).verbose_name)  # type: ignore[union-attr]


def _shown(person: Person, name: str) -> str:
    value = held(person, name)
    if name == "organisation_id" and value:
        return str(Organisation.objects.get(pk=value))
    return "" if value is None else str(value)
