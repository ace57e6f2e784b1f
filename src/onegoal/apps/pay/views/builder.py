"""The builder of a scheme: its parts as cards with formulas that are checked and read back while one types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.pay.forms import (
    MOST_PARTS,
    PartForm,
    VersionForm,
    asked_of,
    part_forms,
    posted_parts,
    version_initial,
)
from onegoal.apps.pay.models import SchemeMember, SchemePart, SchemeState, SchemeVersion
from onegoal.apps.pay.patterns import PATTERNS, pattern_part
from onegoal.apps.pay.queries.examples import example_values
from onegoal.apps.pay.queries.names import known_names
from onegoal.apps.pay.queries.rules import PartError, errors_of
from onegoal.apps.pay.reading import Dictionary, dictionary_for, month_words, read_back
from onegoal.apps.pay.services import PartTerms, PayRefused, set_parts
from onegoal.apps.pay.views.common import find_version, user_of
from onegoal.apps.pay.words import Marked, error_words, marked, refusal_words
from onegoal.apps.shell.toasts import say

GROUPS: Final = {
    "goal": gettext_lazy("The shared KPI"),
    "person": gettext_lazy("Values of the person"),
    "own": gettext_lazy("The person's own results"),
    "team": gettext_lazy("Results of the person's team"),
    "company": gettext_lazy("Results of the company"),
    "plan": gettext_lazy("The plan of the month"),
    "reviewer": gettext_lazy("Work of a reviewer of calls"),
}
FUNCTIONS: Final = (
    ("if(a, b, c)", gettext_lazy("b where the condition a is met, otherwise c")),
    ("steps(x, 0: 1 %, 10: 2 %)", gettext_lazy("each stretch of x at its own rate")),
    ("tier(x, 0: 1 %, 10: 2 %)", gettext_lazy("the whole of x at the rate it has reached")),
    ("band(x, 80 %: 50 %, 100 %: 1)", gettext_lazy("what stands at the highest edge x has reached")),
    ("accelerator(x, 100 %, 2)", gettext_lazy("what lies above the edge counts twice")),
    ("min(a, b)", gettext_lazy("the least")),
    ("max(a, b)", gettext_lazy("the greatest")),
    ("round(x, 2)", gettext_lazy("rounded to so many decimals")),
)


_CHEAP: Final = ("goal", "person", "plan")
_FIRST: Final = ("deals_won", "money_signed", "money_received", "leads", "qualified_leads")
_USUAL: Final = frozenset({*_FIRST, *(f"{whose}_{name}" for whose in ("team", "company") for name in _FIRST)})


@dataclass(frozen=True)
class Card:
    """One part on the form: its fields, its formula and condition in words, and what is wrong with them."""

    place: int
    form: PartForm
    formula: str = ""
    gate: str = ""
    formula_errors: list[Marked] = field(default_factory=list)
    gate_errors: list[Marked] = field(default_factory=list)
    other_errors: list[str] = field(default_factory=list)
    is_whole_period: bool = False

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing is wrong with the part."""
        return not (self.formula_errors or self.gate_errors or self.other_errors)


