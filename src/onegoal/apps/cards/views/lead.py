"""The card of a lead."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.cards.queries import leads_for_cards, neighbours_of
from onegoal.apps.people.models import IdentifierKind


@requires(Right.SEE_PEOPLE)
@require_GET
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: who it is, what to do, all that is known and everything that happened."""
    user: User = request.user  # type: ignore[assignment]
    shown = get_object_or_404(leads_for_cards(user), pk=pk)
    newer, older = neighbours_of(user, shown)
    hidden = (IdentifierKind.CRM, IdentifierKind.VISITOR)
    context = {
        "lead": shown,
        "contacts": shown.person.identifiers.exclude(kind__in=hidden).order_by("pk"),
        "newer": newer,
        "older": older,
        "may_write": has_right(user, Right.WRITE_SALES),
    }
    return render(request, "cards/lead.html", context)
