"""Decisions on a lead from its card: taken, refused in words, undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.regulation.forms import DecisionForm
from onegoal.apps.regulation.models import Clause, Decision
from onegoal.apps.regulation.panel import PANEL
from onegoal.apps.regulation.queries import last_decision
from onegoal.apps.regulation.services import DecisionRefused, decide_lead, undo_decision
from onegoal.apps.regulation.services.deciding import state_of
from onegoal.apps.regulation.views.common import back, lead_url, user_of
from onegoal.apps.regulation.words import words_of_refusal
from onegoal.apps.sales.models import Lead, Outcome
from onegoal.apps.sales.queries import visible_leads
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_day
from onegoal.apps.shell.toasts import say

_SALT = "onegoal.regulation.decision"
_UNDO_SECONDS = 3600
_LOST_RACE = frozenset({"meanwhile", "already"})


@requires(Right.WRITE_SALES)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Qualify, warm up or reject a lead."""
    lead = get_object_or_404(visible_leads(user_of(request)).select_related("person", "seller", "stage"), pk=pk)
    form = DecisionForm(_with_citation(request))
    if not form.is_valid():
        return _refused(request, lead, DecisionRefused("no_date" if "returns_on" in form.errors else "no_clause"))
    said, held = form.cleaned_data, state_of(lead)
    try:
        _check_seen(lead, said["seen"])
        decision = decide_lead(
            lead=lead, outcome=said["outcome"], author=user_of(request), now=timezone.now(),
            clause=_cited(said["clause"]), sub_reason=said["sub_reason"], reason=said["reason"], note=said["note"],
            returns_on=said["returns_on"], override=said["override"],
        )  # fmt: skip
    except DecisionRefused as refusal:
        return _refused(request, lead, refusal, said)
    undo = signing.dumps({"decision": decision.pk, "lead": held}, salt=_SALT, compress=True)
    say(request, _done_words(decision), undo=reverse("regulation:undo", args=[pk, undo]))
    return _answer(request, lead)


@requires(Right.WRITE_SALES)
@require_POST
def undo(request: HttpRequest, pk: int, held: str) -> HttpResponse:
    """Take back what the toast offers; the decision stays on record beside the one that undoes it."""
    lead = get_object_or_404(visible_leads(user_of(request)), pk=pk)
    try:
        kept = signing.loads(held, salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    decision = get_object_or_404(Decision, pk=kept["decision"], lead=lead, author=user_of(request))
    try:
        undo_decision(decision=decision, held=kept["lead"], author=user_of(request), now=timezone.now())
    except DecisionRefused as refusal:
        say(request, words_of_refusal(lead, refusal), level=messages.ERROR)
    else:
        say(request, _("Taken back. The decision stays on record."))
    return back(request, lead_url(pk))


def _with_citation(request: HttpRequest) -> Any:
    """The form's data; a button that cites a clause and one of its sub-reasons sends both as `12:3`."""
    data = request.POST.copy()
    clause, _colon, place = data.get("cited", "").partition(":")
    if clause.isdecimal() and len(clause) < 19:
        data["clause"] = clause
        found = Clause.objects.filter(pk=int(clause)).first()
        if found and place.isdecimal() and len(place) < 5 and int(place) < len(found.sub_reasons):
            data["sub_reason"] = found.sub_reasons[int(place)]
    return data


def _cited(pk: int | None) -> Clause | None:
    return Clause.objects.select_related("regulation").filter(pk=pk).first() if pk else None


def _check_seen(lead: Lead, seen: int | None) -> None:
    """Refuse when the lead was decided since its reader opened the card."""
    last = last_decision(lead.pk)
    if seen is not None and (last.pk if last else 0) != seen:
        raise DecisionRefused("meanwhile", last=last)


def _answer(request: HttpRequest, lead: Lead, *, status: int = 200, **more: Any) -> HttpResponse:
    """The fresh panel where the card asked for it, nothing but the message elsewhere, else back to the card."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return back(request, lead_url(lead.pk))
    fresh = visible_leads(user_of(request)).select_related("person", "seller", "stage").get(pk=lead.pk)
    if getattr(htmx, "target", "") == f"panel-{PANEL.key}":
        shown = {"panel": PANEL, "record": fresh, **(PANEL.context(request, fresh) or {}), **more}
        return HttpResponse(render_to_string(PANEL.template, shown, request=request), status=status)
    return HttpResponse(status=204)


def _refused(
    request: HttpRequest, lead: Lead, refusal: DecisionRefused, said: dict[str, Any] | None = None
) -> HttpResponse:
    words = words_of_refusal(lead, refusal)
    htmx = getattr(request, "htmx", None)
    in_panel = bool(htmx) and getattr(htmx, "target", "") == f"panel-{PANEL.key}"
    if not in_panel or refusal.code in _LOST_RACE:
        say(request, words, level=messages.ERROR)
    can_force = refusal.code in ("fails", "unknown", "attempts", "reached") and has_right(
        user_of(request), Right.OVERRIDE
    )
    clause = (said or {}).get("clause")
    forced = {"outcome": (said or {}).get("outcome"), "clause": clause, "note": (said or {}).get("note", "")}
    return _answer(
        request, lead, status=409 if refusal.code in _LOST_RACE else 422,
        refusal=words, forced=forced if can_force else None,
    )  # fmt: skip


def _done_words(decision: Decision) -> str:
    if decision.outcome == Outcome.QUALIFIED:
        return _("Qualified.")
    if decision.outcome == Outcome.NURTURE:
        day: dt.date | None = decision.returns_on
        return _("Warming up until %(day)s. It comes back by itself.") % {"day": write_day(day, language())}
    return _("Rejected: %(reason)s") % {"reason": decision.reason}
