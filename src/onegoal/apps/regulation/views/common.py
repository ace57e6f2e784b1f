"""What the pages of the regulation share: finding a version, and its clauses as they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from onegoal.apps.accounts.models import User
from onegoal.apps.regulation.fields import Asked, asked_fields
from onegoal.apps.regulation.models import Clause, ClauseKind, Regulation, State
from onegoal.apps.regulation.queries import visible_regulations
from onegoal.apps.regulation.words import demand, wording
from onegoal.apps.shell.toasts import say


@dataclass(frozen=True)
class Line:
    """A clause as it is read: its words, and the demand behind them where the words say it differently."""

    clause: Clause
    words: str
    demand: str = ""


@dataclass(frozen=True)
class Read:
    """A version's clauses as a page shows them."""

    criteria: list[Line]
    reasons: list[Line]
    points: int


def user_of(request: HttpRequest) -> User:
    """Return the signed-in reader."""
    return request.user  # type: ignore[return-value]


def find_regulation(request: HttpRequest, pk: int) -> Regulation:
    """Return a version the reader may see, or answer 404."""
    return get_object_or_404(visible_regulations(user_of(request)).select_related("author"), pk=pk)


def read_clauses(regulation: Regulation, known: Mapping[str, Asked] | None = None) -> Read:
    """Return the clauses of a version in words."""
    fields = asked_fields() if known is None else known
    clauses = list(regulation.clauses.all())
    criteria = [line_of(one, fields) for one in clauses if one.kind == ClauseKind.CRITERION]
    reasons = [Line(one, one.text) for one in clauses if one.kind == ClauseKind.REASON]
    return Read(criteria, reasons, sum(line.clause.weight for line in criteria))


def line_of(clause: Clause, fields: Mapping[str, Asked]) -> Line:
    """Return one criterion in words."""
    words, must = wording(clause, fields), demand(clause, fields)
    return Line(clause, words, must if must != words else "")


def in_force(versions: list[Regulation]) -> dict[int, tuple[Any, Any]]:
    """Return from when until when each signed version holds, by its id; the end of the latest is None."""
    signed = sorted(
        (one for one in versions if one.state == State.SIGNED), key=lambda one: (one.valid_from, one.number)
    )
    ends = [*(one.valid_from for one in signed[1:]), *([None] if signed else [])]
    return {one.pk: (one.valid_from, end) for one, end in zip(signed, ends, strict=True)}


def say_unsigned(request: HttpRequest, was_signed: bool) -> None:
    """Tell that an edit took the signature back."""
    if was_signed:
        said = _(
            "The draft had been signed. It is changed now, so the signature is taken back and has to be given again."
        )
        say(request, said, level=messages.WARNING)


def back(request: HttpRequest, fallback: str) -> HttpResponse:
    """Redirect to where a form says its reader came from, as long as that is this site, else to `fallback`."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(fallback)


def lead_url(pk: int) -> str:
    """Return the address of a lead's card."""
    return reverse("cards:lead", args=[pk])
