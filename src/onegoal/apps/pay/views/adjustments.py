"""Adjustments: proposed by hand, by disputes, late facts and cancelled deals; approved by another person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.pay.forms import AdjustmentForm
from onegoal.apps.pay.models import Adjustment, PayRun
from onegoal.apps.pay.queries.adjustments import visible_adjustments
from onegoal.apps.pay.queries.inputs import currency_of_pay
from onegoal.apps.pay.reading import month_words
from onegoal.apps.pay.services import PayRefused, adjust, approve_adjustment, refuse_adjustment
from onegoal.apps.pay.views.common import attempt, attempt_undoable, user_of
from onegoal.apps.pay.words import ADJUSTED, adjustment_words, refusal_words
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Table


@requires(Right.SEE_PAY)
@require_GET
def adjustments(request: HttpRequest) -> HttpResponseBase:
    """What waits for a decision, and all adjustments with where they were paid."""
    reader = user_of(request)
    found = visible_adjustments(reader)
    waiting = list(found.filter(approved_at=None, refused_at=None))
    decided = found.exclude(pk__in=[one.pk for one in waiting]).prefetch_related("lines__statement__run")
    table = _table().bind(request, decided)
    context = {
        "waiting": [(one, adjustment_words(one), str(ADJUSTED[one.reason_code]())) for one in waiting], "table": table,
        "currency": currency_of_pay(), "reader": reader, "may_approve": has_right(reader, Right.APPROVE_PAY),
        "may_draft": has_right(reader, Right.DRAFT_PAY), "has_any": bool(waiting) or decided.exists(),
    }  # fmt: skip
    return respond(request, "pay/adjustments.html", context, table)


@requires(Right.DRAFT_PAY)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose an amount for somebody's next pay."""
    form = AdjustmentForm(request.POST or None, initial={"user": request.GET.get("user")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            adjust(
                user=said["user"], amount_minor=said["amount"] or 0, reason=said["reason"], corrects=said["corrects"],
                author=user_of(request), now=timezone.now(),
            )  # fmt: skip
        except PayRefused as refusal:
            form.add_error(None, refusal_words(refusal))
        else:
            attempt(request, lambda: True, _("Proposed. Another person approves it."))
            return redirect("pay:adjustments")
    return render(request, "pay/adjustment.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.APPROVE_PAY)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an adjustment into the next run that is computed."""
    found = _find(request, pk)
    act = lambda: approve_adjustment(adjustment=found, user=user_of(request), now=timezone.now())  # noqa: E731
    attempt(request, act, _("Approved. It is paid in the next run that is computed."))
    return redirect("pay:adjustments")


@requires(Right.APPROVE_PAY)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide that an adjustment is not paid, with an undo."""
    found = _find(request, pk)
    attempt_undoable(
        request, "adjust", lambda: refuse_adjustment(adjustment=found, user=user_of(request), now=timezone.now()),
        _("Refused. It is not paid."),
    )  # fmt: skip
    return redirect("pay:adjustments")


def _find(request: HttpRequest, pk: int) -> Adjustment:
    return get_object_or_404(visible_adjustments(user_of(request)), pk=pk)


def _run_of(one: Adjustment) -> PayRun | None:
    return next((line.statement.run for line in one.lines.all()), None)


def _paid_in(one: Adjustment) -> str:
    """Return where an adjustment was paid."""
    if one.refused_at:
        return _("refused")
    run = _run_of(one)
    return month_words(run.month) if run else _("in the next run")


def _paid_at(one: Adjustment) -> str | None:
    run = _run_of(one)
    return reverse("pay:run", args=[run.pk]) if run else None


def _table() -> Table:
    currency = currency_of_pay()
    return Table(
        "pay-adjustments",
        columns=(
            Column("user", gettext_lazy("person"), value="user.name", order_by="user__name"),
            Column("amount", gettext_lazy("amount"), "money", value="amount_minor", currency=currency),
            Column("why", gettext_lazy("why"), value=adjustment_words, sortable=False),
            Column("author", gettext_lazy("proposed by"), value="author.name", order_by="author__name"),
            Column("approved_by", gettext_lazy("approved by"), value="approved_by.name", order_by="approved_by__name"),
            Column("created_at", gettext_lazy("proposed at"), "moment"),
            Column("paid", gettext_lazy("paid in"), value=_paid_in, link=_paid_at, sortable=False),
        ),
        default_sort="-created_at", search=("user__name", "reason"), stacks=True,
        empty_title=gettext_lazy("Nothing decided yet"),
    )  # fmt: skip
