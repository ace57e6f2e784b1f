"""The fields and contacts of a card, edited in place."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.cards.addresses import card_url
from onegoal.apps.cards.clashes import ClashLine, lines_of, merged_words
from onegoal.apps.cards.forms import CardForm, ContactForm
from onegoal.apps.cards.services import ChangedMeanwhile, card_mark, save_card
from onegoal.apps.cards.views.answers import answer_panel, reader_of, record_for, say_undoable
from onegoal.apps.people.models import Identifier
from onegoal.apps.people.queries import visible_people
from onegoal.apps.people.services_edit import KnownElsewhere, add_identifier, remove_identifier
from onegoal.apps.sales.completeness import entity_of, required_fields
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.shell.toasts import say

_THEIRS = "theirs"


@requires(Right.WRITE_SALES)
@require_http_methods(["GET", "POST"])
def fields(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """The form of a card, and its saving: 409 with both values where somebody else changed the same field meanwhile."""
    record = record_for(request, of, pk)
    wanted = required_fields(entity_of(record), record.stage)
    bound: dict[str, Any] = {"record": record, "user": reader_of(request), "required": wanted}
    if "show" in request.GET:
        return answer_panel(request, record, "fields")
    if request.method == "GET":
        return _form(request, record, CardForm(**bound))
    form = CardForm(request.POST, **bound)
    if not form.is_valid():
        return _form(request, record, form, status=422, seen=request.POST.get("seen", ""))
    return _save(request, record, form)


@requires(Right.WRITE_SALES)
@require_POST
def contact_add(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Give the person one more phone or address; one that belongs to somebody else leads to comparing the two."""
    record, form = record_for(request, of, pk), ContactForm(request.POST)
    if not form.is_valid():
        faults = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        say(request, faults, level=messages.ERROR)
        return answer_panel(request, record, "fields", status=422)
    try:
        with in_one_batch("contact") as batch:
            add_identifier(person=record.person, now=timezone.now(), **form.cleaned_data)
    except KnownElsewhere as elsewhere:
        _say_known(request, record, elsewhere)
        return answer_panel(request, record, "fields", status=409)
    say_undoable(request, _("%(contact)s is added.") % {"contact": form.cleaned_data["value"]}, batch)
    return answer_panel(request, record, "fields")


@requires(Right.WRITE_SALES)
@require_POST
def contact_remove(request: HttpRequest, of: str, pk: int, contact: int) -> HttpResponse:
    """Take a wrong phone or address off the person."""
    record = record_for(request, of, pk)
    identifier = get_object_or_404(Identifier.objects.filter(person=record.person), pk=contact)
    with in_one_batch("contact") as batch:
        remove_identifier(identifier=identifier, now=timezone.now())
    say_undoable(request, _("%(contact)s is taken off.") % {"contact": identifier.value}, batch)
    return answer_panel(request, record, "fields")


def _save(request: HttpRequest, record: Lead | Deal, form: CardForm) -> HttpResponse:
    kept = {name for name in form.fields if request.POST.get(f"take:{name}") == _THEIRS}
    changes = {name: value for name, value in form.values.items() if name not in kept}
    try:
        with in_one_batch("card") as batch:
            saved = save_card(record=record, changes=changes, seen=request.POST.get("seen", ""), now=timezone.now())
    except ChangedMeanwhile as meanwhile:
        record = record_for(request, entity_of(record), record.pk)
        lines = lines_of(meanwhile.clashes, record, form, timezone.now())
        return _form(request, record, form, status=409, clashes=lines)
    if saved.changed:
        labels = ", ".join(field.label for field in saved.changed)
        say_undoable(request, _("Saved: %(fields)s.") % {"fields": labels}, batch)
    if saved.others:
        say(request, merged_words(list(saved.others), saved.record), level=messages.INFO)
    return answer_panel(request, record_for(request, entity_of(record), record.pk), "fields")


def _form(
    request: HttpRequest, record: Lead | Deal, form: CardForm, *, status: int = 200, seen: str = "",
    clashes: list[ClashLine] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "record": record, "of": entity_of(record), "form": form, "seen": seen or card_mark(record),
        "clashes": clashes or [], "wanted": form.wanted, "focus": request.GET.get("field", ""),
        "back": card_url(record),
    }  # fmt: skip
    name = "cards/fields_form.html" if getattr(request, "htmx", False) else "cards/fields_page.html"
    return render(request, name, context, status=status)


def _say_known(request: HttpRequest, record: Lead | Deal, elsewhere: KnownElsewhere) -> None:
    is_visible = visible_people(reader_of(request)).filter(pk=elsewhere.person.pk).exists()
    if not is_visible:
        say(
            request, _("A client of a colleague has this contact already. Ask your supervisor."), level=messages.WARNING
        )
        return
    compare = reverse("cards:merge", args=[record.person_id, elsewhere.person.pk])
    said = _("%(name)s has this contact already.") % {"name": elsewhere.person}
    say(request, format_html("{} {}", said, _("Compare the two under “The same person”.")), level=messages.WARNING)
    request.known_elsewhere = (elsewhere.person, compare)  # type: ignore[attr-defined]
