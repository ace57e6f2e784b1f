"""Answers of the small forms on cards: the panel alone for HTMX, else back to the card; and taking things back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from onegoal.apps.accounts.models import User
from onegoal.apps.cards.addresses import card_url
from onegoal.apps.cards.queries import deals_for_cards, leads_for_cards
from onegoal.apps.sales.completeness import entity_of
from onegoal.apps.sales.models import Deal, Lead, Task
from onegoal.apps.shell.panels import Of, panel, render
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import came_from, undo_url


def reader_of(request: HttpRequest) -> User:
    """Return the signed-in colleague."""
    return request.user  # type: ignore[return-value]


def record_for(request: HttpRequest, of: str, pk: int) -> Lead | Deal:
    """Return a lead or deal the reader may see. Raises: Http404."""
    user = reader_of(request)
    if of == "lead":
        return get_object_or_404(leads_for_cards(user), pk=pk)
    return get_object_or_404(deals_for_cards(user), pk=pk)


def answer_panel(request: HttpRequest, record: Lead | Deal, key: str, *, status: int = 200) -> HttpResponse:
    """Answer with one panel of the card as it stands now, or send the reader back to the card."""
    if not getattr(request, "htmx", False):
        return redirect(came_from(request, card_url(record)))
    of: Of = "lead" if entity_of(record) == "lead" else "deal"
    return HttpResponse(render(panel(of, key), request, record), status=status)


def record_of_task(request: HttpRequest, task: Task) -> Lead | Deal | None:
    """Return the record whose card the request came from: the task's lead or deal, as far as the reader may see it."""
    user, target = reader_of(request), request.POST.get("card", "")
    if target == "deal":
        return deals_for_cards(user).filter(pk=task.deal_id or 0).first()
    lead_id = task.lead_id or (task.deal.lead_id if task.deal else None)
    return leads_for_cards(user).filter(pk=lead_id or 0).first()


def say_undoable(request: HttpRequest, text: Any, batch: str) -> None:
    """Tell what was done, with a button that takes it back."""
    say(request, text, undo=undo_url(user_id=reader_of(request).pk, batch=batch))
