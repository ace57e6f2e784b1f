"""Answers of the small forms on cards: the panel alone for HTMX, else back to the card; and taking things back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.cards.addresses import card_url
from onegoal.apps.cards.queries import deals_for_cards, leads_for_cards
from onegoal.apps.cards.undoable import batch_of, next_address, undo_url
from onegoal.apps.sales.completeness import entity_of
from onegoal.apps.sales.models import Deal, Lead, Task
from onegoal.apps.shell.panels import Of, panel, render
from onegoal.apps.shell.toasts import say


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
        return redirect(next_address(request, card_url(record)))
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


@requires(Right.WRITE_SALES)
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what one's own action did within the last hour; what others changed since stays and is told."""
    batch = batch_of(user_id=reader_of(request).pk, token=token)
    if not batch:
        raise Http404
    result = undo_batch(batch=batch, now=timezone.now())
    if result.kept:
        said = _("Taken back, but for what others have changed or used since.") if result.undone else _(
            "This cannot be taken back: others have changed it since."
        )  # fmt: skip
        say(request, said, level=messages.WARNING)
    elif result.undone:
        say(request, _("Taken back."))
    else:
        say(request, _("This was taken back already."), level=messages.INFO)
    return redirect(next_address(request, "/"))
