"""What the last year was like, day by day: the past from which the KPI's forecast draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from onegoal.apps.company.models import Project
from onegoal.apps.control.queries.days import own_rows, where_of
from onegoal.apps.facts.queries import ask_all
from onegoal.core.kpi_forecast import DealMark, PaymentMark, deals_stream, payments_stream
from onegoal.core.pace import Past, Stream, kind_of
from onegoal.core.periods import Period
from onegoal.core.working_hours import Calendar
from onegoal.metrics.question import Question, Row

_PAST: Final = dt.timedelta(days=364)


@dataclass(frozen=True)
class History:
    """Signed deals and payments as streams, and the product types that were signed."""

    deals: Stream
    payments: Stream
    types: Sequence[str]


def history_of(project: Project | None, *, until: dt.date, calendar: Calendar) -> History:
    """Return the year up to a day, or as much of it as there is: it begins with the first deal or payment.

    The figures are the catalogue's, by day: four questions of one version of the data.
    """
    start, where, by_type = until - _PAST, where_of(project), ("day", "product_type")
    counts, amounts, received, payments = ask_all(
        [
            Question("deals_won", by_type, start, until, where),
            Question("money_signed", by_type, start, until, where),
            Question("money_received", ("day",), start, until, where),
            Question("payments", ("day",), start, until, where),
        ],
        compares=False,
    )
    signed = _deal_marks(counts.rows, own_rows(amounts), until)
    paid = _payment_marks(payments.rows, own_rows(received), until)
    days = _days_since_first(until, [*(mark.age for mark in signed), *(mark.age for mark in paid)])
    kinds = [kind_of(day, calendar.window(day) is not None) for day in days]
    types = sorted({mark.product_type for mark in signed})
    return History(
        deals_stream(Past(_counted(len(days), [(mark.age, mark.deals) for mark in signed]), kinds), signed, types),
        payments_stream(Past(_counted(len(days), [(mark.age, mark.payments) for mark in paid]), kinds), paid),
        types,
    )


def _days_since_first(until: dt.date, ages: Sequence[int]) -> list[dt.date]:
    return list(Period(until - dt.timedelta(days=max(ages)), until)) if ages else []


def _counted(days: int, events: Sequence[tuple[int, int]]) -> list[int]:
    """How many events each day had, the oldest day first."""
    counts = [0] * days
    for age, count in events:
        counts[days - 1 - age] += count
    return counts


def _deal_marks(counts: Sequence[Row], amounts: Sequence[Row], until: dt.date) -> list[DealMark]:
    money = {(row.by["day"], row.by["product_type"]): int(row.value or 0) for row in amounts}
    marks = []
    for row in counts:
        if row.value and row.by["day"]:
            amount = money.get((row.by["day"], row.by["product_type"]), 0)
            deals = int(row.value)
            kind = row.by["product_type"] or ""
            marks.append(DealMark(kind, deals, amount, deals if amount else 0, _age(row, until)))
    return marks


def _payment_marks(counts: Sequence[Row], received: Sequence[Row], until: dt.date) -> list[PaymentMark]:
    money = {row.by["day"]: int(row.value or 0) for row in received}
    return [
        PaymentMark(int(row.value), money.get(row.by["day"], 0), _age(row, until))
        for row in counts
        if row.value and row.by["day"]
    ]


def _age(row: Row, until: dt.date) -> int:
    return (until - dt.date.fromisoformat(str(row.by["day"]))).days
