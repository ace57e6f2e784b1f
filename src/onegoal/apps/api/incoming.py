"""What the API takes: one schema for each kind of row; a field that is not listed is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Annotated, Any

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, StrictBool, StrictInt

from onegoal.apps.marketing.intake import OriginMarks, TouchRow
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.sales.intake import CallRow, DealRow, LeadRow, PaymentRow, TaskRow
from onegoal.core import identity
from onegoal.core.problems import ValueProblem

MOST_ROWS = 500
Text = Annotated[str, Field(max_length=500)]
Minor = Annotated[StrictInt, Field(ge=-(2**63) + 1, le=2**63 - 1)]
Small = Annotated[StrictInt, Field(ge=0, le=2**31 - 1)]
Currency = Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]


class BadIdentifier(ValueError):
    """A contact that is none; `field` names it, `problem` says why."""

    def __init__(self, field: str, problem: ValueProblem) -> None:
        super().__init__(problem.code)
        self.field, self.problem = field, problem


class In(Schema):
    model_config = ConfigDict(extra="forbid")


class NoBody(In):
    """A call that needs to say nothing: an empty object."""


class PersonIn(In):
    """A person by name and contacts; phones in any spelling, `crm` an id of another system written `source:id`."""

    name: Text = ""
    phone: Text = ""
    email: Text = ""
    telegram: Text = ""
    whatsapp: Text = ""
    vk: Text = ""
    instagram: Text = ""
    crm: Text = ""
    visitor: Text = ""
    organisation: Text = ""
    region: Text = ""
    segment: Text = ""

    def ref(self, country: str) -> PersonRef:
        """Return the person as intake rows name one. Raises: BadIdentifier."""
        readers: dict[str, Callable[[str], str]] = {
            "phone": lambda text: identity.normalise_phone(text, region=country),
            "email": identity.normalise_email,
            "telegram": lambda text: identity.normalise_handle(text, network="telegram"),
            "whatsapp": lambda text: identity.normalise_handle(text, network="whatsapp"),
            "vk": lambda text: identity.normalise_handle(text, network="vk"),
            "instagram": lambda text: identity.normalise_handle(text, network="instagram"),
            "crm": str.strip,
            "visitor": str.strip,
        }
        found = []
        for kind, read in readers.items():
            text = getattr(self, kind)
            try:
                found += [(kind, read(text))] if text.strip() else []
            except ValueProblem as problem:
                raise BadIdentifier(f"person.{kind}", problem) from None
        return PersonRef(
            name=self.name, identifiers=tuple(found), organisation=self.organisation,
            region=self.region, segment=self.segment,
        )  # fmt: skip


class MarksIn(In):
    """Where somebody came from, as the address said it."""

    channel: Text = ""
    source: Text = ""
    medium: Text = ""
    campaign: Text = ""
    creative: Text = ""
    keyword: Text = ""
    landing_page: Text = ""
    referrer: Text = ""
    click_id: Text = ""

    def marks(self) -> OriginMarks:
        """Return the marks as intake rows carry them."""
        return OriginMarks(**self.model_dump())


class SourcedIn(In):
    """A row with its id in the system it comes from; without one it is always a new record."""

    source: Annotated[str, Field(max_length=60, min_length=1)] = "api"
    source_id: Annotated[str, Field(max_length=200)] = ""

    def own(self, *names: str) -> dict[str, Any]:
        """Return the row's plain fields by name, with an id of its own where it brought none."""
        values = {name: getattr(self, name) for name in names}
        return values | {"source": self.source, "source_id": self.source_id or str(uuid.uuid4())}


_WORKED = ("project", "product", "product_type", "seller", "team", "agency", "region", "segment", "stage", "reason")


class WorkedIn(SourcedIn):
    person: PersonIn
    marks: MarksIn = MarksIn()
    project: Text = ""
    product: Text = ""
    product_type: Text = ""
    seller: Text = ""
    team: Text = ""
    agency: Text = ""
    region: Text = ""
    segment: Text = ""
    stage: Text = ""
    reason: Text = ""
    custom: dict[str, Any] = {}


class LeadIn(WorkedIn):
    """An enquiry; names of projects, sellers and stages that are not there yet are made."""

    created_at: AwareDatetime
    request_type: Text = ""
    outcome: Text = ""
    first_response_at: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=20_000)] = ""

    def row(self, country: str) -> LeadRow:
        plain = self.own(*_WORKED, "created_at", "request_type", "outcome", "first_response_at", "note", "custom")
        return LeadRow(**plain, person=self.person.ref(country), marks=self.marks.marks())


