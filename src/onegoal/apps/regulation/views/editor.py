"""The editor of a draft: what it says of itself, and its clauses as sentences that are added, changed and moved."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.forms import CriterionForm, DraftForm, ReasonForm
from onegoal.apps.regulation.models import Clause, ClauseKind, Regulation, State
from onegoal.apps.regulation.queries import flaws_of
from onegoal.apps.regulation.services import (
    DraftRefused,
    change_draft,
    move_clause,
    remove_clause,
    restore_clause,
    save_clause,
)
from onegoal.apps.regulation.views.common import find_regulation, read_clauses, say_unsigned
from onegoal.apps.regulation.words import draft_words, flaw_words
from onegoal.apps.shell.toasts import say

_SALT = "onegoal.regulation.clause"
_UNDO_SECONDS = 3600
_FORMS = {ClauseKind.CRITERION.value: CriterionForm, ClauseKind.REASON.value: ReasonForm}


@requires(Right.DRAFT_REGULATION)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a draft. `form` in the address opens a clause: `criterion` or `reason` for a new one, or its id."""
    draft = find_regulation(request, pk)
    if draft.state != State.DRAFT:
        return redirect("regulation:show", pk)
    form = DraftForm(request.POST or None, instance=draft)
    if request.method == "POST" and form.is_valid():
        try:
            was_signed = change_draft(regulation=draft, changes=form.cleaned_data, now=timezone.now())
        except DraftRefused as refusal:
            say(request, draft_words(refusal.code), level=messages.ERROR)
            return redirect("regulation:show", pk)
        say(request, _("Saved."))
        say_unsigned(request, was_signed)
        return redirect("regulation:edit", pk)
    opened = _opened(request, draft)
    if _wants_clauses(request):
        return _clauses(request, draft, opened)
    status = 422 if request.method == "POST" else 200
    return render(request, "regulation/edit.html", _described(draft, opened) | {"form": form}, status=status)


@requires(Right.DRAFT_REGULATION)
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a clause or change one."""
    draft = find_regulation(request, pk)
    clause = _clause(draft, request.POST.get("clause", ""), request.POST.get("kind", ""))
    form = _form(clause, request.POST)
    if not form.is_valid():
        return _clauses(request, draft, form, status=422)
    try:
        was_signed = save_clause(clause=form.apply_to(clause), now=timezone.now())
    except DraftRefused as refusal:
        if refusal.code == "number_taken":
            form.add_error("number", draft_words(refusal.code))
            return _clauses(request, draft, form, status=422)
        return _refused(request, draft, refusal)
    say_unsigned(request, was_signed)
    return _clauses(request, draft)


@requires(Right.DRAFT_REGULATION)
@require_POST
def remove(request: HttpRequest, pk: int, clause: int) -> HttpResponse:
    """Delete a clause, with an undo."""
    draft = find_regulation(request, pk)
    found = get_object_or_404(draft.clauses.select_related("regulation"), pk=clause)
    was_signed = draft.signatures.exists()
    try:
        held = remove_clause(clause=found, now=timezone.now())
    except DraftRefused as refusal:
        return _refused(request, draft, refusal)
    undo = reverse("regulation:clause_restore", args=[pk, signing.dumps(held, salt=_SALT, compress=True)])
    say(request, _("Clause %(number)s is deleted.") % {"number": found.number}, undo=undo)
    say_unsigned(request, was_signed)
    return _clauses(request, draft)


@requires(Right.DRAFT_REGULATION)
@require_POST
def restore(request: HttpRequest, pk: int, held: str) -> HttpResponse:
    """Put back a clause deleted within the last hour."""
    draft = find_regulation(request, pk)
    try:
        values = signing.loads(held, salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    try:
        restore_clause(regulation=draft, held=values, now=timezone.now())
    except DraftRefused as refusal:
        return _refused(request, draft, refusal)
    return redirect("regulation:edit", pk)


@requires(Right.DRAFT_REGULATION)
@require_POST
def move(request: HttpRequest, pk: int, clause: int) -> HttpResponse:
    """Move a clause one place up or down."""
    draft = find_regulation(request, pk)
    found = get_object_or_404(draft.clauses.select_related("regulation"), pk=clause)
    try:
        was_signed = move_clause(clause=found, steps=-1 if "up" in request.POST else 1, now=timezone.now())
    except DraftRefused as refusal:
        return _refused(request, draft, refusal)
    say_unsigned(request, was_signed)
    return _clauses(request, draft)


def _refused(request: HttpRequest, draft: Regulation, refusal: DraftRefused) -> HttpResponse:
    say(request, draft_words(refusal.code), level=messages.ERROR)
    if getattr(request, "htmx", False):
        return _clauses(request, draft, status=409)
    return redirect("regulation:show", draft.pk)


def _clauses(
    request: HttpRequest, draft: Regulation, form: CriterionForm | ReasonForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Answer with the clauses alone, or the page where the form was sent without scripts."""
    if getattr(request, "htmx", False):
        return render(request, "regulation/clauses.html", _described(draft, form), status=status)
    if form is None or request.method == "GET":
        return redirect("regulation:edit", draft.pk)
    context = _described(draft, form) | {"form": DraftForm(instance=draft)}
    return render(request, "regulation/edit.html", context, status=status)


