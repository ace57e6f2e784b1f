"""The product of a deal: found in the stock, chosen, reserved, kept longer, let go."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.models import Reservation
from onegoal.apps.board.panels import stock_filter
from onegoal.apps.board.queries.deals import active_reservation
from onegoal.apps.board.queries.stock import choices_for
from onegoal.apps.board.refusals import NotAllowed, ReservationEnded, moment
from onegoal.apps.board.views.common import deal_or_404, redrawn, refusable
from onegoal.apps.products.queries import visible_products
from onegoal.apps.shell.toasts import say

_KEY = "deal-product"


@requires(Right.SEE_PEOPLE)
@require_GET
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Products for sale that fit what is asked."""
    user: User = request.user  # type: ignore[assignment]
    deal = deal_or_404(request, pk)
    found = choices_for(user, stock_filter(request.GET.dict(), deal))
    return render(request, "board/product_choices.html", {"record": deal, "products": found})


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def choose(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Name a product on the deal; `reserve` keeps it as well."""
    user: User = request.user  # type: ignore[assignment]
    deal, now = deal_or_404(request, pk), timezone.now()
    text = request.POST.get("product", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    product = get_object_or_404(visible_products(user), pk=int(text))
    if "reserve" not in request.POST:
        services.choose_product(deal=deal, product=product, now=now)
        messages.success(request, _("%(product)s is on the deal, but not kept.") % {"product": product})
        return redrawn(request, pk, _KEY)
    made = services.reserve_product(deal=deal, product=product, author=user, now=now)
    said = _("%(product)s is kept until %(moment)s.")
    messages.success(request, said % {"product": product, "moment": moment(made.until)})
    return redrawn(request, pk, _KEY)


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def extend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Keep the product longer."""
    user: User = request.user  # type: ignore[assignment]
    held = active_reservation(deal_or_404(request, pk))
    if held is None:
        raise ReservationEnded
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None:
        raise NotAllowed(_("Say until which day and hour."))
    until = timezone.make_aware(until) if timezone.is_naive(until) else until
    services.extend_reservation(reservation=held, until=until.astimezone(dt.UTC), author=user, now=timezone.now())
    messages.success(request, _("Kept until %(moment)s.") % {"moment": moment(until)})
    return redrawn(request, pk, _KEY)


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def release(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let the product go, with an undo."""
    held = active_reservation(deal_or_404(request, pk))
    if held is None:
        raise ReservationEnded
    services.release_reservation(reservation=held, now=timezone.now())
    undo = reverse("board:restore", args=[pk, held.pk])
    say(request, _("%(product)s is for sale again.") % {"product": held.product}, undo=undo)
    return redrawn(request, pk, _KEY)


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def restore(request: HttpRequest, pk: int, reservation: int) -> HttpResponseBase:
    """Take a release back, unless somebody was quicker."""
    deal = deal_or_404(request, pk)
    released = get_object_or_404(Reservation, pk=reservation, deal=deal)
    services.restore_reservation(reservation=released, now=timezone.now())
    messages.success(request, _("%(product)s is kept again.") % {"product": released.product})
    return redrawn(request, pk, _KEY)
