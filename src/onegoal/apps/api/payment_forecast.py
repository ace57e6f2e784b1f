"""Money to come over the API: the forecast of payments by month, how old open money is, and what is overdue."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader, reader
from onegoal.apps.api.control import IntervalOut, interval
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import check_parameters, page_of_lines, parameters_of
from onegoal.apps.api.plan_checks import PROJECT, asked_project
from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.queries.payment_forecast import Forecast, Overdue, forecast_of, overdue_of
from onegoal.core.payment_forecast import AGES

router = Router(tags=["plan"])
_AFTER: Final = (0, 30, 60, 90)


class AgeOut(Schema):
    """Open money overdue for `from_days` to `to_days` days; `to_days` is null for the oldest."""

    from_days: int
    to_days: int | None
    amount_minor: int


class AgeingOut(Schema):
    not_due_minor: int
    overdue: list[AgeOut]


class PaidByOut(Schema):
    """The share of instalments paid so many days after they were due."""

    days_after: int
    share: float


class LatenessOut(Schema):
    """The company's own lateness; without enough history money is taken to come on its day."""

    instalments_paid: float
    is_own: bool
    paid_by: list[PaidByOut]


class ComingMonthOut(Schema):
    """A coming month (this one from tomorrow on): due by schedule, and expected to come in."""

    month: dt.date
    due_minor: int
    expected: IntervalOut


class PastMonthOut(Schema):
    """A past month: what was to be expected on its eve, and what came of it."""

    month: dt.date
    expected: IntervalOut
    came_minor: int
    is_held: bool


class PaymentForecastOut(Schema):
    """The forecast of payments, in minor units of `currency`; `foreign` instalments in other currencies are left out."""

    today: dt.date
    currency: str
    ageing: AgeingOut
    lateness: LatenessOut
    months: list[ComingMonthOut]
    tested: list[PastMonthOut]
    foreign: int


class OverdueOut(Schema):
    """What is open of an instalment past its day."""

    deal_id: int
    seller_id: int | None
    due_on: dt.date
    days: int
    amount_minor: int
    currency: str


@router.get("/payment-forecast", response=PaymentForecastOut, summary="The forecast of payments",
            openapi_extra={"parameters": [PROJECT.parameter]})  # fmt: skip
def read_forecast(request: HttpRequest) -> Any:
    """Read what instalments of signed deals will bring by month, with bounds, and how well that was told before."""
    user = figures_reader(request, Right.SEE_PLAN).user
    check_parameters(request, ("project_id",))
    return _document(forecast_of(project=asked_project(request, user), now=timezone.now()))


@router.get("/overdue-payments", response=Page[OverdueOut], summary="Overdue instalments",
            openapi_extra=parameters_of((PROJECT,)))  # fmt: skip
def list_overdue(request: HttpRequest) -> Any:
    """List the overdue instalments of deals the caller may see, the longest overdue first."""
    user = reader(request, Right.SEE_PLAN).user
    lines = overdue_of(user, project=asked_project(request, user), now=timezone.now())
    return page_of_lines(request, lines, _overdue, others=("project_id",))


def _overdue(one: Overdue) -> dict[str, Any]:
    return {
        "deal_id": one.deal.pk, "seller_id": one.deal.seller_id, "due_on": one.due_on, "days": one.days,
        "amount_minor": one.amount, "currency": current_company().currency,
    }  # fmt: skip


def _document(forecast: Forecast) -> dict[str, Any]:
    ages = zip(AGES, forecast.ageing.overdue, strict=True)
    lateness = forecast.lateness
    return {
        "today": forecast.today, "currency": current_company().currency, "foreign": forecast.foreign,
        "ageing": {
            "not_due_minor": forecast.ageing.not_due,
            "overdue": [{"from_days": a, "to_days": b, "amount_minor": amount} for (a, b), amount in ages],
        },
        "lateness": {
            "instalments_paid": lateness.events, "is_own": lateness.is_own,
            "paid_by": [{"days_after": day, "share": lateness.paid_by(day)} for day in _AFTER],
        },
        "months": [
            {"month": one.month, "due_minor": one.due, "expected": interval(one.expected)} for one in forecast.months
        ],
        "tested": [
            {"month": one.month, "expected": interval(one.expected), "came_minor": one.came, "is_held": one.is_held}
            for one in forecast.tested
        ],
    }  # fmt: skip
