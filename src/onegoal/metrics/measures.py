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
    Money comes with the currency of its row, `unit` names what else is summed; `squares` also sums the squares of
    `column`, for intervals of means.
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
    unit: str = ""

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


def _one_of(column: str, *values: str) -> Predicate:
    return lambda frame: frame[column].isin(values)


def _drawn(*states: str) -> Predicate:
    return lambda frame: frame.is_drawn.fill_null(False) & frame.state.isin(states)


def _left_a_lead(visitors: ir.Table) -> ir.BooleanValue:
    return visitors.last_lead >= visitors.first


def _sold_for_an_amount(frame: ir.Table) -> ir.BooleanValue:
    return frame.amount_minor.notnull()


WRONG, RIGHT = ("wrong", "upheld"), ("right", "reversed")
"""States of a check that say the rejection was wrong, and those that say it was right; others are undecided."""

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
    Measure("reviews_owed", gettext_noop("calls drawn for review"), "review_duties", "day"),
    Measure("reviews_done", gettext_noop("of them reviewed"), "review_duties", "day",
            where=lambda frame: frame.is_done),
    Measure("rejections", gettext_noop("rejections"), "rejections", "at"),
    Measure("contradictions", gettext_noop("rejections against the regulation"), "rejections", "at",
            where=_set("contradiction")),
    Measure("rejections_checked", gettext_noop("checked rejections"), "rejections", "at", where=_set("checked_at")),
    Measure("rejections_wrong", gettext_noop("wrong rejections"), "rejections", "at", where=_one_of("state", *WRONG)),
    Measure("drawn_decided", gettext_noop("rejections drawn at random and decided"), "rejections", "at",
            where=_drawn(*WRONG, *RIGHT)),
    Measure("drawn_wrong", gettext_noop("of them wrong"), "rejections", "at", where=_drawn(*WRONG)),
    Measure("control_seconds", gettext_noop("time spent on control"), "rejections", "checked_at", "working_seconds",
            unit="seconds"),
    Measure("leads_returned", gettext_noop("leads sent back to work"), "returns", "returned_at"),
    Measure("returned_leads_won", gettext_noop("of them with a signed deal"), "returns", "returned_at",
            where=_set("first_won_at")),
    Measure("returned_won", gettext_noop("signed deals of returned leads"), "returned_deals", "returned_at"),
    Measure("money_returned", gettext_noop("money of returned leads"), "returned_deals", "returned_at", "amount_minor",
            is_money=True),
    Measure("margin_returned", gettext_noop("gross margin of returned leads"), "returned_deals", "returned_at",
            "margin_minor", is_money=True),
    Measure("calls_reviewed", gettext_noop("reviewed calls"), "reviews", "finished_at", distinct="call_id"),
    Measure("reviews", gettext_noop("reviews"), "reviews", "finished_at"),
    Measure("reviews_scored", gettext_noop("reviews with a score"), "reviews", "finished_at", where=_set("score_bp")),
    Measure("scores", gettext_noop("scores"), "reviews", "finished_at", "score_bp", squares=True, unit="score"),
    Measure("answers", gettext_noop("answers"), "review_answers", "finished_at", where=lambda frame: frame.is_asked),
    Measure("answers_failed", gettext_noop("failed answers"), "review_answers", "finished_at",
            where=lambda frame: frame.is_asked & frame.is_failed),
    Measure("marks", gettext_noop("leads marked"), "lead_marks", "at", where=_set("quality")),
    Measure("marked_good", gettext_noop("leads marked good"), "lead_marks", "at", where=_is("quality", "good")),
    Measure("marked_fair", gettext_noop("leads marked so-so"), "lead_marks", "at", where=_is("quality", "fair")),
    Measure("marked_bad", gettext_noop("leads marked bad"), "lead_marks", "at", where=_is("quality", "bad")),
    Measure("objections", gettext_noop("objections"), "lead_marks", "at", where=_set("objection_id")),
    Measure("leads_with_clock", gettext_noop("leads whose time to answer is over or was met"), "lead_clocks",
            "created_at"),
    Measure("answered_in_time", gettext_noop("leads answered in time"), "lead_clocks", "created_at",
            where=lambda frame: frame.first_response_at <= frame.due_at),
    Measure("fields_asked", gettext_noop("required fields"), "card_fields", "at"),
    Measure("fields_filled", gettext_noop("required fields that are filled"), "card_fields", "at",
            where=lambda frame: frame.is_filled),
    Measure("fields_missing", gettext_noop("required fields that are empty"), "card_fields", "at",
            where=lambda frame: ~frame.is_filled),
    Measure("tasks", gettext_noop("tasks"), "tasks", "created_at"),
    Measure("tasks_done", gettext_noop("finished tasks"), "tasks", "created_at", where=_set("done_at")),
    Measure("products", gettext_noop("products"), "products"),
    Measure("products_available", gettext_noop("products on sale"), "products", where=_is("status", "available")),
)  # fmt: skip
MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
