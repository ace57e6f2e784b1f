"""The versions of the regulation: list, one version, comparison of two, copying, signing, withdrawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.forms import NewDraftForm, SignForm
from onegoal.apps.regulation.models import Clause, ClauseKind, Regulation, Side, Signature, State
from onegoal.apps.regulation.queries import flaws_of, regulation_for, visible_regulations
from onegoal.apps.regulation.services import (
    DraftRefused,
    SignatureRefused,
    create_draft,
    restore_draft,
    sign_regulation,
    withdraw_draft,
)
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.apps.regulation.views.common import find_regulation, in_force, line_of, read_clauses, user_of
from onegoal.apps.regulation.words import attempts_agreed, draft_words, flaw_words, signature_words, wording
from onegoal.apps.shell.toasts import say


@dataclass(frozen=True)
class Row:
    """One version in the list."""

    regulation: Regulation
    signatures: list[Signature]
    starts_at: Any
    ends_at: Any
    is_current: bool


@dataclass(frozen=True)
class Pair:
    """One clause in two versions; `change` is same, changed, added or removed."""

    number: str
    was: str
    now: str
    change: str


@requires(Right.SEE_FIGURES)
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first."""
    found = list(visible_regulations(user_of(request)).prefetch_related("signatures__user"))
    current, spans = regulation_for(timezone.now()), in_force(found)
    rows = [
        Row(
            one,
            list(one.signatures.all()),
            *spans.get(one.pk, (None, None)),
            current is not None and one.pk == current.pk,
        )
        for one in found
    ]
    may_draft = has_right(user_of(request), Right.DRAFT_REGULATION)
    context = {"rows": rows, "may_draft": may_draft, "current": current, "form": NewDraftForm()}
    return render(request, "regulation/versions.html", context)


@requires(Right.DRAFT_REGULATION)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin an empty draft."""
    form = NewDraftForm(request.POST)
    title = form.cleaned_data["title"] if form.is_valid() else _("Qualification of leads")
    draft = create_draft(title=title, author=user_of(request), now=timezone.now())
    return redirect("regulation:edit", draft.pk)


@requires(Right.DRAFT_REGULATION)
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version into a new draft."""
    like = find_regulation(request, pk)
    draft = create_draft(title=like.title, author=user_of(request), now=timezone.now(), like=like)
    say(request, _("Copied into a new draft, version %(number)s.") % {"number": draft.number})
    return redirect("regulation:edit", draft.pk)


@requires(Right.SEE_FIGURES)
@require_GET
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its clauses, its signatures, and what can be done with it."""
    one, user = find_regulation(request, pk), user_of(request)
    return render(request, "regulation/version.html", _described(one, user))


@requires(Right.SEE_FIGURES)
@require_GET
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two versions clause by clause."""
    newer, older = find_regulation(request, pk), find_regulation(request, other)
    context = {"newer": newer, "older": older, "pairs": _pairs(older, newer), "settings": _settings(older, newer)}
    return render(request, "regulation/compare.html", context)


@requires(Right.SEE_FIGURES)
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a department."""
    one, user = find_regulation(request, pk), user_of(request)
    form, side = SignForm(request.POST), request.POST.get("side", "")
    if side not in Side.values or not form.is_valid():
        say(request, _("The moment could not be read. Nothing is signed."), level=messages.ERROR)
        return redirect("regulation:show", pk)
    try:
        signed = sign_regulation(
            regulation=one, side=side, author=user, now=timezone.now(), valid_from=form.cleaned_data["valid_from"]
        )
    except SignatureRefused as refusal:
        say(request, signature_words(refusal.code, refusal.by), level=messages.ERROR)
        return redirect("regulation:show", pk)
    if signed.is_locked:
        say(request, _("Signed by both. Version %(number)s is locked.") % {"number": signed.number})
    else:
        say(request, _("Signed. The other department is still to sign."))
    return redirect("regulation:show", pk)


@requires(Right.DRAFT_REGULATION)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside, with an undo."""
    one = find_regulation(request, pk)
    try:
        withdraw_draft(regulation=one, now=timezone.now())
    except DraftRefused as refusal:
        say(request, draft_words(refusal.code), level=messages.ERROR)
        return redirect("regulation:show", pk)
    said = _("Version %(number)s is withdrawn.") % {"number": one.number}
    say(request, said, undo=reverse("regulation:take_up", args=[pk]))
    return redirect("regulation:versions")


