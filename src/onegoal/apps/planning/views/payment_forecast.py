"""The page of payments: what is open and overdue, what is expected by month, and how well that was told before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.facts.queries import ask_all
from onegoal.apps.planning.check_words import month_words
from onegoal.apps.planning.queries.payment_forecast import Forecast, MonthOfMoney, forecast_of, overdue_of
from onegoal.apps.shell import numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Table
from onegoal.core.payment_forecast import AGES, FEWEST
from onegoal.core.periods import add_months
from onegoal.metrics.question import Question

_PAST: Final = 6
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Bucket:
    """One line of the ageing table."""

    label: str
    amount: int
    share: float | None


@requires(Right.SEE_PLAN)
@require_GET
def payments(request: HttpRequest) -> HttpResponseBase:
    """Open and overdue instalments, money expected by month with bounds, and the forecast's own record."""
    reader, now = cast(User, request.user), timezone.now()
    projects = list(visible_projects(reader))
    project = _chosen(request, reader, projects)
    forecast = forecast_of(project=project, now=now)
    currency = current_company().currency
    months = _months_table(currency).bind(request, forecast.months)
    overdue = _overdue_table(currency, projects).bind(request, overdue_of(reader, project=project, now=now))
    context = {
        "forecast": forecast, "currency": currency, "projects": projects, "project": project,
        "may_see_all": project_limit(reader) is None,
        "buckets": _buckets(forecast), "overdue_sum": sum(forecast.ageing.overdue),
        "next": _next(forecast), "lateness": _lateness_words(forecast), "record": _record_words(forecast),
        "foreign": _foreign_words(forecast), "chart": _chart(forecast, project, currency),
        "months": months, "overdue": overdue, "tested": [(month_words(one.month), one) for one in forecast.tested],
    }  # fmt: skip
    return respond(request, "planning/payments.html", context, months, overdue)


def _chosen(request: HttpRequest, reader: User, projects: list[Project]) -> Project | None:
    """The project of the address; who is limited to some always looks at one of them."""
    asked = request.GET.get("project", "")
    found = next((project for project in projects if str(project.pk) == asked), None)
    if found is None and project_limit(reader) is not None and projects:
        return projects[0]
    return found


def _buckets(forecast: Forecast) -> list[Bucket]:
    sums, total = forecast.ageing, forecast.ageing.total
    labels = [_("%(first)s–%(last)s days overdue") % {"first": first, "last": last} if last
              else _("more than %(days)s days overdue") % {"days": first - 1} for first, last in AGES]  # fmt: skip
    rows = [(_("not overdue"), sums.not_due), *zip(labels, sums.overdue, strict=True)]
    return [Bucket(label, amount, amount / total if total else None) for label, amount in rows]


def _next(forecast: Forecast) -> MonthOfMoney | None:
    return forecast.months[1] if len(forecast.months) > 1 else None


def _lateness_words(forecast: Forecast) -> str:
    """What the company's own buyers do, or that too little is known of them."""
    lateness = forecast.lateness
    if not lateness.is_own:
        count = round(lateness.events)
        told = ngettext(
            "Only %(count)s instalment has been paid so far, %(fewest)s are needed to learn from:"
            " money is taken to come on its due day, and overdue money is expected on no day.",
            "Only %(count)s instalments have been paid so far, %(fewest)s are needed to learn from:"
            " money is taken to come on its due day, and overdue money is expected on no day.",
            count,
        )
        return told % {"count": count, "fewest": FEWEST}
    said = {
        "on_day": _percent(lateness.paid_by(0)), "month": _percent(lateness.paid_by(30)),
        "quarter": _percent(lateness.paid_by(90)),
        "count": numbers.write_number(round(lateness.events), language()),
    }  # fmt: skip
    return _(
        "By the company's own record of %(count)s instalments paid, %(on_day)s come by the due day,"
        " %(month)s within 30 days after it, %(quarter)s within 90."
    ) % said  # fmt: skip


def _record_words(forecast: Forecast) -> str:
    """How the forecast would have done over the last months."""
    if not forecast.tested:
        return _("There is too little history to try the forecast on past months.")
    currency = current_company().currency
    said = {
        "held": forecast.held, "count": len(forecast.tested),
        "said": numbers.write_money(forecast.said, currency, language(), style="whole"),
        "came": numbers.write_money(forecast.came, currency, language(), style="whole"),
    }  # fmt: skip
    return _(
        "Tried on the last %(count)s months with what was known on the eve of each: %(said)s expected,"
        " %(came)s came in; %(held)s of %(count)s months within their bounds."
    ) % said  # fmt: skip


