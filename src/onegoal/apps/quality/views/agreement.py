"""The page that tells whether reviewers judge alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.quality.queries.agreement import agreement_of, compared_scorecards

_MOST_CALLS = 20


@requires(Right.REVIEW_CALLS)
@require_GET
def agreement(request: HttpRequest) -> HttpResponse:
    """Alpha of each question and of the score, with its interval, and the calls judged most differently."""
    user: User = request.user  # type: ignore[assignment]
    cards = compared_scorecards(user)
    wanted = request.GET.get("scorecard", "")
    card = next((one for one in cards if str(one.pk) == wanted), cards[0] if cards else None)
    found = agreement_of(user, card) if card else None
    context: dict[str, Any] = {"cards": cards, "card": card, "found": found, "tab": "agreement"}
    if found:
        context["calls"] = found.calls[:_MOST_CALLS]
    return render(request, "quality/agreement.html", context)