@requires(Right.DRAFT_REGULATION)
@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a withdrawn draft up again."""
    one = find_regulation(request, pk)
    try:
        restore_draft(regulation=one, now=timezone.now())
    except DraftRefused as refusal:
        say(request, draft_words(refusal.code), level=messages.ERROR)
    return redirect("regulation:show", pk)


def _described(one: Regulation, user: Any) -> dict[str, Any]:
    known = asked_fields()
    every = list(visible_regulations(user))
    signatures = {signature.side: signature for signature in one.signatures.select_related("user")}
    is_draft = one.state == State.DRAFT
    flaws = [flaw_words(flaw, one, known) for flaw in flaws_of(one)] if is_draft else []
    starts_at, ends_at = in_force(every).get(one.pk, (None, None))
    return {
        "regulation": one, "read": read_clauses(one, known), "sides": _sides(signatures, one, user),
        "flaws": flaws, "starts_at": starts_at, "ends_at": ends_at, "is_draft": is_draft, "agreed": attempts_agreed(one),
        "may_draft": has_right(user, Right.DRAFT_REGULATION), "form": SignForm(), "is_last_signature": bool(signatures),
        "others": [other for other in every if other.pk != one.pk and other.state != State.WITHDRAWN],
    }  # fmt: skip


def _sides(signatures: dict[str, Signature], one: Regulation, user: Any) -> list[dict[str, Any]]:
    """Each department with its signature, or whether the reader may give it."""
    mine = any(signature.user_id == user.pk for signature in signatures.values())
    return [
        {
            "value": side.value, "label": side.label, "signature": signatures.get(side.value),
            "may_sign": one.state == State.DRAFT and side.value not in signatures and not mine
            and has_right(user, RIGHT_OF_SIDE[side]),
        }
        for side in Side
    ]  # fmt: skip


def _pairs(older: Regulation, newer: Regulation) -> list[Pair]:
    known = asked_fields()

    def texts(regulation: Regulation) -> dict[str, str]:
        return {clause.number: _whole(clause, known) for clause in regulation.clauses.all()}

    was, now = texts(older), texts(newer)
    numbers = [*now, *(number for number in was if number not in now)]
    return [
        Pair(number, was.get(number, ""), now.get(number, ""), _change(was.get(number), now.get(number)))
        for number in numbers
    ]


def _change(was: str | None, now: str | None) -> str:
    if was is None:
        return "added"
    if now is None:
        return "removed"
    return "same" if was == now else "changed"


def _whole(clause: Clause, known: Any) -> str:
    """All that a clause says, as one text."""
    if clause.kind == ClauseKind.CRITERION:
        line = line_of(clause, known)
        parts = [line.words, line.demand, _("%(count)s points") % {"count": clause.weight} if clause.weight else "",
                 _("required") if clause.is_required else ""]  # fmt: skip
    else:
        parts = [wording(clause, known), ", ".join(clause.sub_reasons),
                 _("only after the agreed attempts") if clause.needs_attempts else "",
                 _("never contact again") if clause.suppresses else ""]  # fmt: skip
    return " · ".join(part for part in parts if part)


def _settings(older: Regulation, newer: Regulation) -> list[tuple[str, Any, Any]]:
    pairs = (
        (_("Points needed"), older.threshold, newer.threshold),
        (_("Attempts to reach"), attempts_agreed(older), attempts_agreed(newer)),
    )
    return [pair for pair in pairs if pair[1] != pair[2]]
