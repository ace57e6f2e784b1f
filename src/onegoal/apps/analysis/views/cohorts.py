"""Customers by the month of their first contract: what they cost, what they brought since, when they paid back."""

from __future__ import annotations

from decimal import Decimal

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.analysis.forms import Address, read_address
from onegoal.apps.analysis.links import behind_url
from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.analysis.views.common import before_any_data, page_context
from onegoal.apps.analysis.words import month_name, refusal_words
from onegoal.apps.facts.queries import cohorts as cohorts_of
from onegoal.apps.facts.queries import data_version
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.chain import HeatCell, HeatTable
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.results import Cohort, Cohorts

MOST_MONTHS = 24


@requires(Right.SEE_FIGURES)
@require_GET
@kept_until_change(data_version)
def cohorts(request: HttpRequest) -> HttpResponseBase:
    """The triangle of cumulative margin and a line for each cohort."""
    address = read_address(request, now=timezone.now(), compare="none", covers_all=True)
    if address.recorded is None:
        text = _("Import deals that were won, with their margin, to see what customers bring month by month.")
        return before_any_data(request, address, _("Cohorts of customers"), text)
    found, problems = _found(address.asked)
    table = _table(request, address, found)
    context = page_context(request, address, heat=_triangle(found), table=table, is_empty=not found.rows)
    context["problems"] = (*address.problems, *problems)
    return respond(request, "analysis/cohorts.html", context, table)


def _found(asked: Asked) -> tuple[Cohorts, list[str]]:
    try:
        return cohorts_of(start=asked.period.start, end=asked.period.end, where=asked.where, scope=asked.scope), []
    except QuestionRefused as refusal:
        return Cohorts("", (), ""), [refusal_words(refusal)]


def _table(request: HttpRequest, address: Address, found: Cohorts) -> BoundTable:
    money = {"kind": "money", "currency": found.currency}
    columns = [
        Column("month", _("First contract in"), value=lambda row: month_name(row.month), sortable=False),
        Column("customers", _("Customers"), "number", link=lambda row: _behind(address, row)),
        Column("deals", _("Deals so far"), "number"),
        *(
            [Column("spend", _("Spend"), **money), Column("cac", _("CAC"), **money)]  # type: ignore[arg-type]
            if address.asked.sees_costs
            else []
        ),
        Column("ltv", _("LTV so far"), hint=_("Gross margin per customer so far, where it is known."), **money),  # type: ignore[arg-type]
        Column("margin_known", _("Known margins"), "percent"),
        *(
            [Column("payback", _("Payback"), value=_payback, order_by="payback_month", sortable=False)]
            if address.asked.sees_costs
            else []
        ),
    ]
    table = Table(key="cohorts", title=_("Cohorts by month"), columns=columns, page_size=60)
    return table.bind(request, found.rows)


def _behind(address: Address, row: Cohort) -> str:
    return behind_url(address.asked, "customers", (("month", f"{row.month:%Y-%m}"),))


def _payback(row: Cohort) -> str | None:
    if row.payback_month is None:
        return _("not yet") if row.margin is not None else None
    if row.payback_month == 0:
        return _("in the same month")
    return ngettext("after %(count)s month", "after %(count)s months", row.payback_month) % {"count": row.payback_month}


def _triangle(found: Cohorts) -> HeatTable | None:
    """LTV by months since the first contract; what is not over yet stays empty."""
    most = max((value for row in found.rows for value in row.ltv_by_month[:MOST_MONTHS] if value), default=0)
    if most <= 0:
        return None
    width = min(MOST_MONTHS, max(len(row.ltv_by_month) for row in found.rows))
    return HeatTable(
        title=_("Gross margin per customer, added up month by month"),
        header=[_("First contract in"), *(str(month) for month in range(width))],
        rows=[
            (
                month_name(row.month),
                [_square(found, row, at, value, most) for at, value in enumerate(row.ltv_by_month[:width])],
            )
            for row in found.rows
        ],
        note=_("Months since the first contract; 0 is the month itself. Months that are not over stay empty."),
    )


def _square(found: Cohorts, row: Cohort, at: int, value: Decimal | None, most: Decimal | int) -> HeatCell | None:
    if value is None:
        return None
    language = figures.language()
    is_covered = row.payback_month is not None and at == row.payback_month
    exact = numbers.write_money(value, found.currency, language, style="exact")
    customers = ngettext("%(count)s customer", "%(count)s customers", row.customers) % {"count": row.customers}
    return HeatCell(
        numbers.write_money(value, found.currency, language) + (" ✓" if is_covered else ""),
        float(value / most),
        ", ".join([exact, customers, *([_("spend covered")] if is_covered else [])]),
    )
