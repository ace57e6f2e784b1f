"""What the pages of a deal share: the deal somebody may see, and answers that redraw its panels."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.board.queries.deals import deal_stages, entered_stage_at
from onegoal.apps.board.refusals import Refused
from onegoal.apps.cards.queries import deals_for_cards
from onegoal.apps.people.models import IdentifierKind
from onegoal.apps.sales.models import Deal
from onegoal.apps.shell import panels

PANELS: Final = ("deal-product", "deal-discounts", "deal-schedule", "deal-contract", "deal-fields")
View = Callable[..., HttpResponseBase]


def deal_or_404(request: HttpRequest, pk: int) -> Deal:
    """Return the deal if its reader may see it."""
    user: User = request.user  # type: ignore[assignment]
    return get_object_or_404(deals_for_cards(user), pk=pk)


def panel_html(request: HttpRequest, deal: Deal, key: str) -> str:
    """Return the inside of one of the board's panels of a deal."""
    return panels.render(panels.panel("deal", key), request, deal)


def redrawn(request: HttpRequest, pk: int, key: str, *, status: int = 200) -> HttpResponse:
    """Answer with the panel that was used, and all others beside it, as they are now; a plain form goes to the deal."""
    if not getattr(request, "htmx", False):
        return redirect("board:deal", pk=pk)
    deal = deal_or_404(request, pk)
    # The panels' insides are rendered templates.
    others = format_html_join(
        "",
        '<div id="panel-{}" hx-swap-oob="innerHTML">{}</div>',
        ((other, mark_safe(panel_html(request, deal, other))) for other in PANELS if other != key),  # noqa: S308
    )
    return HttpResponse(panel_html(request, deal, key) + others + head_html(request, deal), status=status)


def head_html(request: HttpRequest, deal: Deal) -> SafeString:
    """Return the head of a deal's card as a part that replaces the one on the page."""
    inside = render_to_string("board/deal_head.html", head_context(request, deal), request=request)
    return format_html('<div id="deal-head" hx-swap-oob="innerHTML">{}</div>', mark_safe(inside))  # noqa: S308


def head_context(request: HttpRequest, shown: Deal) -> dict[str, Any]:
    """Return what the head of a deal's card shows."""
    user: User = request.user  # type: ignore[assignment]
    hidden = (IdentifierKind.CRM, IdentifierKind.VISITOR)
    entered = entered_stage_at(shown)
    return {
        "deal": shown,
        "contacts": shown.person.identifiers.exclude(kind__in=hidden).order_by("pk"),
        "stages": deal_stages(),
        "entered_at": entered,
        "days": max(0, (timezone.now() - entered).days),
        "may_write": has_right(user, Right.WRITE_SALES),
    }


def refusable(key: str) -> Callable[[View], View]:
    """Tell the reader in words what the services refuse, and redraw the panels as they are now."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, pk, *args, **kwargs)
            except Refused as refusal:
                messages.error(request, refusal.said)
                return redrawn(request, pk, key, status=refusal.status)

        return guarded

    return decorate
