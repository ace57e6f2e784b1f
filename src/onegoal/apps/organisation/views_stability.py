"""The page of a stable team: turnover, how long people stay, and how new ones get going."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.organisation.stability import RESULTS, Stability, stability_of
from onegoal.apps.organisation.views import tabs_for
from onegoal.apps.organisation.words_stability import (
    cost_sentence,
    few_sentence,
    ramp_sentence,
    tenure_sentence,
    turnover_sentence,
)
from onegoal.apps.shell import numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.team_stability import MONTH_DAYS, RAMP_MONTHS, Ramp, RampMonth
from onegoal.metrics.catalogue import METRICS


@requires(Right.ASSIGN)
@require_GET
def stability(request: HttpRequest) -> HttpResponseBase:
    """How stable the sellers' team is, as far as the reader may see its people."""
    user: User = request.user  # type: ignore[assignment]
    found = stability_of(user, today=timezone.localdate())
    ramps = [_ramp(request, metric, found.ramps[metric]) for metric in RESULTS]
    context = {
        "tabs": tabs_for(request, "stability"),
        "found": found,
        "turnover": turnover_sentence(found.recent),
        "few": few_sentence(found),
        "tenure": tenure_sentence(found),
        "tenure_chart": _tenure_chart(found),
        "years": _years_table(request, found),
        "ramps": ramps,
        "cost": cost_sentence(found),
    }
    tables = [context["years"], *(ramp["table"] for ramp in ramps)]
    return respond(request, "organisation/stability.html", context, *tables)


def _years_table(request: HttpRequest, found: Stability) -> BoundTable:
    columns = [
        Column("year", _("Year"), value=lambda row: str(row[0])),
        Column("joined", _("Began"), "number", value=lambda row: row[1].joined),
        Column("left", _("Left"), "number", value=lambda row: row[1].left),
        Column("headcount", _("There on average"), "number", value=lambda row: row[1].headcount, digits=1),
        Column("rate", _("Left a year"), "percent", value=lambda row: row[1].rate.estimate),
        Column("low", _("at least"), "percent", value=lambda row: row[1].rate.low),
        Column("high", _("at most"), "percent", value=lambda row: row[1].rate.high),
    ]
    table = Table(
        key="turnover", title=_("Turnover by year"), columns=columns, default_sort="-year", prefixed=True, stacks=True,
        empty_title=_("No first days are recorded"), row_key="0",
    )  # fmt: skip
    return table.bind(request, found.years)


def _tenure_chart(found: Stability) -> Chart | None:
    points = found.tenure.curve
    if len(points) < 2:  # one point draws nothing
        return None
    return Chart(
        key="tenure",
        kind="survival",
        title=tenure_sentence(found),
        note=_("Share that has left by each month since the first day. Those still there are counted as such."),
        labels=[numbers.write_number(point.day / MONTH_DAYS, language(), digits=0) for point in points],
        label_title=_("Months"),
        series=[
            Series(
                _("left"),
                [1 - point.waiting for point in points],
                low=[1 - point.high for point in points],
                high=[1 - point.low for point in points],
            )
        ],
        unit=Unit("percent"),
    )


def _ramp(request: HttpRequest, metric: str, ramp: Ramp) -> dict[str, Any]:
    """One figure's ramp: its finding, its table of months, and the months drawn against the settled level."""
    return {
        "metric": metric,
        "title": _(METRICS[metric].title),
        "words": ramp_sentence(ramp),
        "table": _ramp_table(request, metric, ramp),
        "chart": _ramp_chart(metric, ramp) if ramp.newcomers and ramp.settled.rate.estimate is not None else None,
    }


def _ramp_table(request: HttpRequest, metric: str, ramp: Ramp) -> BoundTable:
    columns = [
        Column("month", _("Month of tenure"), value=_month_words, sortable=False),
        Column("people", _("People"), "number"),
        Column("person_months", _("Person-months"), "number", digits=1),
        Column("results", _(METRICS[metric].title), "number"),
        Column("rate", _("A month each"), "number", value="rate.estimate", digits=2),
        Column("low", _("at least"), "number", value="rate.low", digits=2),
        Column("high", _("at most"), "number", value="rate.high", digits=2),
    ]
    table = Table(
        key=f"ramp-{metric.replace('_', '-')}", title=_(METRICS[metric].title), columns=columns, prefixed=True, stacks=True,
        empty_title=_("Nobody has begun within the days that have records."), row_key="month",
    )  # fmt: skip
    return table.bind(request, [line for line in (*ramp.months, ramp.settled) if line.person_months])


def _month_words(line: RampMonth) -> str:
    return _("settled") if line.month > RAMP_MONTHS else str(line.month)


def _ramp_chart(metric: str, ramp: Ramp) -> Chart:
    months = [month for month in ramp.months if month.person_months]
    normal = round(ramp.settled.rate.estimate or 0.0, 2)
    return Chart(
        key=f"ramp-{metric.replace('_', '-')}",
        kind="bars",
        title=ramp_sentence(ramp),
        note=_(
            "Results of one person in each month of tenure with what chance may do to them; dashed: settled colleagues."
        ),
        labels=[str(month.month) for month in months],
        label_title=_("Month of tenure"),
        series=(
            Series(
                _(METRICS[metric].title),
                [_rounded(month.rate.estimate) for month in months],
                low=[_rounded(month.rate.low) for month in months],
                high=[_rounded(month.rate.high) for month in months],
            ),
            Series(_("Settled colleagues"), [normal] * len(months), role="plan"),
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
