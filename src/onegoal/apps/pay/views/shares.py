"""Shares of deals: which deals count for several people, and dividing one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.pay.forms import SplitForm
from onegoal.apps.pay.models import DealShare
from onegoal.apps.pay.services import split_deal
from onegoal.apps.pay.views.common import attempt_undoable, user_of
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.queries import visible_deals
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Table
from onegoal.apps.shell.undoing import came_from
from onegoal.core.money import Money

_RECENT = dt.timedelta(days=120)


@requires(Right.SEE_PAY)
@require_GET
def deals(request: HttpRequest) -> HttpResponseBase:
    """The signed deals of late and those that are divided: who sees pay needs no customer's name for it."""
    shared = DealShare.objects.values("deal")
    found = Deal.objects.filter(won_at__isnull=False).filter(Q(won_at__gte=timezone.now() - _RECENT) | Q(pk__in=shared))
    found = found.select_related("seller").prefetch_related("pay_shares__user")
    if request.GET.get("divided") == "yes":
        found = found.filter(pk__in=shared)
    table = _TABLE.bind(request, found)
    context = {"table": table, "is_divided": request.GET.get("divided") == "yes"}
    return respond(request, "pay/deals.html", context, table)


@requires(Right.DRAFT_PAY)
@require_http_methods(["GET", "POST"])
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Divide one deal among people, with an undo."""
    reader = user_of(request)
    sees = visible_deals(reader).filter(pk=pk).exists()
    known = Deal.objects.select_related("seller")
    found = get_object_or_404(known if sees else known.filter(won_at__isnull=False), pk=pk)
    form = SplitForm(request.POST or None, deal=found)
    if request.method == "POST" and form.is_valid():
        attempt_undoable(
            request, "split", lambda: split_deal(deal=found, shares=form.shares(), now=timezone.now()),
            _("Divided. It counts so in every run that is not locked."),
        )  # fmt: skip
        return redirect(came_from(request, reverse("pay:deals")))
    context = {"deal": found, "form": form, "card": reverse("board:deal", args=[pk]) if sees else ""}
    return render(request, "pay/deal.html", context, status=422 if form.is_bound else 200)


def _shares(one: Deal) -> str:
    """Write who shares a deal: Nora 60 %, Nick 40 %."""
    found = [f"{share.user.name} {_percent(share.share_bp)}" for share in one.pay_shares.all()]
    return ", ".join(found) if found else (one.seller.name if one.seller else "")


def _amount(one: Deal) -> Money | None:
    return Money(one.amount_minor, one.currency) if one.amount_minor is not None and one.currency else None


def _percent(share_bp: int) -> str:
    return numbers.write_percent(share_bp / 10_000, language(), digits=0 if share_bp % 100 == 0 else 2)


_TABLE = Table(
    "pay-deals",
    columns=(
        Column("pk", gettext_lazy("deal"), link=lambda one: reverse("pay:deal", args=[one.pk])),
        Column("won_at", gettext_lazy("signed at"), "moment"),
        Column("amount", gettext_lazy("amount"), "money", value=_amount, order_by="amount_minor"),
        Column("seller", gettext_lazy("seller"), value="seller.name", order_by="seller__name"),
        Column("shares", gettext_lazy("counts for"), value=_shares, sortable=False),
    ),
    default_sort="-won_at", search=("seller__name", "pay_shares__user__name"), stacks=True,
    empty_title=gettext_lazy("No signed deals yet"),
    empty_text=gettext_lazy("Signed deals stand here; a deal of several people is divided between them."),
)  # fmt: skip
