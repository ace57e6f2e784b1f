"""The form of a KPI: a new draft, its changes, the change of a running one, and what the terms would have made of the past."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company
from onegoal.apps.facts.queries import values_of
from onegoal.apps.goal.forms import ReasonForm, ScopeForm, TermsForm, empty_terms, quarter_of, scope_initial
from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.queries import terms_of, version_in_force, waiting_version
from onegoal.apps.goal.services import KpiRefused, change_draft, draft_kpi, propose_change
from onegoal.apps.goal.views.common import find_kpi, user_of
from onegoal.apps.goal.what_if import what_if, working_days_in
from onegoal.apps.goal.words import flaw_words, refusal_words
from onegoal.apps.shell.toasts import say
from onegoal.core.periods import Period
from onegoal.core.shared_kpi import WHOLE_BP, Terms, flaws_of_terms
from onegoal.metrics.errors import QuestionRefused


@requires(Right.SET_GOAL)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new draft."""
    starts_on, ends_on = quarter_of(timezone.localdate())
    initial = {"starts_on": starts_on, "ends_on": ends_on, "owner": user_of(request).pk}
    scope = ScopeForm(request.POST or None, user=user_of(request), initial=initial)
    terms = TermsForm(request.POST or None, terms=empty_terms(), types=_types())
    if request.method == "POST" and scope.is_valid() and terms.is_valid():
        made = draft_kpi(terms=terms.terms(), author=user_of(request), now=timezone.now(), **scope.cleaned_data)
        say(request, _("Saved as a draft."))
        return redirect("goal:kpi", made.pk)
    return _form(request, {"scope": scope, "terms": terms, "kpi": None})


@requires(Right.SET_GOAL)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    kpi = find_kpi(request, pk)
    version = waiting_version(kpi)
    if kpi.state != KpiState.DRAFT or version is None:
        return redirect("goal:kpi", pk)
    scope = ScopeForm(request.POST or None, user=user_of(request), initial=scope_initial(kpi))
    terms = TermsForm(request.POST or None, terms=terms_of(version), types=_types())
    if request.method == "POST" and scope.is_valid() and terms.is_valid():
        try:
            change_draft(kpi=kpi, terms=terms.terms(), now=timezone.now(), **scope.cleaned_data)
        except KpiRefused as refusal:
            say(request, refusal_words(refusal), level=messages.ERROR)
        else:
            say(request, _("Saved."))
        return redirect("goal:kpi", pk)
    return _form(request, {"scope": scope, "terms": terms, "kpi": kpi})


@requires(Right.SET_GOAL)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a change of a running KPI: it waits for the signatures of both departments."""
    kpi = find_kpi(request, pk)
    held = version_in_force(kpi, timezone.now())
    if kpi.state != KpiState.ACTIVE or held is None:
        return redirect("goal:kpi", pk)
    reason = ReasonForm(request.POST or None)
    terms = TermsForm(request.POST or None, terms=terms_of(held), types=_types())
    if request.method == "POST" and reason.is_valid() and terms.is_valid():
        try:
            propose_change(
                kpi=kpi, terms=terms.terms(), reason=reason.cleaned_data["reason"], author=user_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except KpiRefused as refusal:
            terms.add_error(None, refusal_words(refusal))
        else:
            say(request, _("Proposed. Both departments are to sign it."))
            return redirect("goal:kpi", pk)
    return _form(request, {"scope": None, "terms": terms, "kpi": kpi, "reason": reason})


@requires(Right.SET_GOAL)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Tell what the form as it stands adds up to, without storing anything."""
    scope = ScopeForm(request.POST, user=user_of(request))
    terms = TermsForm(request.POST, terms=Terms(()), types=_types())
    scope.is_valid()
    told = scope.cleaned_data
    starts_on, ends_on = told.get("starts_on"), told.get("ends_on")
    period = Period(starts_on, ends_on) if starts_on and ends_on and starts_on <= ends_on else None
    context = _told(terms.terms(), period, told.get("project"), told.get("country", ""))
    return render(request, "goal/preview.html", context)


def _form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    scope, kpi, terms = context["scope"], context["kpi"], context["terms"]
    known = scope_initial(kpi) if kpi else scope.initial
    period = Period(known["starts_on"], known["ends_on"])
    project = kpi.project if kpi else None
    filled = terms.terms() if terms.is_bound else _initial(kpi)
    context |= _told(filled, period, project, known.get("country", ""))
    return render(request, "goal/form.html", context, status=422 if request.method == "POST" else 200)


def _initial(kpi: SharedKpi | None) -> Terms:
    """What the form shows before anybody has typed."""
    if kpi is None:
        return empty_terms()
    version = waiting_version(kpi) if kpi.state == KpiState.DRAFT else version_in_force(kpi, timezone.now())
    return terms_of(version) if version else empty_terms()


def _told(terms: Terms, period: Period | None, project: Project | None, country: str) -> dict[str, Any]:
    """Sums, faults, working days, and what the last such period would have reached."""
    return {
        "weights": sum(part.weight_bp for part in terms.parts) / WHOLE_BP,
        "shares": sum(terms.mix.values()) / WHOLE_BP,
        "has_mix": bool(terms.mix),
        "flaws": [flaw_words(flaw) for flaw in flaws_of_terms(terms)],
        "period": period,
        "currency": current_company().currency,
        "working_days": working_days_in(period, country) if period else None,
        "what_if": what_if(terms, period, project, today=timezone.localdate()) if period else None,
    }


def _types() -> list[str]:
    try:
        return values_of("product_type")
    except QuestionRefused:
        return []
