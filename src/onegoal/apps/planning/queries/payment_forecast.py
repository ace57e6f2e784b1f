"""Money promised in the schedules of signed deals: what is open, how old, expected when, and how well that was told before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import calendar_of_company, current_company
from onegoal.apps.facts.engine import reading
from onegoal.apps.sales.models import Deal, Payment, ScheduledPayment
from onegoal.apps.sales.queries import visible_deals
from onegoal.core.kpi_forecast import CashAhead
from onegoal.core.payment_forecast import (
    Ageing,
    Lateness,
    Piece,
    SignedDeal,
    ageing,
    as_known_on,
    drawn_by_day,
    due_by_period,
    expected_by_period,
    lateness_of,
    match_payments,
    paid_by_period,
    paid_shares_by_age,
)
from onegoal.core.periods import add_months
from onegoal.core.statistics import Interval

MONTHS_AHEAD: Final = 12
MONTHS_TESTED: Final = 6
_LEAST_SCHEDULED: Final = 0.8
"""The share of recent money that has to have come by schedules for schedules to tell what comes."""
_RECENT: Final = dt.timedelta(days=182)
_TOLD_BY: Final = dt.timedelta(days=730)
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class MonthOfMoney:
    """One coming month (this one from tomorrow on): what falls due in it, and what is expected to come in."""

    month: dt.date
    due: int
    expected: Interval


@dataclass(frozen=True)
class TestedMonth:
    """One past month: what would have been expected on its eve from the deals signed by then, and what came in of it."""

    month: dt.date
    expected: Interval
    came: int

    @property
    def is_held(self) -> bool:
        """Whether what came in lies within the bounds."""
        return not self.expected.excludes(self.came)


@dataclass(frozen=True)
class Forecast:
    """Everything the page of payments shows of the company or one project; money in minor units of its currency."""

    today: dt.date
    ageing: Ageing
    lateness: Lateness
    months: tuple[MonthOfMoney, ...]
    tested: tuple[TestedMonth, ...]
    foreign: int

    @property
    def held(self) -> int:
        """How many of the tested months came within their bounds."""
        return sum(month.is_held for month in self.tested)

    @property
    def said(self) -> int:
        """What was expected over the tested months."""
        return round(sum(month.expected.estimate or 0 for month in self.tested))

    @property
    def came(self) -> int:
        """What came in over the tested months."""
        return sum(month.came for month in self.tested)


@dataclass(frozen=True)
class Overdue:
    """One overdue instalment: its deal, the day, what is still open of it and for how many days."""

    pk: int
    deal: Deal
    due_on: dt.date
    amount: int
    days: int


def expected_cash(*, start: dt.date, end: dt.date, project: Project | None = None, now: dt.datetime) -> Interval:
    """Return what open instalments of signed deals bring in from `start` to `end`, days after today only, in minor units.

    Neither what has come in already nor deals still to be signed are in it. Without enough history of the company's own
    the bounds are None. Remembered by data version.
    """
    today = _today(now)

    def compute() -> Interval:
        pieces = _pieces(_signed(project))
        return expected_by_period(pieces, lateness_of(pieces, today), [(start, end)], today)[0]

    return reading().remember(("expected_cash", start, end, project and project.pk, today), compute)


def cash_ahead(*, known_on: dt.date, last: dt.date, project: Project | None = None) -> CashAhead | None:
    """Return the futures of money on each day after `known_on` up to `last`, from what was known on that day.

    None where schedules do not tell what comes: too little history, or much of the money came without one.
    """
    signed = _signed(project, as_of=_end_of(known_on))
    schedules, payments = _money_of(signed)
    pieces = as_known_on(_matched(schedules, payments), known_on)
    lateness, days = lateness_of(pieces, known_on), (last - known_on).days
    recent = [known_on - _RECENT, known_on]
    came = sum(amount for paid in payments.values() for day, amount in paid if recent[0] < day <= recent[1])
    if not lateness.is_own or paid_by_period(pieces, recent[0] + _DAY, recent[1]) < _LEAST_SCHEDULED * came:
        return None
    by_age = paid_shares_by_age(_signed_deals(signed, payments, known_on - _TOLD_BY), days, known_on)
    return None if by_age is None else CashAhead(drawn_by_day(pieces, lateness, days, known_on), by_age)


def forecast_of(*, project: Project | None = None, now: dt.datetime) -> Forecast:
    """Return the payment forecast of the company or one project; remembered by data version."""
    today = _today(now)
    return reading().remember(("payment_forecast", project and project.pk, today), lambda: _forecast(project, today))


def overdue_of(user: User, *, project: Project | None = None, now: dt.datetime) -> list[Overdue]:
    """Return the overdue instalments of signed deals the user may see, the longest overdue first."""
    today = _today(now)
    signed = _signed(project)
    deals = {
        deal.pk: deal
        for deal in visible_deals(user).filter(pk__in=signed.values("pk")).select_related("person", "seller", "project")
    }
    open_pieces = [piece for piece in _pieces(signed) if piece.paid_on is None and piece.due_on < today]
    rows = [
        Overdue(at, deals[piece.deal], piece.due_on, piece.amount, piece.delay(today))
        for at, piece in enumerate(open_pieces)
        if piece.deal in deals
    ]
    return sorted(rows, key=lambda row: (-row.days, -row.amount, row.pk))


def _forecast(project: Project | None, today: dt.date) -> Forecast:
    pieces = _pieces(_signed(project))
    lateness = lateness_of(pieces, today)
    months = [add_months(today.replace(day=1), ahead) for ahead in range(MONTHS_AHEAD)]
    periods = [(max(month, today + _DAY), add_months(month, 1) - _DAY) for month in months]
    periods = [(min(start, end), end) for start, end in periods]
    expected = expected_by_period(pieces, lateness, periods, today)
    due = due_by_period(pieces, periods)
    return Forecast(
        today=today,
        ageing=ageing(pieces, today),
        lateness=lateness,
        months=tuple(MonthOfMoney(*row) for row in zip(months, due, expected, strict=True)),
        tested=tuple(_tested(project, today)),
        foreign=_foreign(_signed(project)),
    )


def _tested(project: Project | None, today: dt.date) -> Iterable[TestedMonth]:
    """For each of the last whole months: the forecast of its eve, from the deals signed and not lost by then."""
    for back in range(MONTHS_TESTED, 0, -1):
        month = add_months(today.replace(day=1), -back)
        eve, end = month - _DAY, add_months(month, 1) - _DAY
        pieces = _pieces(_signed(project, as_of=_end_of(eve)))
        known = as_known_on(pieces, eve)
        lateness = lateness_of(known, eve)
        if not lateness.is_own:
            continue
        expected = expected_by_period(known, lateness, [(month, end)], eve)[0]
        yield TestedMonth(month, expected, paid_by_period(pieces, month, end))


def _signed(project: Project | None, *, as_of: dt.datetime | None = None) -> QuerySet[Deal]:
    """Signed deals that were not cancelled; with a moment, as they stood then."""
    deals = Deal.objects.filter(won_at__isnull=False, lost_at=None)
    if as_of is not None:
        deals = Deal.objects.filter(Q(lost_at=None) | Q(lost_at__gt=as_of), won_at__lte=as_of)
    return deals.filter(project=project) if project else deals


_Money = dict[int, list[tuple[dt.date, int]]]


def _pieces(deals: QuerySet[Deal]) -> list[Piece]:
    """The instalments of some deals matched with their payments, in the company's currency only."""
    return _matched(*_money_of(deals))