def _described(draft: Regulation, opened: CriterionForm | ReasonForm | None) -> dict[str, Any]:
    known = asked_fields()
    clause = None if opened is None else opened.clause if isinstance(opened, CriterionForm) else opened.instance
    return {
        "regulation": draft, "read": read_clauses(draft, known), "opened": opened, "opened_clause": clause,
        "flaws": [flaw_words(flaw, draft, known) for flaw in flaws_of(draft)],
        "is_signed": draft.signatures.exists(),
    }  # fmt: skip


def _opened(request: HttpRequest, draft: Regulation) -> CriterionForm | ReasonForm | None:
    wanted = request.GET.get("form", "")
    if not wanted:
        return None
    clause = _clause(draft, wanted if wanted.isdecimal() else "", wanted)
    if clause.kind == ClauseKind.REASON:
        return ReasonForm(instance=clause)
    said = {
        name: request.GET[name] for name in ("number", "field", "operator", "text", "weight") if name in request.GET
    }
    initial = said | ({"is_required": "is_required" in request.GET} if said else {})
    return CriterionForm(known=asked_fields(), clause=clause, initial=initial)


def _form(clause: Clause, data: Any) -> CriterionForm | ReasonForm:
    if clause.kind == ClauseKind.REASON:
        return ReasonForm(data, instance=clause)
    return CriterionForm(data, known=asked_fields(), clause=clause)


def _clause(draft: Regulation, pk: str, kind: str) -> Clause:
    """Return the named clause of a draft, or a new one of a kind with the next number."""
    if pk.isdecimal() and len(pk) < 19:
        return get_object_or_404(draft.clauses.select_related("regulation"), pk=int(pk))
    if kind not in ClauseKind.values:
        raise Http404
    return Clause(regulation=draft, kind=kind, number=_next_number(draft, kind))


def _next_number(draft: Regulation, kind: str) -> str:
    """The number after the last of the kind: 1.3 follows 1.2; reasons begin with 2.1."""
    numbers = list(draft.clauses.filter(kind=kind).values_list("number", flat=True))
    parts = [found for number in numbers if (found := re.fullmatch(r"(\d{1,4})\.(\d{1,4})", number))]
    if not parts:
        return "1.1" if kind == ClauseKind.CRITERION else "2.1"
    chapter, last = max((int(part[1]), int(part[2])) for part in parts)
    return f"{chapter}.{last + 1}"


def _wants_clauses(request: HttpRequest) -> bool:
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and getattr(htmx, "target", "") == "clauses"
