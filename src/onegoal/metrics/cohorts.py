"""Customers by the month of their first contract: what winning them cost and what they bring month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import ibis.expr.types as ir

from onegoal.core.cohorts import CohortInput, cohort_triangle
from onegoal.core.money import ratio
from onegoal.metrics import shapes
from onegoal.metrics.answering import ordered
from onegoal.metrics.catalogue import METRICS, Metric
from onegoal.metrics.dimensions import bucket_day, time_value
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.frames import frame_table
from onegoal.metrics.moments import local_seconds, offset_changes
from onegoal.metrics.plan import Source, checked_metric, narrowed
from onegoal.metrics.question import Answer, Question, Row
from onegoal.metrics.results import Cohort, Cohorts
from onegoal.metrics.shapes import Shape
from onegoal.metrics.tables import table


@dataclass
class _Gathered:
    """What is known of one cohort while it is gathered."""

    customers: int = 0
    deals: int = 0
    known: int = 0
    spend: int = 0
    margin: dict[int, int] = field(default_factory=dict)


def cohorts(question: Question, *, source: Source, as_of: dt.datetime | None = None) -> Cohorts:
    """Return the cohorts whose month is within the question's days. Raises: QuestionRefused."""
    metric = checked_metric(replace(question, metric="payback", by=()))
    if question.scope.seller_ids is not None or question.scope.team_ids is not None:
        raise QuestionRefused("scope_splits_ratio", metric=metric.title)
    asked = replace(question, by=("month",))
    currencies: set[str] = set()
    gathered = _customers(asked, source, currencies)
    for record in shapes.run("spend of cohorts", _spend, asked, source).to_pylist():
        if record["by_month"] in gathered:
            gathered[record["by_month"]].spend += int(record["amount"] or 0)
            currencies.add(record["by_currency"] or "")
    currencies.discard("")
    if len(currencies) > 1:
        raise QuestionRefused("several_currencies", currencies=", ".join(sorted(currencies)))
    today = (as_of or source.latest).astimezone(source.zone).date()
    rows = tuple(_rows(gathered, today))
    return Cohorts(currency=next(iter(currencies), source.currency), rows=rows, data_version=source.version)


def cohort_answer(metric: Metric, question: Question, source: Source, as_of: dt.datetime | None) -> Answer:
    """Answer `ltv` or `payback`, always by month."""
    found = cohorts(question, source=source, as_of=as_of)
    rows = [_row(metric, cohort) for cohort in found.rows]
    return Answer(question, metric.unit, found.currency, tuple(ordered(rows, ("month",))), None, source.version)


def _row(metric: Metric, cohort: Cohort) -> Row:
    by = {"month": f"{cohort.month:%Y-%m}"}
    if metric.name == METRICS["payback"].name:
        return Row(by, cohort.payback_month, cohort.margin, cohort.spend)
    return Row(by, cohort.ltv, cohort.margin, cohort.customers)


def _customers(question: Question, source: Source, currencies: set[str]) -> dict[int, _Gathered]:
    gathered: dict[int, _Gathered] = {}
    for record in shapes.run("customers of cohorts", _sizes, question, source).to_pylist():
        gathered[record["by_month"]] = _Gathered(customers=record["customers"])
    for record in shapes.run("margins of cohorts", _margins, question, source).to_pylist():
        cohort, after = gathered[record["by_month"]], record["deal_month"] - record["by_month"]
        cohort.deals += record["deals"]
        cohort.known += record["known"]
        cohort.margin[after] = cohort.margin.get(after, 0) + int(record["margin"] or 0)
        if record["known"]:
            currencies.add(record["currency"] or "")
    return gathered


def _sizes(shape: Shape) -> ir.Table:
    won = narrowed(frame_table("customers"), "won_at", shape)
    return won.group_by("by_month").agg(customers=won.count())


def _margins(shape: Shape) -> ir.Table:
    """Return margins of all deals of the customers by cohort, month of the deal and currency."""
    deals = table("deals")
    cohort = narrowed(frame_table("customers"), "won_at", shape).select("person_id", "by_month")
    bought = deals.filter(deals.won_at.notnull()).join(cohort, "person_id")
    clock = local_seconds(bought.won_at, offset_changes(shape.zone, *shape.years))
    dated = bought.mutate(deal_month=time_value(clock, "month", is_day=False))
    return dated.group_by(["by_month", "deal_month", "currency"]).agg(
        deals=dated.count(), known=dated.margin_minor.count(), margin=dated.margin_minor.sum()
    )


def _spend(shape: Shape) -> ir.Table:
    rows = narrowed(frame_table("spend"), "day", shape, ("currency",))
    return rows.group_by(["by_month", "by_currency"]).agg(amount=rows.amount_minor.sum())


def _rows(numbered: dict[int, _Gathered], today: dt.date) -> Iterable[Cohort]:
    gathered = {bucket_day(number, "month"): cohort for number, cohort in numbered.items()}
    months = max((_months_between(month, today) for month in gathered), default=0)
    inputs = [CohortInput(month, c.customers, c.spend or None, c.margin) for month, c in gathered.items()]
    for row in cohort_triangle(inputs, today=today, months=max(months, 1)):
        mine = gathered[row.month]
        margin = sum(mine.margin.values()) if mine.known else None
        yield Cohort(
            month=row.month, customers=mine.customers, deals=mine.deals, spend=mine.spend, margin=margin,
            margin_known=mine.known / mine.deals if mine.deals else 0.0, cac=row.cac_minor,
            ltv=None if margin is None else ratio(margin, mine.customers),
            ltv_by_month=row.ltv_minor if mine.known else (),
            payback_month=row.payback_month if mine.known else None,
        )  # fmt: skip


def _months_between(first: dt.date, later: dt.date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month