def _foreign_words(forecast: Forecast) -> str:
    if not forecast.foreign:
        return ""
    told = ngettext(
        "%(count)s instalment in another currency is left out.",
        "%(count)s instalments in other currencies are left out.",
        forecast.foreign,
    )
    return told % {"count": forecast.foreign}


def _chart(forecast: Forecast, project: Project | None, currency: str) -> Chart:
    this_month = forecast.months[0].month
    past = [add_months(this_month, -back) for back in range(_PAST, 0, -1)]
    due, received = _past_months(past, project, currency)
    ahead = forecast.months
    coming = [month.expected for month in ahead[1:]]
    gap = [None] * (len(past) + 1)
    has_bounds = all(one.low is not None for one in coming)
    return Chart(
        key="payments", kind="line", label_kind="month",
        title=_chart_title(forecast, currency),
        note=_("received: all payments; expected: open instalments of deals signed so far, this month left out"),
        labels=[month.isoformat() for month in [*past, *(one.month for one in ahead)]],
        unit=Unit("money", currency),
        series=(
            Series(_("due by schedule"), [*due, None, *(one.due for one in ahead[1:])], "plan"),
            Series(_("received"), [*received, *[None] * len(ahead)]),
            Series(
                _("expected"), [*gap, *(round(one.estimate or 0) for one in coming)], "forecast",
                low=[*gap, *(round(one.low or 0) for one in coming)] if has_bounds else None,
                high=[*gap, *(round(one.high or 0) for one in coming)] if has_bounds else None,
            ),
        ),
    )  # fmt: skip


def _chart_title(forecast: Forecast, currency: str) -> str:
    whole = round(sum(month.expected.estimate or 0 for month in forecast.months))
    said = {"money": numbers.write_money(whole, currency, language(), style="read")}
    return _("%(money)s expected over twelve months from deals signed so far") % said


def _past_months(months: list[dt.date], project: Project | None, currency: str) -> tuple[list[int], list[int]]:
    """What was due and what was received in past months, from the catalogue."""
    where: tuple[tuple[str, str | None], ...] = (("currency", currency),) if currency else ()
    where += (("project", project.name),) if project else ()
    end = add_months(months[-1], 1) - _DAY
    answers = ask_all(
        [Question(metric, ("month",), months[0], end, where) for metric in ("money_due", "money_received")]
    )
    known = [{row.by["month"]: int(row.value or 0) for row in answer.rows} for answer in answers]
    due, received = ([by_month.get(f"{month:%Y-%m}", 0) for month in months] for by_month in known)
    return due, received


def _months_table(currency: str) -> Table:
    return Table(
        key="expected", prefixed=True, keeps_views=False, stacks=True, row_key="month",
        title=gettext_lazy("Expected by month"),
        columns=[
            Column("month", gettext_lazy("month"), value=_month_words, sortable=False),
            Column("due", gettext_lazy("due by schedule"), "money", currency=currency, sortable=False),
            Column("expected", gettext_lazy("expected"), "money", value=_rounded("estimate"), currency=currency,
                   sortable=False),
            Column("low", gettext_lazy("at least"), "money", value=_rounded("low"), currency=currency, sortable=False),
            Column("high", gettext_lazy("at most"), "money", value=_rounded("high"), currency=currency, sortable=False),
        ],
    )  # fmt: skip


def _overdue_table(currency: str, projects: list[Project]) -> Table:
    return Table(
        key="overdue", prefixed=True, keeps_views=False, stacks=True, default_sort="-days",
        title=gettext_lazy("Overdue"), search=("person", "deal"),
        empty_title=gettext_lazy("Nothing is overdue"),
        empty_text=gettext_lazy("Instalments past their day and not paid in full will stand here."),
        columns=[
            Column("person", gettext_lazy("customer"), value=lambda row: str(row.deal.person or ""), link=_deal_url),
            Column("deal", gettext_lazy("contract"), value=lambda row: row.deal.contract_number or str(row.deal)),
            Column("project", gettext_lazy("project"), value=lambda row: str(row.deal.project or "")),
            Column("seller", gettext_lazy("sales manager"), value=lambda row: str(row.deal.seller or "")),
            Column("due_on", gettext_lazy("due on"), "date"),
            Column("days", gettext_lazy("days overdue"), "number"),
            Column("amount", gettext_lazy("still open"), "money", currency=currency),
        ],
    )  # fmt: skip


def _month_words(row: MonthOfMoney) -> str:
    return month_words(row.month)


def _rounded(name: str) -> Any:
    def read(row: MonthOfMoney) -> int | None:
        value = getattr(row.expected, name)
        return None if value is None else round(value)

    return read


def _deal_url(row: Any) -> str:
    return reverse("board:deal", args=[row.deal.pk])


def _percent(share: float) -> str:
    return numbers.write_percent(share, language(), digits=0)