def _matched(schedules: _Money, payments: _Money) -> list[Piece]:
    return [piece for deal, parts in schedules.items() for piece in match_payments(deal, parts, payments.get(deal, ()))]


def _money_of(deals: QuerySet[Deal]) -> tuple[_Money, _Money]:
    """What was promised and what came, by deal, in the company's currency only."""
    own = {"deal__in": deals.order_by().values("pk"), "currency": current_company().currency}
    schedules: _Money = defaultdict(list)
    payments: _Money = defaultdict(list)
    promised = ScheduledPayment.objects.filter(**own, amount_minor__gt=0).order_by("deal_id", "due_on", "pk")
    for deal, due_on, amount in promised.values_list("deal_id", "due_on", "amount_minor"):
        schedules[deal].append((due_on, amount))
    came = Payment.objects.filter(**own).order_by("deal_id", "received_on", "pk")
    for deal, received_on, amount in came.values_list("deal_id", "received_on", "amount_minor"):
        payments[deal].append((received_on, amount))
    return schedules, payments


def _signed_deals(deals: QuerySet[Deal], payments: _Money, since: dt.date) -> list[SignedDeal]:
    """Deals signed since a day with what they paid; those without an amount tell nothing."""
    zone = calendar_of_company().zone
    rows = deals.filter(amount_minor__gt=0, currency=current_company().currency).order_by("pk")
    signed = ((pk, amount, won_at.astimezone(zone).date()) for pk, amount, won_at in _won(rows))
    return [SignedDeal(amount, day, tuple(payments.get(pk, ()))) for pk, amount, day in signed if day > since]


def _won(deals: QuerySet[Deal]) -> Iterable[tuple[int, int, dt.datetime]]:
    return deals.values_list("pk", "amount_minor", "won_at")  # type: ignore[return-value]


def _foreign(deals: QuerySet[Deal]) -> int:
    """How many instalments are in other currencies and left out."""
    promised = ScheduledPayment.objects.filter(deal__in=deals.order_by().values("pk"))
    return promised.exclude(currency=current_company().currency).count()


def _today(now: dt.datetime) -> dt.date:
    return now.astimezone(calendar_of_company().zone).date()


def _end_of(day: dt.date) -> dt.datetime:
    midnight = dt.datetime.combine(day + _DAY, dt.time(), calendar_of_company().zone)
    return midnight.astimezone(dt.UTC) - dt.timedelta(microseconds=1)
