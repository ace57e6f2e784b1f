"""What was found about one's own rejections, or the team's, and the seller's answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.forms.checks import AnswerForm
from onegoal.apps.quality.panel_checks import PANEL, shown_checks
from onegoal.apps.quality.queries.checks import FOUND_WRONG, visible_checks, with_details
from onegoal.apps.quality.services.checks import CheckRefused, answer_check
from onegoal.apps.quality.views.check_words import say_refusal
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.panels import render as render_panel
from onegoal.apps.shell.toasts import say

_MOST = 200


@requires(Right.WRITE_SALES)
@require_GET
def own_checks(request: HttpRequest) -> HttpResponse:
    """Rejections that were found wrong: one's own first to be answered, a supervisor's team with them."""
    user: User = request.user  # type: ignore[assignment]
    found = with_details(visible_checks(user).filter(state__in=FOUND_WRONG)).order_by("-checked_at", "-pk")
    shown = shown_checks(user, found[:_MOST])
    to_answer = [one for one in shown if one.may_answer]
    context = {"to_answer": to_answer, "others": [one for one in shown if not one.may_answer]}
    return render(request, "quality/own_checks.html", context)


@requires(Right.WRITE_SALES)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the finding, or disagree with words; then the head decides."""
    user: User = request.user  # type: ignore[assignment]
    check = get_object_or_404(with_details(visible_checks(user)), pk=pk)
    form = AnswerForm(request.POST)
    accepts = request.POST.get("verdict") == "accept"
    status = 200
    if not accepts and not form.is_valid():
        say(request, _("Say why you disagree."), level=messages.ERROR)
        status = 422
    else:
        try:
            text = "" if accepts else form.cleaned_data["text"]
            answer_check(check=check, author=user, text=text, now=timezone.now())
            say(request, _("Noted.") if accepts else _("The head will decide."))
        except CheckRefused as refused:
            say(request, say_refusal(refused), level=messages.ERROR)
            status = 409
    lead = visible_leads(user).filter(pk=check.decision.lead_id).first()
    if lead and getattr(request, "htmx", False) and request.htmx.target == f"panel-{PANEL.key}":  # type: ignore[attr-defined]
        return HttpResponse(render_panel(PANEL, request, lead), status=status)
    return redirect("quality:own_checks")