@requires(Right.DRAFT_PAY, Right.APPROVE_PAY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a form; a version that is no draft any more is shown on its scheme's page."""
    version, reader = find_version(request, pk), user_of(request)
    if version.state != SchemeState.DRAFT:
        return redirect("pay:scheme", version.scheme_id)
    terms = VersionForm(request.POST or None, initial=version_initial(version))
    forms = posted_parts(request.POST) if request.method == "POST" else part_forms(list(version.parts.all()))
    if request.method == "POST" and has_right(reader, Right.DRAFT_PAY):
        is_whole = all([form.is_valid() for form in forms])
        if terms.is_valid() and is_whole and _saved(request, version, terms, forms):
            return redirect("pay:scheme", version.scheme_id) if "close" in request.POST else redirect("pay:edit", pk)
    found = _cards(version, forms)
    context = {
        "version": version, "scheme": version.scheme, "terms": terms, "cards": found, "patterns": PATTERNS,
        "is_ready": bool(found) and all(card.is_sound for card in found), "is_author": version.author_id == reader.pk,
        "may_draft": has_right(reader, Right.DRAFT_PAY), "may_approve": has_right(reader, Right.APPROVE_PAY),
        "functions": FUNCTIONS,
    }  # fmt: skip
    return render(request, "pay/edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Right.DRAFT_PAY)
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell of the form as it stands what is wrong and how it reads, part by part, without storing anything."""
    version = find_version(request, pk)
    found = _cards(version, posted_parts(request.POST))
    context = {"cards": found, "is_ready": bool(found) and all(card.is_sound for card in found), "is_swapped": True}
    return render(request, "pay/told.html", context)


@requires(Right.DRAFT_PAY)
@require_POST
def cards(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the form's parts with one added, taken out or moved: `do` is add:<pattern>, remove:2, up:2 or down:2."""
    version = find_version(request, pk)
    forms = posted_parts(request.POST)
    parts = [form.terms(place) for place, form in enumerate(forms)]
    verb, _colon, which = request.POST.get("do", "").partition(":")
    place = int(which) if which.isdigit() else -1
    if verb == "add" and len(parts) < MOST_PARTS:
        parts.append(pattern_part(which, [part.key for part in parts]))
    elif 0 <= place < len(parts):
        moved = parts.pop(place)
        if verb in ("up", "down"):
            parts.insert(max(0, place - 1) if verb == "up" else place + 1, moved)
    found = _cards(version, part_forms(parts))
    context = {"version": version, "cards": found, "may_draft": True, "focus": len(parts) - 1 if verb == "add" else -1}
    return render(request, "pay/parts.html", context)


@requires(Right.DRAFT_PAY, Right.APPROVE_PAY)
@require_GET
def names(request: HttpRequest, pk: int) -> HttpResponse:
    """The palette of names: what each means and what it comes to this month for somebody the scheme pays."""
    version, today = find_version(request, pk), timezone.localdate()
    found = known_names()
    member = _example(version, today)
    words = dictionary_for()
    wanted = {one.key for one in found if one.group in _CHEAP or one.key in _USUAL} | _in_use(version)
    values = example_values(wanted, member, today) if member else {}
    shown = [(one, words.value(one.key, values[one.key]) if one.key in values else "") for one in found]
    order = list(GROUPS)
    shown.sort(key=lambda pair: order.index(pair[0].group))
    groups = [(GROUPS[key], list(rows)) for key, rows in groupby(shown, key=lambda pair: pair[0].group)]
    context = {"groups": groups, "person": member.user if member else None, "month": month_words(today)}
    return render(request, "pay/names.html", context)


def _saved(request: HttpRequest, version: SchemeVersion, terms: VersionForm, forms: Sequence[PartForm]) -> bool:
    try:
        set_parts(
            version=version, parts=[form.terms(place) for place, form in enumerate(forms)], author=user_of(request),
            now=timezone.now(), valid_from=terms.cleaned_data["valid_from"], note=terms.cleaned_data["note"],
        )  # fmt: skip
    except PayRefused as refusal:
        terms.add_error(None, refusal_words(refusal))
        return False
    say(request, _("Saved as a draft."))
    return True


def _cards(version: SchemeVersion, forms: Sequence[PartForm]) -> list[Card]:
    """Return the parts with how they read and what is wrong; bound forms are taken as typed, others as stored."""
    terms = [form.terms(place) if form.is_bound else _initial(form) for place, form in enumerate(forms)]
    parts = [SchemePart(position=place, **vars(one)) for place, one in enumerate(terms)]
    words = dictionary_for(parts)
    found: dict[int, list[PartError]] = {}
    for error in errors_of(version, parts):
        found.setdefault(error.part.position, []).append(error)
    return [_card(place, form, parts[place], found.get(place, []), words) for place, form in enumerate(forms)]


def _card(place: int, form: PartForm, part: SchemePart, errors: Sequence[PartError], words: Dictionary) -> Card:
    asked = f"{part.formula} {part.gate}".replace("attainment_pace", "")
    return Card(
        place, form, read_back(part.formula, words), read_back(part.gate, words) if part.gate else "",
        [marked(part.formula, one.error) for one in errors if one.field == "formula"],
        [marked(part.gate, one.error) for one in errors if one.field == "gate"],
        [error_words(one.error) for one in errors if one.field not in ("formula", "gate")],
        "attainment" in asked.replace("attainment_", ""),
    )  # fmt: skip


def _initial(form: PartForm) -> PartTerms:
    """Return what an unbound form shows, as a part."""
    bound = PartForm({f"p-{key}": value for key, value in form.initial.items() if value is not False}, prefix="p")
    return bound.terms(0)


def _in_use(version: SchemeVersion) -> set[str]:
    return {name for part in version.parts.all() for name in asked_of(part)}


def _example(version: SchemeVersion, today: dt.date) -> SchemeMember | None:
    """Return somebody the scheme pays, else somebody any scheme pays."""
    members = (
        SchemeMember.objects.filter(starts_on__lte=today).select_related("user").order_by("-starts_on", "user__name")
    )
    own: SchemeMember | None = members.filter(scheme=version.scheme_id).first()
    return own or members.first()
