"""Schemes: the list, one scheme with its rules in words, its people and versions; drafts are approved by another person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.pay.forms import SchemeForm
from onegoal.apps.pay.history import history_of
from onegoal.apps.pay.models import Scheme, SchemeMember, SchemePart, SchemeState, SchemeVersion
from onegoal.apps.pay.queries.flags import flags_in_force, flags_of, scheme_in_force
from onegoal.apps.pay.queries.names import is_money_value
from onegoal.apps.pay.queries.rules import people_without_scheme, values_of
from onegoal.apps.pay.queries.statements import visible_schemes
from onegoal.apps.pay.reading import Dictionary, dictionary_for, read_back
from onegoal.apps.pay.services import (
    PayRefused,
    approve_version,
    change_scheme,
    create_scheme,
    draft_version,
    withdraw_version,
)
from onegoal.apps.pay.views.common import attempt, attempt_undoable, find_scheme, find_version, user_of
from onegoal.apps.pay.words import flag_words, refusal_words
from onegoal.core.periods import add_months


@dataclass(frozen=True)
class PartWords:
    """A part as it is read: its formula and condition in words and its bounds."""

    part: SchemePart
    formula: str
    gate: str
    floor: str
    cap: str


@dataclass(frozen=True)
class Paid:
    """A person a scheme pays, with the values in words."""

    member: SchemeMember
    values: list[tuple[str, str]]
    is_over: bool


@dataclass(frozen=True)
class Line:
    """One scheme in the list."""

    scheme: Scheme
    version: SchemeVersion | None
    has_draft: bool
    people: int


@requires(Right.SEE_PAY)
@require_GET
def schemes(request: HttpRequest) -> HttpResponse:
    """All schemes with how many people they pay today, who is paid by none, and the flags."""
    today = timezone.localdate()
    lines = [
        Line(
            one, scheme_in_force(one, today), one.versions.filter(state=SchemeState.DRAFT).exists(),
            sum(1 for member in one.members.all() if _holds(member, today)),
        )
        for one in visible_schemes(user_of(request)).prefetch_related("members").order_by("-is_active", "name")
    ]  # fmt: skip
    context = {
        "lines": lines, "flags": [flag_words(flag) for flag in flags_in_force(today)],
        "without": people_without_scheme(today, today) if lines else [],
        "may_draft": has_right(user_of(request), Right.DRAFT_PAY),
    }  # fmt: skip
    return render(request, "pay/schemes.html", context)


@requires(Right.DRAFT_PAY)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a scheme and go on to its first draft."""
    form = SchemeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = create_scheme(name=form.cleaned_data["name"], side=form.cleaned_data["side"], now=now)
        except PayRefused as refusal:
            form.add_error("name", refusal_words(refusal))
        else:
            version = draft_version(scheme=made, valid_from=_first_open_day(), author=user_of(request), now=now)
            return redirect("pay:edit", version.pk)
    return render(request, "pay/scheme_new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.SEE_OWN_PAY, Right.SEE_PAY)
@require_GET
def scheme(request: HttpRequest, pk: int) -> HttpResponse:
    """One scheme: how it pays in words; its people, versions and flags for those who see everybody's pay."""
    found, reader, today = find_scheme(request, pk), user_of(request), timezone.localdate()
    in_force = scheme_in_force(found, today)
    sees_all = has_right(reader, Right.SEE_PAY)
    shown = in_force or (found.versions.first() if sees_all else None)
    parts = list(shown.parts.all()) if shown else []
    words = dictionary_for(parts)
    members = found.members.select_related("user").order_by("user__name", "starts_on")
    if not sees_all:
        members = members.filter(user=reader)
    context = {
        "scheme": found, "version": shown, "in_force": in_force, "parts": part_words(parts, words),
        "members": [_paid(member, words, today) for member in members], "sees_all": sees_all, "reader": reader,
        "history": history_of(found, in_force, words) if sees_all else [],
        "flags": [flag_words(flag) for flag in flags_of(shown, today=today)] if shown and sees_all else [],
        "draft": found.versions.filter(state=SchemeState.DRAFT).first() if sees_all else None,
        "may_draft": has_right(reader, Right.DRAFT_PAY), "may_approve": has_right(reader, Right.APPROVE_PAY),
        "form": SchemeForm(initial={"name": found.name, "side": found.side}),
    }  # fmt: skip
    return render(request, "pay/scheme.html", context)


@requires(Right.DRAFT_PAY)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a scheme, move it to the other department, put it aside or take it up again; with an undo."""
    found, form = find_scheme(request, pk), SchemeForm(request.POST)
    if "is_active" in request.POST:
        terms: dict[str, Any] = {
            "name": found.name,
            "side": found.side,
            "is_active": request.POST["is_active"] == "yes",
        }
    elif form.is_valid():
        terms = form.cleaned_data | {"is_active": found.is_active}
    else:
        return redirect("pay:scheme", pk)
    attempt_undoable(request, "scheme", lambda: change_scheme(scheme=found, now=timezone.now(), **terms), _("Saved."))
    return redirect("pay:scheme", pk)


@requires(Right.DRAFT_PAY)
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft from what is in force, or go on with the one there is."""
    found, today = find_scheme(request, pk), timezone.localdate()
    waiting = found.versions.filter(state=SchemeState.DRAFT).first()
    if waiting is None:
        like = scheme_in_force(found, today) or found.versions.first()
        waiting = draft_version(
            scheme=found, valid_from=_first_open_day(), author=user_of(request), now=timezone.now(), like=like
        )
    return redirect("pay:edit", waiting.pk)


@requires(Right.APPROVE_PAY)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a draft that another person wrote."""
    found = find_version(request, pk)
    act = lambda: approve_version(version=found, user=user_of(request), now=timezone.now())  # noqa: E731
    is_done = attempt(request, act, _("Approved. People are paid by it from its day on."))
    return redirect("pay:scheme", found.scheme_id) if is_done else redirect("pay:edit", pk)


@requires(Right.DRAFT_PAY)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft aside, with an undo."""
    found = find_version(request, pk)
    attempt_undoable(
        request, "version", lambda: withdraw_version(version=found, now=timezone.now()), _("The draft is put aside.")
    )
    return redirect("pay:scheme", found.scheme_id)


def part_words(parts: Sequence[SchemePart], words: Dictionary) -> list[PartWords]:
    """Return the parts as they are read."""

    def money(minor: int | None) -> str:
        return "" if minor is None else words.money(Fraction(minor, 10**words.digits))

    return [
        PartWords(
            part, read_back(part.formula, words), read_back(part.gate, words) if part.gate else "",
            money(part.floor_minor), money(part.cap_minor),
        )
        for part in parts
    ]  # fmt: skip


def _paid(member: SchemeMember, words: Dictionary, today: dt.date) -> Paid:
    values = values_of(member, words.digits)
    told = [
        (
            words.known[key].title if key in words.known else words.title(key),
            words.money(value) if is_money_value(key) else words.value(key, value),
        )
        for key, value in values.items()
    ]
    return Paid(member, told, member.ends_on is not None and member.ends_on < today)


def _holds(member: SchemeMember, day: dt.date) -> bool:
    return member.starts_on <= day and (member.ends_on is None or member.ends_on >= day)


def _first_open_day() -> dt.date:
    """Return the first day of the next month: what people work for now stays as it is."""
    return add_months(timezone.localdate().replace(day=1), 1)
