"""One tap on a lead's card: how good it is, what the buyer objects."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.feedback.models import LeadMark, LeadQuality
from onegoal.apps.feedback.panel import PANEL
from onegoal.apps.feedback.services import mark_lead, restore_mark
from onegoal.apps.sales.models import Lead, Objection
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.panels import render
from onegoal.apps.shell.toasts import say


@requires(Right.WRITE_SALES)
@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how good a lead is or what the buyer objects; the same again takes it back."""
    lead = get_object_or_404(visible_leads(request.user), pk=pk)  # type: ignore[arg-type]
    quality, objection = request.POST.get("quality"), request.POST.get("objection")
    told = None
    if quality is not None and quality not in LeadQuality.values:
        return HttpResponseBadRequest(_("This is no quality of a lead. Choose one of the buttons."))
    if objection is not None:
        told = get_object_or_404(Objection, pk=objection if objection.isdecimal() and len(objection) < 19 else 0)
    if quality is None and told is None:
        return HttpResponseBadRequest(_("Say how good the lead is, or what the buyer objects."))
    made = mark_lead(lead=lead, author=request.user, quality=quality, objection=told, now=timezone.now())  # type: ignore[arg-type]
    say(request, _("Marketing sees it now."), undo=reverse("feedback:unmark", args=[lead.pk, made.pk]))
    return panel_answer(request, lead)


@requires(Right.WRITE_SALES)
@require_POST
def unmark(request: HttpRequest, pk: int, mark_pk: int) -> HttpResponse:
    """Take a mark back: what was said before it holds again."""
    lead = get_object_or_404(visible_leads(request.user), pk=pk)  # type: ignore[arg-type]
    said = get_object_or_404(LeadMark, pk=mark_pk, lead=lead)
    if restore_mark(lead=lead, mark=said, now=timezone.now()):
        say(request, _("What was said before holds again."))
    else:
        say(request, _("Something newer was said meanwhile, so nothing is taken back."))
    return panel_answer(request, lead)


def panel_answer(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Answer with the panel alone, or send a browser without scripts back to the card."""
    if getattr(request, "htmx", False):
        return HttpResponse(render(PANEL, request, lead))
    return redirect(reverse("cards:lead", args=[lead.pk]))
