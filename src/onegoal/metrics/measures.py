"""Measures: what is counted or summed, from which frame, dated by which moment; metrics are built from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis.expr.types as ir

from onegoal.metrics.errors import gettext_noop
from onegoal.metrics.frames import with_last_lead

Predicate = Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Measure:
    """Rows of `frame` that `where` keeps, dated by `moment`: counted, or `column` summed.

    With `distinct` each of its values is counted once in each cell: `where` then judges the rows (value, first moment)
    after `meet` has joined to them what it needs; all measures of one frame and moment must share `distinct`.
    Money comes with the currency of its row; `squares` also sums the squares of `column`, for intervals of means.
    """

    name: str
    title: str
    frame: str
    moment: str = ""
    column: str = ""
    distinct: str = ""
    where: Predicate | None = None
    meet: Callable[[ir.Table], ir.Table] | None = None
    is_money: bool = False
    squares: bool = False

    @property
    def is_plain_count(self) -> bool:
        """Whether it counts rows and nothing else."""
        return not (self.column or self.distinct or self.where)

    def of(self, frame: ir.Table) -> ir.Scalar:
        """Return the figure over a frame."""
        where = self.where(frame) if self.where else None
        if self.column:
            return frame[self.column].sum(where=where)
        return frame.count(where=where)

    def squares_of(self, frame: ir.Table) -> ir.Scalar:
        """Return the sum of the squares, as a binary fraction."""
        column = frame[self.column].cast("float64")
        return (column * column).sum(where=self.where(frame) if self.where else None)


def _set(column: str) -> Predicate:
    return lambda frame: frame[column].notnull()


def _is(column: str, value: str) -> Predicate:
    return lambda frame: frame[column] == value


def _left_a_lead(visitors: ir.Table) -> ir.BooleanValue:
    return visitors.last_lead >= visitors.first


def _sold_for_an_amount(frame: ir.Table) -> ir.BooleanValue:
    return frame.amount_minor.notnull()


_ALL = (
    Measure("touches", gettext_noop("touches"), "touch_marks", "second"),
    Measure("visitors", gettext_noop("visitors"), "touch_marks", "second", distinct="visitor"),
    Measure("visitors_with_lead", gettext_noop("visitors who left a lead"), "touch_marks", "second",
            distinct="visitor", where=_left_a_lead, meet=with_last_lead),
    Measure("leads", gettext_noop("leads"), "leads", "created_at"),
    Measure("qualified_leads", gettext_noop("qualified leads"), "leads", "created_at", where=_set("qualified_at")),
    Measure("rejected_leads", gettext_noop("rejected leads"), "leads", "created_at", where=_is("outcome", "rejected")),
    Measure("opportunities", gettext_noop("opportunities"), "leads", "qualified_at"),
    Measure("leads_answered", gettext_noop("answered leads"), "leads", "first_response_at"),
    Measure("answered_qualified", gettext_noop("answered leads that were qualified"), "leads", "first_response_at",
            where=_set("qualified_at")),
    Measure("assisted_leads", gettext_noop("assisted leads"), "lead_assists", "created_at", distinct="lead_id"),
    Measure("leads_of_outcomes", gettext_noop("leads"), "lead_outcomes", "created_at"),
    Measure("leads_with_deal", gettext_noop("leads with a deal"), "lead_outcomes", "created_at",
            where=_set("first_deal_at")),
    Measure("leads_won", gettext_noop("leads with a signed deal"), "lead_outcomes", "created_at",
            where=_set("first_won_at")),
    Measure("qualified_of_outcomes", gettext_noop("qualified leads"), "lead_outcomes", "created_at",
            where=_set("qualified_at")),
    Measure("qualified_with_deal", gettext_noop("qualified leads with a deal"), "lead_outcomes", "created_at",
            where=lambda frame: frame.qualified_at.notnull() & frame.first_deal_at.notnull()),
    Measure("deals", gettext_noop("deals"), "deals", "opened_at"),
    Measure("opened_deals_won", gettext_noop("signed deals"), "deals", "opened_at", where=_set("won_at")),
    Measure("opened_deals_lost", gettext_noop("lost deals"), "deals", "opened_at", where=_set("lost_at")),
    Measure("deals_won", gettext_noop("signed deals"), "deals", "won_at"),
    Measure("deals_won_with_amount", gettext_noop("signed deals with an amount"), "deals", "won_at",
            where=_sold_for_an_amount),
    Measure("money_signed", gettext_noop("money signed"), "deals", "won_at", "amount_minor", is_money=True,
            squares=True),
    Measure("gross_margin", gettext_noop("gross margin"), "deals", "won_at", "margin_minor", is_money=True,
            squares=True),
    Measure("deals_won_with_margin", gettext_noop("signed deals with a known margin"), "deals", "won_at",
            where=_set("margin_minor")),
    Measure("signed_of_payments", gettext_noop("money signed"), "deal_payments", "won_at", "amount_minor",
            is_money=True),
    Measure("received_of_signed", gettext_noop("money received for the deals signed"), "deal_payments", "won_at",
            "received_minor", is_money=True),
    Measure("won_of_payments", gettext_noop("signed deals"), "deal_payments", "won_at"),
    Measure("deals_paid", gettext_noop("signed deals with a payment"), "deal_payments", "won_at",
            where=lambda frame: frame.received_minor > 0),
    Measure("customers", gettext_noop("new customers"), "customers", "won_at"),
    Measure("gross_margin_of_customers", gettext_noop("gross margin of the customers so far"), "customers", "won_at",
            "margin_minor", is_money=True),
    Measure("money_received", gettext_noop("money received"), "payments", "received_on", "amount_minor",
            is_money=True),
    Measure("payments", gettext_noop("payments"), "payments", "received_on"),
    Measure("money_due", gettext_noop("money due"), "schedule", "due_on", "amount_minor", is_money=True),
    Measure("spend", gettext_noop("spend"), "spend", "day", "amount_minor", is_money=True),
    Measure("impressions", gettext_noop("impressions"), "spend", "day", "impressions"),
    Measure("clicks", gettext_noop("clicks"), "spend", "day", "clicks"),
    Measure("calls", gettext_noop("calls"), "calls", "started_at"),
    Measure("calls_answered", gettext_noop("answered calls"), "calls", "started_at",
            where=lambda frame: frame.is_answered),
    Measure("tasks", gettext_noop("tasks"), "tasks", "created_at"),
    Measure("tasks_done", gettext_noop("finished tasks"), "tasks", "created_at", where=_set("done_at")),
    Measure("products", gettext_noop("products"), "products"),
    Measure("products_available", gettext_noop("products on sale"), "products", where=_is("status", "available")),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