class DealIn(WorkedIn):
    """A deal; money in minor units; `lead` is the source id of its lead."""

    opened_at: AwareDatetime | None = None
    lead: Text = ""
    title: Text = ""
    outcome: Text = ""
    won_at: AwareDatetime | None = None
    lost_at: AwareDatetime | None = None
    amount_minor: Minor | None = None
    margin_minor: Minor | None = None
    currency: Currency = ""

    def row(self, country: str) -> DealRow:
        plain = self.own(
            *_WORKED, "opened_at", "lead", "title", "outcome", "won_at", "lost_at", "amount_minor", "margin_minor",
            "currency", "custom",
        )  # fmt: skip
        return DealRow(**plain, person=self.person.ref(country), marks=self.marks.marks())


class PaymentIn(SourcedIn):
    """Money received or promised for a deal, which is named by its source id; exactly one of the two days."""

    deal: Annotated[str, Field(max_length=200, min_length=1)]
    amount_minor: Minor
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    received_on: dt.date | None = None
    due_on: dt.date | None = None

    def row(self, country: str) -> PaymentRow:
        return PaymentRow(**self.own("deal", "amount_minor", "currency", "received_on", "due_on"))


class CallIn(SourcedIn):
    """One telephone call."""

    started_at: AwareDatetime
    person: PersonIn
    direction: Annotated[str, Field(pattern="^(in|out)$")] = "in"
    is_answered: StrictBool = False
    wait_seconds: Small | None = None
    talk_seconds: Small | None = None
    seller: Text = ""
    lead: Text = ""
    topic: Text = ""
    rating: Annotated[StrictInt, Field(ge=0, le=32_767)] | None = None
    recording: Text = ""

    def row(self, country: str) -> CallRow:
        plain = self.own(
            "started_at", "direction", "is_answered", "wait_seconds", "talk_seconds", "seller", "lead", "topic",
            "rating", "recording",
        )  # fmt: skip
        return CallRow(**plain, person=self.person.ref(country))


class TaskIn(SourcedIn):
    """One task."""

    title: Annotated[str, Field(max_length=300, min_length=1)]
    created_at: AwareDatetime
    kind: Text = ""
    assignee: Text = ""
    due_at: AwareDatetime | None = None
    done_at: AwareDatetime | None = None
    lead: Text = ""
    deal: Text = ""
    person: PersonIn = PersonIn()
    result: Text = ""

    def row(self, country: str) -> TaskRow:
        plain = self.own("title", "created_at", "kind", "assignee", "due_at", "done_at", "lead", "deal", "result")
        return TaskRow(**plain, person=self.person.ref(country))


class TouchIn(SourcedIn):
    """One contact of a device or a person with a channel."""

    at: AwareDatetime
    person: PersonIn
    marks: MarksIn = MarksIn()
    kind: Text = "visit"
    page: Text = ""
    project: Text = ""
    region: Text = ""
    sequence: Annotated[StrictInt, Field(ge=0, le=2**31 - 1)] = 0

    def row(self, country: str) -> TouchRow:
        plain = self.own("at", "kind", "page", "project", "region", "sequence")
        return TouchRow(**plain, person=self.person.ref(country), marks=self.marks.marks())


class Rows(In):
    """Up to 500 rows of one kind."""


class LeadRows(Rows):
    rows: Annotated[list[LeadIn], Field(min_length=1, max_length=MOST_ROWS)]


class DealRows(Rows):
    rows: Annotated[list[DealIn], Field(min_length=1, max_length=MOST_ROWS)]


class PaymentRows(Rows):
    rows: Annotated[list[PaymentIn], Field(min_length=1, max_length=MOST_ROWS)]


class CallRows(Rows):
    rows: Annotated[list[CallIn], Field(min_length=1, max_length=MOST_ROWS)]


class TaskRows(Rows):
    rows: Annotated[list[TaskIn], Field(min_length=1, max_length=MOST_ROWS)]


class TouchRows(Rows):
    rows: Annotated[list[TouchIn], Field(min_length=1, max_length=MOST_ROWS)]


class WorkedPatch(In):
    """What may be changed of a lead or a deal; what is left out stays."""

    stage_id: StrictInt | None = None
    seller_id: StrictInt | None = None
    project_id: StrictInt | None = None
    product_type: Annotated[str, Field(max_length=120)] | None = None
    region: Annotated[str, Field(max_length=200)] | None = None
    segment: Annotated[str, Field(max_length=120)] | None = None
    reason: Annotated[str, Field(max_length=300)] | None = None
    custom: dict[str, Any] | None = None


class LeadPatch(WorkedPatch):
    note: Annotated[str, Field(max_length=20_000)] | None = None
    first_response_at: AwareDatetime | None = None


class DealPatch(WorkedPatch):
    title: Annotated[str, Field(max_length=300)] | None = None
    amount_minor: Minor | None = None
    margin_minor: Minor | None = None
    currency: Currency | None = None
