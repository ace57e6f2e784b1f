"""The tables of facts that figures are computed from: their columns, in one place for files, engines and expressions."""

from __future__ import annotations

import functools

import ibis
import ibis.expr.types as ir

from onegoal.metrics.moments import epoch

_MOMENT = "timestamp('UTC', 6)"
_DIMENSIONS = {
    "project_id": "int64", "product_type": "string", "seller_id": "int64", "team_id": "int64", "agency_id": "int64",
    "region": "string", "segment": "string",
}  # fmt: skip

COLUMNS: dict[str, dict[str, str]] = {
    "touches": {
        "touch_key": "int64", "digest": "int64", "at": _MOMENT, "visitor": "int64", "origin_id": "int64",
        "touch_kind": "string", "page": "string", "project_id": "int64", "region": "string", "sequence": "int32",
        "batch": "string",
    },
    "identities": {"identity": "int64", "person_id": "int64"},
    "persons": {"person_id": "int64", "created_at": _MOMENT, "region": "string", "segment": "string"},
    "leads": {
        "lead_id": "int64", "person_id": "int64", "created_at": _MOMENT, "origin_id": "int64",
        "request_type": "string", **_DIMENSIONS, "stage_id": "int64", "outcome": "string", "outcome_at": _MOMENT,
        "qualified_at": _MOMENT, "reason": "string", "first_response_at": _MOMENT,
    },
    "deals": {
        "deal_id": "int64", "person_id": "int64", "lead_id": "int64", "origin_id": "int64", "opened_at": _MOMENT,
        "won_at": _MOMENT, "lost_at": _MOMENT, "amount_minor": "int64", "margin_minor": "int64", "currency": "string",
        "product_id": "int64", **_DIMENSIONS, "request_type": "string", "stage_id": "int64", "reason": "string",
    },
    "payments": {
        "payment_id": "int64", "deal_id": "int64", "received_on": "date", "amount_minor": "int64",
        "currency": "string",
    },
    "schedule": {
        "item_id": "int64", "deal_id": "int64", "due_on": "date", "amount_minor": "int64", "currency": "string",
    },
    "spend": {
        "spend_id": "int64", "day": "date", "origin_id": "int64", "project_id": "int64", "product_type": "string",
        "region": "string", "amount_minor": "int64", "currency": "string", "impressions": "int64", "clicks": "int64",
    },
    "stage_changes": {"record": "string", "record_id": "int64", "stage_id": "int64", "entered_at": _MOMENT},
    "calls": {
        "call_id": "int64", "person_id": "int64", "lead_id": "int64", "seller_id": "int64", "started_at": _MOMENT,
        "direction": "string", "is_answered": "boolean", "wait_seconds": "int64", "talk_seconds": "int64",
    },
    "decisions": {
        "decision_id": "int64", "lead_id": "int64", "at": _MOMENT, "seller_id": "int64", "outcome": "string",
        "clause": "string", "reason": "string", "contradiction": "string",
    },
    "checks": {
        "check_id": "int64", "decision_id": "int64", "state": "string", "is_drawn": "boolean", "checked_at": _MOMENT,
        "working_seconds": "int64", "returned_at": _MOMENT,
    },
    "reviews": {
        "review_id": "int64", "call_id": "int64", "seller_id": "int64", "reviewer_id": "int64", "scorecard": "string",
        "finished_at": _MOMENT, "score_bp": "int64",
    },
    "review_duties": {
        "duty_id": "int64", "day": "date", "seller_id": "int64", "call_id": "int64", "is_done": "boolean",
        "is_excused": "boolean",
    },
    "review_answers": {
        "answer_id": "int64", "review_id": "int64", "step": "string", "question": "string", "is_asked": "boolean",
        "is_failed": "boolean",
    },
    "lead_marks": {
        "mark_id": "int64", "lead_id": "int64", "seller_id": "int64", "at": _MOMENT, "quality": "string",
        "objection_id": "int64", "is_current": "boolean",
    },
    "lead_clocks": {"lead_id": "int64", "due_at": _MOMENT},
    "lead_fields": {"field_key": "int64", "lead_id": "int64", "field": "string", "is_filled": "boolean"},
    "deal_fields": {"field_key": "int64", "deal_id": "int64", "field": "string", "is_filled": "boolean"},
    "tasks": {
        "task_id": "int64", "lead_id": "int64", "deal_id": "int64", "seller_id": "int64",
        "task_kind": "string", "created_at": _MOMENT, "due_at": _MOMENT, "done_at": _MOMENT,
    },
    "products": {
        "product_id": "int64", "project_id": "int64", "product_type": "string", "rooms": "int64",
        "area_hundredths": "int64", "price_minor": "int64", "currency": "string", "status": "string",
    },
    "origins": {
        "origin_id": "int64", "channel": "string", "source": "string", "medium": "string", "campaign": "string",
        "creative": "string", "keyword": "string", "landing_page": "string", "referrer_host": "string",
        "click_id": "string",
    },
    "projects": {"id": "int64", "name": "string"},
    "colleagues": {"id": "int64", "name": "string", "team_id": "int64"},
    "teams": {"id": "int64", "name": "string"},
    "agencies": {"id": "int64", "name": "string"},
    "objections": {"id": "int64", "name": "string"},
    "touch_marks": {
        "second": "int64", "visitor": "int64", "origin_id": "int64", "touch_kind": "string", "project_id": "int64",
        "region": "string",
    },
    "stages": {"id": "int64", "pipeline": "string", "name": "string", "stage_kind": "string", "position": "int64"},
}  # fmt: skip
"""Column types by table. Blank text is null; money is in minor units; moments are UTC; no names of persons, no contacts."""

EVENT_MOMENTS: dict[str, tuple[str, ...]] = {
    "touches": ("at",),
    "leads": ("created_at", "outcome_at", "qualified_at"),
    "deals": ("opened_at", "won_at", "lost_at"),
    "payments": ("received_on",),
    "stage_changes": ("entered_at",),
    "calls": ("started_at",),
}
"""Moments at which something happened: the latest of them all is how far the data goes."""


DERIVED: dict[str, str] = {"touch_marks": "touches"}
"""Tables that are no files of their own but are computed from those of another, which an engine may keep in memory."""


@functools.cache
def schema(name: str) -> ibis.Schema:
    """Return the columns of a table as an Ibis schema."""
    return ibis.schema(COLUMNS[name])


@functools.cache
def table(name: str) -> ir.Table:
    """Return a table of facts to build expressions on; it knows no engine."""
    return ibis.table(schema(name), name=name)


def derivation(name: str) -> ir.Table:
    """Return how a derived table is computed: touches as far as they are counted, in whole seconds since 1970."""
    touches = table(DERIVED[name])
    marks = touches.mutate(second=epoch(touches.at))
    return marks.select(*COLUMNS[name])
