"""How rows from outside describe leads, deals, payments, calls and tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.people.intake import PersonRef


@dataclass(frozen=True)
class StageMoment:
    """A stage by name, the moment it was entered (None: not known) and, where the row tells it, its meaning."""

    stage: str
    at: dt.datetime | None
    kind: str = ""


@dataclass(frozen=True)
class LeadRow:
    """One enquiry. `stage` is where it stands now, `stages` the dated ones; empty text means "the row does not say"."""

    source: str
    source_id: str
    created_at: dt.datetime
    person: PersonRef
    marks: OriginMarks
    request_type: str = ""
    project: str = ""
    product: str = ""
    product_type: str = ""
    seller: str = ""
    team: str = ""
    agency: str = ""
    region: str = ""
    segment: str = ""
    stage: str = ""
    outcome: str = ""
    stages: tuple[StageMoment, ...] = ()
    reason: str = ""
    first_response_at: dt.datetime | None = None
    note: str = ""
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DealRow:
    """One deal. `lead` names its lead by source id or any other id the lead is known by; money in minor units."""

    source: str
    source_id: str
    opened_at: dt.datetime | None
    person: PersonRef
    lead: str = ""
    title: str = ""
    project: str = ""
    product: str = ""
    product_type: str = ""
    seller: str = ""
    team: str = ""
    agency: str = ""
    region: str = ""
    segment: str = ""
    stage: str = ""
    outcome: str = ""
    stages: tuple[StageMoment, ...] = ()
    won_at: dt.datetime | None = None
    lost_at: dt.datetime | None = None
    reason: str = ""
    amount_minor: int | None = None
    margin_minor: int | None = None
    currency: str = ""
    marks: OriginMarks = field(default_factory=OriginMarks)
    custom: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PaymentRow:
    """Money received (`received_on`) or promised (`due_on`) for a deal that is named by its id; exactly one day is set."""

    source: str
    source_id: str
    deal: str
    amount_minor: int
    currency: str
    received_on: dt.date | None = None
    due_on: dt.date | None = None


@dataclass(frozen=True)
class CallRow:
    """One telephone call."""

    source: str
    source_id: str
    started_at: dt.datetime
    person: PersonRef
    direction: str = "in"
    is_answered: bool = False
    wait_seconds: int | None = None
    talk_seconds: int | None = None
    seller: str = ""
    lead: str = ""
    topic: str = ""
    rating: int | None = None
    recording: str = ""


@dataclass(frozen=True)
class TaskRow:
    """One task."""

    source: str
    source_id: str
    title: str
    created_at: dt.datetime
    kind: str = ""
    assignee: str = ""
    due_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    lead: str = ""
    deal: str = ""
    person: PersonRef = field(default_factory=PersonRef)
    result: str = ""
