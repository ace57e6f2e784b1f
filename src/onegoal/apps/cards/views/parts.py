"""Parts of a card that are fetched when they come into sight: the timeline and what else is known of the person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.cards.addresses import card_url
from onegoal.apps.cards.views.answers import reader_of, record_for
from onegoal.apps.people.likeness import likely_the_same
from onegoal.apps.people.timeline import moment_kinds, timeline
from onegoal.apps.sales.queries import visible_deals, visible_leads

_SHOWN = 60
_MOST_OTHERS = 20


@requires(Right.SEE_PEOPLE)
@require_GET
def history(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """Everything that happened with the card's person, or one kind of it."""
    record = record_for(request, of, pk)
    if not getattr(request, "htmx", False):
        return redirect("people:person", record.person_id)
    kinds = moment_kinds()
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(kinds) else ""
    moments = timeline(reader_of(request), record.person, kind=kind)
    context = {
        "record": record, "of": of, "kinds": kinds, "kind": kind, "moments": moments[:_SHOWN],
        "is_cut": len(moments) > _SHOWN,
    }  # fmt: skip
    return render(request, "cards/timeline.html", context)


@requires(Right.SEE_PEOPLE)
@require_GET
def known(request: HttpRequest, of: str, pk: int) -> HttpResponse:
    """The person's other leads and deals, and people who are likely the same."""
    record, user = record_for(request, of, pk), reader_of(request)
    if not getattr(request, "htmx", False):
        return redirect("people:person", record.person_id)
    leads = visible_leads(user).filter(person_id=record.person_id).select_related("origin", "stage", "project")
    deals = visible_deals(user).filter(person_id=record.person_id).select_related("stage", "project", "person")
    leads = leads.exclude(pk=record.pk) if of == "lead" else leads
    deals = deals if of == "lead" else deals.exclude(pk=record.pk)
    context = {
        "record": record,
        "leads": leads.order_by("-created_at")[:_MOST_OTHERS],
        "deals": [(deal, card_url(deal)) for deal in deals.order_by("-opened_at")[:_MOST_OTHERS]],
        "alike": [(one, reverse("cards:merge", args=[record.person_id, one.person.pk])) for one in
                  likely_the_same(user, record.person)],
        "may_write": has_right(user, Right.WRITE_SALES),
    }  # fmt: skip
    return render(request, "cards/known.html", context)
