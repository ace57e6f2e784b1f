"""What a version would have paid in past months, against what was paid."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.pay.models import SchemeVersion
from onegoal.apps.pay.queries.inputs import currency_of_pay
from onegoal.apps.pay.queries.rules import errors_of
from onegoal.apps.pay.queries.what_if import Trial, Tried, TriedMonth, try_scheme
from onegoal.apps.pay.reading import dictionary_for, month_words
from onegoal.apps.pay.views.common import find_version
from onegoal.apps.pay.words import part_error_words, problems_words
from onegoal.apps.shell import numbers
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language
from onegoal.core.periods import add_months

_SPANS = (3, 6, 12)


@dataclass(frozen=True)
class Row:
    """One person: each month (None where the scheme did not pay them), the sum, and the difference to what was paid."""

    user: User
    cells: list[tuple[dt.date, TriedMonth | None]]
    total: int
    change: int | None


@requires(Right.SEE_PAY)
@require_GET
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a trial: the months to choose; the figures are fetched by themselves."""
    version = find_version(request, pk)
    context = {"version": version, "scheme": version.scheme, "spans": _SPANS, "span": _span(request)}
    return render(request, "pay/what_if.html", context)


@requires(Right.SEE_PAY)
@require_GET
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of the trial: by month in a chart, by person in a table, and what could not be counted."""
    version, span = find_version(request, pk), _span(request)
    errors = errors_of(version)
    if errors or not version.parts.exists():
        return render(
            request, "pay/trial.html", {"errors": [part_error_words(one) for one in errors], "is_empty": not errors}
        )
    months = _months(span)
    found = try_scheme(version, months)
    words = dictionary_for(version.parts.all())
    rows = [_row(one, months) for one in found.people]
    context = {
        "trial": found, "rows": rows, "version": version, "currency": currency_of_pay(), "chart": _chart(found, months, version),
        "was": sum(one.was_minor for one in found.people), "would": sum(one.would_minor for one in found.people),
        "whole": sum(row.total for row in rows), "has_past": _has_past(found.people), "months": months,
        "amiss": [
            (month_words(month), amiss)
            for month in months
            for amiss in problems_words((one.to_json() for at, one in found.problems if at == month), words)
        ],
    }  # fmt: skip
    return render(request, "pay/trial.html", context)


def _row(one: Tried, months: list[dt.date]) -> Row:
    by_month = {each.month: each for each in one.months}
    total = sum(each.would_minor for each in one.months)
    change = one.would_minor - one.was_minor if _has_past([one]) else None
    return Row(one.user, [(month, by_month.get(month)) for month in months], total, change)


def _has_past(people: Iterable[Tried]) -> bool:
    return any(month.was_minor is not None for one in people for month in one.months)


def _chart(found: Trial, months: list[dt.date], version: SchemeVersion) -> Chart:
    """Return what everybody got and would have got, month by month."""
    was: dict[dt.date, int | None] = defaultdict(lambda: None)
    would: dict[dt.date, int] = defaultdict(int)
    for one in found.people:
        for month in one.months:
            would[month.month] += month.would_minor
            if month.was_minor is not None:
                was[month.month] = (was[month.month] or 0) + month.was_minor
    compared = [month for month in months if was[month] is not None]
    title = _("What everybody together would have got by version %(number)s") % {"number": version.number}
    if compared and (paid := sum(was[month] or 0 for month in compared)):
        more = sum(would[month] for month in compared) - paid
        change = numbers.write_money(more, currency_of_pay(), language(), style="whole")
        change = f"+{change}" if more > 0 else change
        title = _("Version %(number)s against what was paid: %(change)s in all") % {
            "number": version.number, "change": change,
        }  # fmt: skip
    series = [Series(_("would be"), [would[month] for month in months])]
    if compared:
        series.insert(0, Series(_("was"), [was[month] for month in months], role="plan"))
    return Chart(
        key="what-if", kind="bars", label_kind="month", title=title, labels=[month.isoformat() for month in months],
        unit=Unit("money", currency_of_pay()), series=series,
    )  # fmt: skip


def _span(request: HttpRequest) -> int:
    text = request.GET.get("months", "")
    return int(text) if text.isdigit() and int(text) in _SPANS else _SPANS[0]


def _months(span: int) -> list[dt.date]:
    """Return the last whole months, the earliest first."""
    this = timezone.localdate().replace(day=1)
    return [add_months(this, -back) for back in range(span, 0, -1)]
