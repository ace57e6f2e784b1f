"""What the API says of records: the fields of each kind, by name; ids name records of the other lists."""

from __future__ import annotations

import datetime as dt
from typing import Any, Generic, TypeVar

from ninja import Schema

from onegoal.apps.api.completeness import completeness_of

Item = TypeVar("Item")


class Page(Schema, Generic[Item]):
    """One page of a list; `next_cursor` is null at the end."""

    items: list[Item]
    next_cursor: str | None


class RecordOut(Schema):
    id: int
    source: str
    source_id: str
    updated_at: dt.datetime


class ProjectOut(Schema):
    id: int
    name: str
    region: str
    is_active: bool


class IdentifierOut(Schema):
    kind: str
    value: str


class PersonOut(RecordOut):
    name: str
    organisation_id: int | None
    region: str
    segment: str
    created_at: dt.datetime
    identifiers: list[IdentifierOut]
    custom: dict[str, Any]

    @staticmethod
    def resolve_identifiers(person: Any) -> Any:
        return person.identifiers.all()


class WorkedOut(RecordOut):
    person_id: int
    project_id: int | None
    product_id: int | None
    product_type: str
    seller_id: int | None
    team_id: int | None
    agency_id: int | None
    region: str
    segment: str
    stage_id: int | None
    stage: str | None
    reason: str
    custom: dict[str, Any]

    @staticmethod
    def resolve_stage(record: Any) -> str | None:
        return record.stage.name if record.stage else None


class OriginOut(Schema):
    channel: str
    source: str
    medium: str
    campaign: str
    creative: str
    keyword: str
    landing_page: str

    @staticmethod
    def resolve_source(origin: Any) -> str:
        return origin.utm_source


class CompletenessOut(Schema):
    """How many fields a card is asked for at its stage, and the names of those it does not hold."""

    asked: int
    missing: list[str]


class LeadOut(WorkedOut):
    """A lead; `score_bp` is its chance in hundredths of a per cent while a score is in use."""

    created_at: dt.datetime
    origin: OriginOut
    request_type: str
    outcome: str
    outcome_at: dt.datetime | None
    qualified_at: dt.datetime | None
    first_response_at: dt.datetime | None
    assigned_at: dt.datetime | None
    response_due_at: dt.datetime | None
    returns_on: dt.date | None
    returned_at: dt.datetime | None
    score_bp: int | None
    completeness: CompletenessOut
    note: str

    @staticmethod
    def resolve_score_bp(lead: Any) -> int | None:
        score = getattr(lead, "score", None)
        return score.chance_bp if score else None

    @staticmethod
    def resolve_completeness(lead: Any) -> Any:
        return completeness_of(lead)


class DealOut(WorkedOut):
    title: str
    lead_id: int | None
    opened_at: dt.datetime
    won_at: dt.datetime | None
    lost_at: dt.datetime | None
    contract_number: str
    list_price_minor: int | None
    amount_minor: int | None
    margin_minor: int | None
    currency: str


class PaymentOut(RecordOut):
    deal_id: int
    received_on: dt.date
    amount_minor: int
    currency: str


class ProductOut(RecordOut):
    name: str
    project_id: int | None
    product_type: str
    rooms: int | None
    area_hundredths: int | None
    floor: int | None
    price_minor: int | None
    currency: str
    status: str
    custom: dict[str, Any]


class CallOut(RecordOut):
    person_id: int | None
    lead_id: int | None
    seller_id: int | None
    started_at: dt.datetime
    direction: str
    is_answered: bool
    wait_seconds: int | None
    talk_seconds: int | None
    topic: str
    rating: int | None


class TaskOut(RecordOut):
    title: str
    kind: str
    person_id: int | None
    lead_id: int | None
    deal_id: int | None
    assignee_id: int | None
    created_at: dt.datetime
    due_at: dt.datetime | None
    done_at: dt.datetime | None
    result: str


class SpendOut(RecordOut):
    day: dt.date
    origin: OriginOut
    project_id: int | None
    product_type: str
    region: str
    amount_minor: int
    currency: str
    impressions: int | None
    clicks: int | None


class FateOut(Schema):
    """What became of one row: created, updated, unchanged or rejected, and why."""

    fate: str
    id: int | None
    field: str = ""
    code: str = ""
    message: str = ""


class BatchOut(Schema):
    """The fates of a batch in the order of its rows; they add up to the rows sent."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    rows: list[FateOut]


class ProblemOut(Schema):
    """An error: RFC 9457 with a stable code, a sentence and the field at fault."""

    type: str
    title: str
    status: int
    code: str
    message: str
    field: str | None
