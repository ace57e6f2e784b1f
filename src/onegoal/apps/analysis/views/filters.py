"""The values one can filter by, fetched when a reader opens a dimension."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.forms import read_address
from onegoal.apps.analysis.views.common import FILTER_DIMENSIONS, Choice
from onegoal.apps.analysis.words import value_name
from onegoal.apps.facts.queries import values_of

PAGES = (
    "chain", "channels", "creatives", "hours", "time_to_sale", "cohorts", "behind", "sales_report", "rejections",
    "reviews", "feedback", "completeness",
)  # fmt: skip


@requires(Right.SEE_FIGURES)
@require_GET
def filters(request: HttpRequest) -> HttpResponse:
    """The values of one dimension as links that narrow the page they were asked from."""
    dimension, at = request.GET.get("dimension", ""), request.GET.get("at", "")
    if dimension not in FILTER_DIMENSIONS or at not in PAGES:
        raise Http404
    address = read_address(request, now=timezone.now()).without("dimension", "at")
    base, chosen = reverse(f"analysis:{at}"), set(address.asked.where)
    values = [*values_of(dimension), None]
    links = [
        Choice(
            value or "",
            value_name(dimension, value),
            base + address.with_filter(dimension, value),
            (dimension, value) in chosen,
        )
        for value in values
    ]
    return render(request, "analysis/filter_values.html", {"choices": links})
