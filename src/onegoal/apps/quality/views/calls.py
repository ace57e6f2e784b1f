"""Calls on a lead's card: heard, noted by hand, given a topic."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.forms.calls import LogCallForm, TopicForm
from onegoal.apps.quality.services.calls import log_call, set_topic
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_calls, visible_leads
from onegoal.apps.shell.panels import panel, render
from onegoal.apps.shell.toasts import say


@requires(Right.WRITE_SALES)
@require_POST
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a call with a lead, so that the attempt stands in the call log."""
    user: User = request.user  # type: ignore[assignment]
    lead = get_object_or_404(visible_leads(user), pk=pk)
    now = timezone.now()
    form = LogCallForm(request.POST, now=now)
    if form.is_valid():
        data = form.cleaned_data
        is_answered = "answered" in request.POST
        log_call(
            lead=lead, seller=user, started_at=data["started_at"], direction=data["direction"], topic=data["topic"],
            is_answered=is_answered, talk_seconds=60 * (data["minutes"] or 0) if is_answered else None, now=now,
        )  # fmt: skip
        say(request, _("The call is noted.") if is_answered else _("The attempt is noted."))
    else:
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        say(request, said, level=messages.ERROR)
    return _panel(request, lead)


@requires(Right.WRITE_SALES)
@require_POST
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a call was about."""
    user: User = request.user  # type: ignore[assignment]
    call = get_object_or_404(visible_calls(user).filter(lead__in=visible_leads(user).values("pk")), pk=pk)
    form = TopicForm(request.POST)
    if form.is_valid():
        set_topic(call=call, topic=form.cleaned_data["topic"], now=timezone.now())
    return _panel(request, get_object_or_404(Lead, pk=call.lead_id))


def _panel(request: HttpRequest, lead: Lead) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return redirect("cards:lead", pk=lead.pk)
    return HttpResponse(render(panel("lead", "calls"), request, lead))
