"""Prices, and how the money of signed deals comes in: the habit of the company's own buyers, and what is still owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from onegoal.apps.company.queries import current_company
from onegoal.apps.planning.queries.past import RECENT_MONTHS, Past
from onegoal.apps.sales.models import Payment, ScheduledPayment
from onegoal.core.joint_plan.delays import from_before
from onegoal.core.joint_plan.figures import Floats, Price
from onegoal.core.joint_plan.swings import swing_of
from onegoal.core.periods import add_months
from onegoal.core.statistics import LEVEL
from onegoal.metrics.question import Row

MOST_PAID_LAGS: Final = 36
"""Money later than three years after signing is not followed."""
LEAST_MONTHS: Final = 3
"""So many months of signing must have been watched for a lag before it counts as known."""
SCHEDULED: Final = 0.5
"""Where schedules promise less than this share of the money signed, they are no record to go by."""


@dataclass(frozen=True)
class Money:
    """Prices by product type, the share of a price received by whole months after signing, and what is owed by month."""

    prices: dict[str, Price]
    paid: Floats | None
    owed: Floats | None
    swing: float


def money_of(past: Past, months: tuple[dt.date, ...], *, project: str, told: Mapping[dt.date, float]) -> Money:
    """Return what the past says of money, for the months of a plan.

    `told` is what the forecast of payments expects by month; where deals have schedules it goes before the habit, so that
    one month of money is not told in two ways.
    """
    prices = {name: _price(row) for name, row in past.prices.items()}
    habit = habit_of(past, project)
    if habit is None:
        return Money(prices, None, None, 0.0)
    owed = _owed(past, habit, months)
    if habit.due is not None:
        owed = np.array([told.get(month, own) for month, own in zip(months, owed, strict=True)])
    return Money(prices, habit.paid, owed, _swing(past, habit.paid))


@dataclass(frozen=True)
class Habit:
    """How the price of a deal comes in, by whole months after signing.

    `paid` is the share received: watched up to `watched` months, beyond that what schedules promise times `kept`, the share
    of promised money that came in the watched months. `due` is what schedules of signed deals promise for the months from
    this one on (None where less than half of the money signed has a schedule).
    """

    paid: Floats
    watched: int
    kept: float
    due: Floats | None


def habit_of(past: Past, project: str) -> Habit | None:
    """Return the company's own habit of payment; None where no signed deal has been paid."""
    came = _matrix(past, project, Payment.objects.filter(received_on__lt=past.today), "received_on")
    owed = _matrix(past, project, ScheduledPayment.objects.all(), "due_on")
    if not came or not past.signed.any():
        return None
    last = len(past.months) - 1
    watched = [
        lag for lag in range(min(MOST_PAID_LAGS, last)) if np.count_nonzero(past.signed[: last - lag]) >= LEAST_MONTHS
    ]
    paid = np.array([_share(past, came, lag, last - lag) for lag in watched])
    promised = np.array([_share(past, owed, lag, last + 1) for lag in range(MOST_PAID_LAGS)])
    if not paid.any():
        return None
    if promised.sum() < SCHEDULED:
        return Habit(paid, paid.size, 1.0, None)
    seen = promised[: paid.size].sum()
    kept = float(min(1.0, paid.sum() / seen)) if seen else 1.0
    due = np.zeros(MOST_PAID_LAGS + last)
    for (won, lag), amount in owed.items():
        if won + lag >= last:
            due[won + lag - last] += amount
    return Habit(np.concatenate([paid, promised[paid.size :] * kept]), paid.size, kept, due)


def _price(row: Row) -> Price:
    """A mean price with its error, read back from its 95 % interval (Student's t)."""
    count, mean = int(row.denominator or 0), float(row.value or 0)
    if count < 2 or row.low is None or row.high is None:
        return Price(mean, mean / 4, mean / 4, count)
    error = (float(row.high) - float(row.low)) / 2 / float(scipy.special.stdtrit(count - 1, (1 + LEVEL) / 2))
    return Price(mean, error, error * sqrt(count), count)


def _share(past: Past, amounts: Mapping[tuple[int, int], int], lag: int, until: int) -> float:
    """The share of the money signed before place `until` that falls so many months after its signing."""
    whole = past.signed[:until].sum()
    return float(max(0, sum(amounts.get((at, lag), 0) for at in range(until))) / whole) if whole else 0.0


def _matrix(past: Past, project: str, rows: QuerySet[Any], day: str) -> dict[tuple[int, int], int]:
    """Money by (place of the month of signing, months after it); what came before the signing counts in its month."""
    places = {month: at for at, month in enumerate(past.months)}
    midnight = dt.datetime.combine(past.today, dt.time(), timezone.get_current_timezone())
    rows = rows.filter(deal__won_at__lt=midnight, currency=current_company().currency).order_by()
    if project:
        rows = rows.filter(deal__project__name=project)
    rows = rows.annotate(won=TruncMonth("deal__won_at"), month=TruncMonth(day)).values_list("won", "month")
    found: dict[tuple[int, int], int] = {}
    for won, month, amount in rows.annotate(total=Sum("amount_minor")):
        at = places.get(won.date())
        if at is not None:
            lag = (month.year - won.year) * 12 + month.month - won.month
            found[at, max(0, lag)] = found.get((at, max(0, lag)), 0) + amount
    return {key: amount for key, amount in found.items() if key[1] < MOST_PAID_LAGS}


def _owed(past: Past, habit: Habit, months: tuple[dt.date, ...]) -> Floats:
    """What the deals signed so far bring in each month of the plan; nothing for months lived.

    By their own schedules where they have them, else by the habit.
    """
    this = past.months[-1]
    after = (months[0].year - this.year) * 12 + months[0].month - this.month
    days = (add_months(this, 1) - this).days
    left = (days - past.today.day + 1) / days
    if habit.due is not None:
        later = habit.due[1:] * habit.kept
        rest = left * habit.due[0] * habit.kept
    else:
        later = from_before(past.signed[::-1], habit.paid, max(0, after) + len(months))
        rest = left * float(from_before(past.signed[:-1][::-1], habit.paid, 1)[0])
    later = np.append(later, np.zeros(max(0, after) + len(months)))
    places = range(after, after + len(months))
    return np.array([later[place - 1] if place > 0 else rest if place == 0 else 0.0 for place in places])


def _swing(past: Past, paid: Floats) -> float:
    """How far money received lay from what the habit said, in the last whole months."""
    last = len(past.months) - 1
    expected = np.array([past.signed[: at + 1][::-1][: paid.size] @ paid[: at + 1] for at in range(last)])
    kept = [at for at in range(max(0, last - RECENT_MONTHS), last) if expected[at] > 0]
    return swing_of(past.received[kept], expected[kept], counts=False)
