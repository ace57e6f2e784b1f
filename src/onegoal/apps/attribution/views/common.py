"""What all pages of attribution share: their tabs, the menus that say what is asked, and the states without figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.views.common import Choice, all_days_url
from onegoal.apps.attribution.forms import Wanted, read_wanted
from onegoal.apps.attribution.queries.asked import CONVERSIONS, DIMENSIONS, HALF_LIVES, MARKOV_SHARES, WINDOWS, WORTHS
from onegoal.apps.attribution.queries.figures import MODELS, Found, journeys_of
from onegoal.apps.attribution.views.notes import folded_words, worth_words
from onegoal.apps.attribution.words import (
    CONVERSION_WORDS,
    DIMENSION_WORDS,
    SHARE_WORDS,
    VALUE_WORDS,
    Text,
    conversions_text,
    model_name,
    window_text,
)
from onegoal.apps.shell.navigation import door_url

JourneyPage = Callable[[HttpRequest, Wanted, Found, Text], HttpResponseBase]
"""What writes a page of the journeys that were found, under a heading."""
MODEL_PAGES = ("models", "windows")
"""Pages that look at one model: the others show all of them, or none."""
ONCE = {"sort": None, "columns": None, "group": None}
"""Parts of an address that make no sense once another question is asked."""


def page_context(request: HttpRequest, wanted: Wanted, found: Found | None = None, **own: Any) -> dict[str, Any]:
    """The parts of the context every page of attribution has."""
    return {
        "wanted": wanted,
        "asked": wanted.asked,
        "period_choice": wanted.address.choice,
        "problems": wanted.problems,
        "tabs": _tabs(request, wanted),
        "menus": _menus(wanted, has_model=_page(request) in MODEL_PAGES),
        "switches": _switches(wanted),
        "windows": _windows(wanted),
        "window": window_text(wanted.asked.window_days),
        "window_kept": [(key, value) for key, value in wanted.params.items() if key not in ("window", "page")],
        "all_days_url": all_days_url(wanted.address),
        "limits_url": reverse("attribution:limits") + wanted.shared(),
        "found": found,
        "as_of": timezone.now(),
        "notes": [note for note in (worth_words(found), folded_words(wanted, found)) if note] if found else [],
        **own,
    }


def before_any_data(request: HttpRequest, wanted: Wanted, heading: Text) -> HttpResponse:
    """The page of a company that has recorded nothing: what will be here and the step that fills it."""
    text = _("Import touches, leads and deals to see which of your channels begin, help and end a sale.")
    context = page_context(request, wanted, heading=heading, text=text, import_url=door_url(request.user, "data"))
    return render(request, "analysis/no_data.html", context)


def nothing_found(request: HttpRequest, wanted: Wanted, found: Found, heading: Text) -> HttpResponse:
    """The page of days without a conversion, or of records without any touch."""
    if len(found.journeys.value):
        title = _("No touches yet")
        text = _(
            "There are conversions, but nothing that led to them within the window. Import touches or take a longer window."
        )
    else:
        title = _("No conversions in these days")
        text = _("Choose a longer period, another conversion or all projects.")
    context = page_context(request, wanted, found, heading=heading, none_title=title, none_text=text)
    return render(request, "attribution/nothing.html", context)


def page_of_journeys(heading: Text) -> Callable[[JourneyPage], Callable[[HttpRequest], HttpResponseBase]]:
    """Make a view of what writes a page of journeys; says what is missing where there is nothing to write of."""

    def decorate(page: JourneyPage) -> Callable[[HttpRequest], HttpResponseBase]:
        @requires(Right.SEE_FIGURES)
        @require_GET
        @wraps(page)
        def view(request: HttpRequest) -> HttpResponseBase:
            wanted = read_wanted(request, now=timezone.now())
            if wanted.address.recorded is None:
                return before_any_data(request, wanted, heading)
            found = journeys_of(wanted.asked, wanted.scope)
            if not len(found.journeys.group):
                return nothing_found(request, wanted, found, heading)
            return page(request, wanted, found, heading)

        return view

    return decorate


def choices(wanted: Wanted, key: str, labels: Iterable[tuple[str, Text]], chosen: str, **also: None) -> list[Choice]:
    """Links that change one part of the address, the chosen one marked."""
    return [
        Choice(word, label, wanted.changed(**{key: word, **ONCE, **also}), word == chosen) for word, label in labels
    ]


def _menus(wanted: Wanted, *, has_model: bool) -> list[dict[str, Any]]:
    """The menus of the bar: conversion, value where a deal has one, cut, project where there are several, main model."""
    asked = wanted.asked
    conversion = choices(wanted, "conversion", [(one, CONVERSION_WORDS[one]) for one in CONVERSIONS], asked.conversion)
    value = choices(wanted, "value", [(one, VALUE_WORDS[one]) for one in WORTHS], asked.value)
    cut = choices(wanted, "by", [(one, DIMENSION_WORDS[one]) for one in DIMENSIONS], asked.dimension)
    model = choices(wanted, "model", [(one, model_name(one)) for one in MODELS], wanted.model)
    project = choices(wanted, "project", [("", _("all")), *((name, name) for name in wanted.projects)], wanted.project)
    found = [
        (_("Conversion"), conversion), (_("Value"), value if asked.conversion == "deal" else []), (_("Cut by"), cut),
        (_("Model"), model if has_model else []), (_("Project"), project if len(wanted.projects) > 1 else []),
    ]  # fmt: skip
    return [
        {"label": label, "choices": listed, "shown": next((one.label for one in listed if one.is_chosen), "")}
        for label, listed in found
        if listed
    ]


def _windows(wanted: Wanted) -> list[Choice]:
    return choices(
        wanted, "window", [(str(days), window_text(days)) for days in WINDOWS], str(wanted.asked.window_days)
    )


def _switches(wanted: Wanted) -> list[Choice]:
    """What can be switched on and off, how fast time decay forgets, and how the Markov models share credit out."""
    asked = wanted.asked
    own = [
        _switch(wanted, "steps", _("Calls, visits and agencies count as touches"), is_on=asked.steps),
        _switch(wanted, "overlapping", _("A touch may serve several conversions"), is_on=asked.overlapping),
    ]
    halves = [(str(days), _("Time decay halves in %(days)s") % {"days": window_text(days)}) for days in HALF_LIVES]
    shares = [(share, _("Markov shares credit %(how)s") % {"how": SHARE_WORDS[share]}) for share in MARKOV_SHARES]
    return [
        *own,
        *choices(wanted, "half_life", halves, str(asked.half_life_days)),
        *choices(wanted, "share", shares, asked.markov_share),
    ]


def _switch(wanted: Wanted, key: str, label: Text, *, is_on: bool) -> Choice:
    return Choice(key, label, wanted.changed(**{key: None if is_on else "1", **ONCE}), is_on)


def _tabs(request: HttpRequest, wanted: Wanted) -> list[Choice]:
    current = _page(request)
    under = {"group": "models", "path": "paths", "figure": "published"}
    pages = (
        ("models", _("Models")), ("paths", _("Paths")), ("steps", _("Steps")), ("lag", _("Time lag")),
        ("windows", _("Windows")), ("published", _("Published")), ("limits", _("What it cannot tell")),
    )  # fmt: skip
    return [
        Choice(name, label, reverse(f"attribution:{name}") + wanted.shared(), under.get(current, current) == name)
        for name, label in pages
    ]


def _page(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name if match else "") or ""


def summary(wanted: Wanted, found: Found) -> str:
    """How many conversions there are, and how many of them no touch stands before."""
    journeys = found.journeys
    total = int(journeys.conversions.sum())
    without = int(journeys.conversions[journeys.lengths == 0].sum())
    return _("%(all)s; %(without)s of them without a touch in the %(window)s before.") % {
        "all": conversions_text(wanted.asked, total),
        "without": without,
        "window": window_text(wanted.asked.window_days),
    }
