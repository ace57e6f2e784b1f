"""The payment schedule of a deal: rows by hand or by a quick pattern."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.board import services
from onegoal.apps.board.forms import PatternForm
from onegoal.apps.board.panels import Row, editor_rows
from onegoal.apps.board.queries.deals import schedule_of
from onegoal.apps.board.refusals import ScheduleWrong
from onegoal.apps.board.views.common import deal_or_404, redrawn, refusable
from onegoal.apps.sales.models import Deal
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_money
from onegoal.core.money import parse_amount
from onegoal.core.payment_schedule import MOST_PARTS, Part, deposit_then_parts, equal_parts
from onegoal.core.problems import ValueProblem

_KEY = "deal-schedule"


@requires(Right.WRITE_SALES)
@require_POST
@refusable(_KEY)
def save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the rows; what lacks of the price goes to the last one, and the reader is told."""
    deal = deal_or_404(request, pk)
    _schedule, rest = services.set_schedule(deal=deal, parts=_parts(request, deal), now=timezone.now())
    if rest:
        said = _("Saved. The last part took the difference of %(money)s.")
        messages.success(request, said % {"money": write_money(rest, deal.currency, language(), style="exact")})
    else:
        messages.success(request, _("Saved. The parts add up to the price."))
    return redrawn(request, pk, _KEY)


@requires(Right.WRITE_SALES)
@require_GET
def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows a pattern makes, to look at before they are saved."""
    deal = deal_or_404(request, pk)
    form = PatternForm(request.GET)
    try:
        parts = _pattern(form, deal) if form.is_valid() else None
    except ValueError:
        parts = None
    if parts is None:
        messages.error(request, _("This pattern cannot be made: look at the number of parts, the share and the day."))
        made = editor_rows(deal)
        return render(request, "board/schedule_rows.html", {"rows": made, "record": deal}, status=422)
    made = [Row.of(part, deal.currency) for part in parts]
    return render(request, "board/schedule_rows.html", {"rows": made, "record": deal})


def _pattern(form: PatternForm, deal: Deal) -> list[Part]:
    """The parts of what is not paid yet, as the pattern wants them."""
    schedule, data = schedule_of(deal), form.cleaned_data
    total = schedule.total - sum(row.amount_minor for row in schedule.rows[: schedule.paid])
    if data["deposit"]:
        return deposit_then_parts(
            total,
            deposit_bp=int(data["deposit"] * 100),
            count=data["count"],
            start=data["start"],
            months=data["months"],
        )
    return equal_parts(total, count=data["count"], start=data["start"], months=data["months"])


def _parts(request: HttpRequest, deal: Deal) -> list[Part]:
    """The rows of the form; empty ones are left out. Raises: ScheduleWrong."""
    days, amounts = request.POST.getlist("due_on"), request.POST.getlist("amount")
    if max(len(days), len(amounts)) > MOST_PARTS:
        raise ScheduleWrong(_("These are too many parts."))
    pairs = zip_longest(days, amounts, fillvalue="")
    return [_part(day, amount, deal) for day, amount in pairs if day.strip() or amount.strip()]


def _part(day: str, amount: str, deal: Deal) -> Part:
    try:
        due_on: dt.date | None = parse_date(day.strip())
        minor = parse_amount(amount, deal.currency or "EUR")
    except (ValueError, ValueProblem):
        due_on = None
    if due_on is None:
        raise ScheduleWrong(_("Every part has a day and an amount: look at “%(row)s”.") % {"row": f"{day} {amount}"})
    return Part(due_on, minor)
