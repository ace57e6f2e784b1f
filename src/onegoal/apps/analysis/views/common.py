"""What all pages of figures share: filters as chips, choices as links, notices, and the state before any data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from onegoal.apps.analysis.forms import Address
from onegoal.apps.analysis.words import Text, dimension_title, value_name
from onegoal.apps.shell.navigation import door_url

FILTER_DIMENSIONS = (
    "channel", "source", "medium", "campaign", "creative", "keyword", "landing_page", "project", "product_type",
    "request_type", "seller", "team", "agency", "region", "segment",
)  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One filter that is on, and the address without it."""

    label: str
    value: str
    without: str


@dataclass(frozen=True)
class Choice:
    """One of several views of a page, as a link."""

    key: str
    label: Text
    url: str
    is_chosen: bool = False


def page_context(request: HttpRequest, address: Address, **own: Any) -> dict[str, Any]:
    """The parts of the context every page of figures has."""
    return {
        "address": address,
        "period_choice": address.choice,
        "problems": address.problems,
        "chips": chips(address),
        "filter_dimensions": _filter_dimensions(request, address),
        "all_days_url": all_days_url(address),
        "import_url": door_url(request.user, "data"),
        **own,
    }


def chips(address: Address) -> list[Chip]:
    """The filters that are on, each with the address that takes it off."""
    grouped: dict[str, list[str]] = {}
    for dimension, value in address.asked.where:
        grouped.setdefault(dimension, []).append(value_name(dimension, value))
    return [
        Chip(dimension_title(dimension), ", ".join(values), address.without_filter(dimension))
        for dimension, values in grouped.items()
    ]


def choices(address: Address, key: str, labels: Iterable[tuple[str, Text]], chosen: str) -> list[Choice]:
    """Links that change one part of the address, the chosen one marked."""
    return [Choice(value, label, address.changed(**{key: value}), value == chosen) for value, label in labels]


def dimension_choices(address: Address, dimensions: Iterable[str], chosen: str) -> list[Choice]:
    """Links that cut the page's figures by another dimension."""
    labels = [(dimension, dimension_title(dimension)) for dimension in dimensions]
    return [
        Choice(value, label, address.changed(by=value, sort=None, columns=None), value == chosen)
        for value, label in labels
    ]


def _filter_dimensions(request: HttpRequest, address: Address) -> list[Choice]:
    """The dimensions one can filter by, each with the address of the list of its values."""
    match = request.resolver_match
    at = match.url_name if match else ""
    base = reverse("analysis:filters")
    return [
        Choice(name, dimension_title(name), base + address.changed(dimension=name, at=at)) for name in FILTER_DIMENSIONS
    ]


def all_days_url(address: Address) -> str:
    """This page over all days that have records; empty when it shows them already or there are none."""
    recorded = address.recorded
    if recorded is None:
        return ""
    last = min(recorded.end, timezone.localdate())
    if recorded.start > last or (address.asked.period.start <= recorded.start and address.asked.period.end >= last):
        return ""
    return address.changed(**{"period": None, "from": _iso(recorded.start), "to": _iso(last)})


def before_any_data(request: HttpRequest, address: Address, heading: Text, text: Text) -> HttpResponse:
    """The page of a company that has recorded nothing: what will be here and the step that fills it."""
    context = page_context(request, address, heading=heading, text=text)
    return render(request, "analysis/no_data.html", context)


def no_costs_words() -> str:
    """Why the columns of cost are empty, and what to do."""
    return _("No spend is recorded for these days. Add costs to see cost per lead, CAC and ROMI.")


def _iso(day: dt.date) -> str:
    return day.isoformat()
