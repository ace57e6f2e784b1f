"""What customers won in a month bring over time, and the month in which they have paid for their own acquisition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from onegoal.core.money import ratio


@dataclass(frozen=True, slots=True)
class CohortInput:
    """Customers whose first contract fell into the month that begins on `month`.

    `cost_minor` is what winning all of them cost, None when unknown; `margin_minor` maps months since winning (0 is the
    month itself) to their gross margin in it. Money in minor units of one currency.
    """

    month: date
    customers: int
    cost_minor: int | None
    margin_minor: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One line of the triangle; money per customer in minor units, as exact decimals.

    `ltv_minor[m]` is the margin of a customer accumulated up to month m, None for months not yet over. `payback_month`
    is the first m in which the accumulated margin covers the cost of acquisition, None when it has not yet or the cost
    is unknown.
    """

    month: date
    customers: int
    cac_minor: Decimal | None
    ltv_minor: tuple[Decimal | None, ...]
    payback_month: int | None


def cohort_triangle(cohorts: Iterable[CohortInput], *, today: date, months: int) -> list[CohortRow]:
    """The cohorts in order of time, each over its first `months` months as far as these are over on `today`.

    A month counts only once it is over, so that no cohort looks poor for being young.
    Raises: ValueError for a cohort that does not begin on a first day, or without customers but with money.
    """
    return [_row(cohort, today, months) for cohort in sorted(cohorts, key=lambda cohort: cohort.month)]


def _row(cohort: CohortInput, today: date, months: int) -> CohortRow:
    if cohort.month.day != 1:
        raise ValueError("a cohort begins on the first day of a month")
    if cohort.customers <= 0 and any(cohort.margin_minor.values()):
        raise ValueError("margin needs customers")
    totals = _accumulated(cohort, min(months, _months_over(cohort.month, today)))
    triangle = [ratio(total, cohort.customers) for total in totals] + [None] * (months - len(totals))
    cac = None if cohort.cost_minor is None else ratio(cohort.cost_minor, cohort.customers)
    return CohortRow(cohort.month, cohort.customers, cac, tuple(triangle), _payback(totals, cohort))


def _accumulated(cohort: CohortInput, over: int) -> list[int]:
    totals, total = [], 0
    for month in range(over):
        total += cohort.margin_minor.get(month, 0)
        totals.append(total)
    return totals


def _payback(totals: list[int], cohort: CohortInput) -> int | None:
    cost = cohort.cost_minor
    if cost is None or not cohort.customers:
        return None
    return next((month for month, total in enumerate(totals) if total >= cost), None)


def _months_over(first: date, today: date) -> int:
    """Whole months that have ended between the start of the cohort and today."""
    return max(0, (today.year - first.year) * 12 + today.month - first.month)
