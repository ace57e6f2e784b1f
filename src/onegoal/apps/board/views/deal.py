"""The card of a deal: its head, its panels, its fields; and deals opened from leads."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.panels import fields_form
from onegoal.apps.board.views.common import deal_or_404, head_context, panel_html, redrawn, refusable
from onegoal.apps.sales.queries import visible_leads


@requires(Right.SEE_PEOPLE)
@require_GET
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """One deal: who buys what for how much, until when it is kept, what is paid when, and everything that happened."""
    shown = deal_or_404(request, pk)
    return render(request, "board/deal.html", head_context(request, shown))


@requires(Right.WRITE_SALES)
@require_POST
@refusable("deal-fields")
def fields(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand a deal over to another seller, or write its margin."""
    user: User = request.user  # type: ignore[assignment]
    shown = deal_or_404(request, pk)
    form = fields_form(user, shown, request.POST)
    if not form.is_valid():
        request.deal_fields_form = form  # type: ignore[attr-defined]
        return HttpResponse(panel_html(request, shown, "deal-fields"), status=422)
    services.fill_fields(deal=shown, values=form.cleaned_data, now=timezone.now(), empties=True)
    messages.success(request, _("Saved."))
    return redrawn(request, pk, "deal-fields")


@requires(Right.WRITE_SALES)
@require_POST
def open_from_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a deal of a lead, or show the one that is in work."""
    user: User = request.user  # type: ignore[assignment]
    lead = get_object_or_404(visible_leads(user), pk=pk)
    opened = services.open_deal(lead=lead, author=user, now=timezone.now())
    return redirect("board:deal", pk=opened.pk)
