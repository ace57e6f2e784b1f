"""Discounts: asked on a deal, decided by those who may, and the list of what waits."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.forms import DiscountForm
from onegoal.apps.board.models import Discount, DiscountState
from onegoal.apps.board.queries.deals import waiting_discounts_for
from onegoal.apps.board.refusals import Refused
from onegoal.apps.board.views.common import deal_or_404, panel_html, redrawn, refusable
from onegoal.apps.sales.queries import visible_deals

_KEY = "deal-discounts"


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def ask(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask for a discount; a small one is approved at once."""
    user: User = request.user  # type: ignore[assignment]
    deal = deal_or_404(request, pk)
    form = DiscountForm(request.POST, deal=deal)
    if not form.is_valid():
        request.deal_discount_form = form  # type: ignore[attr-defined]
        return HttpResponse(panel_html(request, deal, _KEY), status=422)
    data = form.cleaned_data
    asked = services.ask_discount(
        deal=deal, amount_minor=data["amount"], reason=data["reason"], author=user, now=timezone.now()
    )
    is_free = asked.state == DiscountState.APPROVED
    messages.success(request, _("The discount is taken off.") if is_free else _("The discount waits for approval."))
    return redrawn(request, pk, _KEY)


@requires(Right.APPROVE_DISCOUNTS)
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """All discounts that wait for this approver."""
    user: User = request.user  # type: ignore[assignment]
    return render(request, "board/discounts_waiting.html", {"discounts": waiting_discounts_for(user)})


@requires(Right.APPROVE_DISCOUNTS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Approve or refuse one discount."""
    user: User = request.user  # type: ignore[assignment]
    discount = _discount(user, pk)
    status, is_approved = 200, "approve" in request.POST
    try:
        services.decide_discount(
            discount=discount, is_approved=is_approved, author=user, now=timezone.now(),
            answer=request.POST.get("answer", ""),
        )  # fmt: skip
        messages.success(request, _("Approved.") if is_approved else _("Refused."))
    except Refused as refusal:
        messages.error(request, refusal.said)
        status = refusal.status
    if "list" in request.POST:
        return redirect("board:discounts")
    return redrawn(request, discount.deal_id, _KEY, status=status)


@requires(Right.WRITE_SALES)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back a question that nobody answered yet."""
    user: User = request.user  # type: ignore[assignment]
    discount, status = _discount(user, pk), 200
    try:
        services.withdraw_discount(discount=discount, author=user, now=timezone.now())
        messages.success(request, _("The question is taken back."))
    except Refused as refusal:
        messages.error(request, refusal.said)
        status = refusal.status
    return redrawn(request, discount.deal_id, _KEY, status=status)


def _discount(user: User, pk: int) -> Discount:
    return get_object_or_404(Discount, pk=pk, deal__in=visible_deals(user).values("pk"))
