"""What the warehouse keeps of the records: one export for each kind, read straight from the database into Arrow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Concat

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.audit.models import CHUNK_SIZE
from onegoal.apps.company.models import Project, Stage
from onegoal.apps.company.services import Converter
from onegoal.apps.feedback.models import LeadMark
from onegoal.apps.marketing.models import Origin, Spend
from onegoal.apps.people.models import Identifier, Organisation, Person
from onegoal.apps.products.models import Product
from onegoal.apps.quality.models import Answer, Check, Review, ReviewDuty
from onegoal.apps.regulation.models import Decision
from onegoal.apps.regulation.queries import with_standing
from onegoal.apps.sales.completeness import holds
from onegoal.apps.sales.models import (
    Call,
    Deal,
    Entity,
    Lead,
    Objection,
    Payment,
    RequiredField,
    ScheduledPayment,
    StageChange,
    Task,
)
from onegoal.core.identity_hash import identity_hash
from onegoal.warehouse.schemas import arrow_schema

Row = list[Any]
Mend = Callable[[Row, Converter], None]


@dataclass(frozen=True)
class Export:
    """How one kind of record fills one table: `fields` name, in the order of its columns, what to read.

    `mend` changes a row in place before it is written: money into the company's currency, hashes of identifiers. One that
    follows another entity is written along with it: its marks are that entity's.
    """

    table: str
    model: type[models.Model]
    fields: tuple[str, ...] = ()
    mend: Mend | None = None
    prepare: Callable[[QuerySet[Any]], QuerySet[Any]] | None = None
    has_money: bool = False
    follows: str = ""

    def rows(self, chunk: int, converter: Converter) -> pa.Table:
        """Return the records whose ids fall into a chunk, ordered by id."""
        queryset = self.records(chunk)
        queryset = self.prepare(queryset) if self.prepare else queryset
        rows = [list(row) for row in queryset.values_list(*self.fields).iterator(chunk_size=5_000)]
        if self.mend:
            for row in rows:
                self.mend(row, converter)
        return arrow(self.table, rows)

    def records(self, chunk: int) -> QuerySet[Any]:
        """Return the records whose ids fall into a chunk, in their order."""
        first = chunk * CHUNK_SIZE
        return self.model._default_manager.filter(pk__gte=first, pk__lt=first + CHUNK_SIZE).order_by("pk")

    def chunks(self) -> list[int]:
        """Return every chunk that the present ids reach."""
        last = self.model._default_manager.aggregate(last=models.Max("pk"))["last"]
        return [] if last is None else list(range(last // CHUNK_SIZE + 1))


def arrow(table: str, rows: Sequence[Row]) -> pa.Table:
    """Return rows, each in the order of the table's columns, as the table; blank text is null."""
    schema = arrow_schema(table)
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [
        pa.array([value or None for value in column] if field.type == pa.string() else column, type=field.type)
        for field, column in zip(schema, columns, strict=True)
    ]
    return pa.table(arrays, schema=schema)


FIELD_KEYS = 4_096
"""A field of a card is known by its record's id times this plus the id of the required field; of a deal below nought."""


class CardExport(Export):
    """One row for each field that a lead's or a deal's card must hold where it stands now, and whether it does."""

    def rows(self, chunk: int, converter: Converter) -> pa.Table:
        """Return the fields of the cards whose records fall into a chunk."""
        entity = Entity.LEAD if self.model is Lead else Entity.DEAL
        asked = list(RequiredField.objects.filter(entity=entity))
        records = list(self.records(chunk).select_related("person")) if asked else []
        known: dict[int, set[str]] = {}
        people = self.records(chunk).order_by().values("person_id")
        marks = Identifier.objects.filter(person_id__in=people, kind__in=("phone", "email") if asked else ())
        for person_id, kind in marks.values_list("person_id", "kind"):
            known.setdefault(person_id, set()).add(kind)
        sign = 1 if entity == Entity.LEAD else -1
        return arrow(
            self.table,
            [
                [sign * (record.pk * FIELD_KEYS + one.pk), record.pk, one.field,
                 holds(record, one.field, known.get(record.person_id, set()))]
                for record in records
                for one in _asked_of(record, asked)
            ],
        )  # fmt: skip


def _asked_of(record: Lead | Deal, asked: Iterable[RequiredField]) -> list[RequiredField]:
    """Return what is required from the start and by the present stage, each field once."""
    found = {one.field: one for one in asked if one.stage_id in (None, record.stage_id)}
    return list(found.values())


def _convert(*, amount: int, currency: int, day: int, also: tuple[int, ...] = ()) -> Mend:
    """Return what puts the amounts in these places into the company's currency by the rate of the day in place `day`."""

    def mend(row: Row, converter: Converter) -> None:
        when, own = row[day], row[currency]
        when = when.date() if isinstance(when, dt.datetime) else when
        for place in (amount, *also):
            if row[place] is not None and own and when is not None:
                row[place], row[currency] = converter(row[place], own, when)

    return mend


_PLACE = {name: place for place, name in enumerate(arrow_schema("deals").names)}


def _mend_deal(row: Row, converter: Converter) -> None:
    """Value a deal by the rate of the day it was signed, else of the day it was opened."""
    opened_at, won_at = row[_PLACE["opened_at"]], row[_PLACE["won_at"]]
    own, day = row[_PLACE["currency"]], (won_at or opened_at).date()
    for name in ("amount_minor", "margin_minor"):
        if row[_PLACE[name]] is not None and own:
            row[_PLACE[name]], row[_PLACE["currency"]] = converter(row[_PLACE[name]], own, day)


def _mend_identifier(row: Row, _: Converter) -> None:
    row[:] = [identity_hash(row[0], row[1]), row[2]]


def _with_origin(deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Add the first origin: that of the deal's lead, else of the first lead its person ever left."""
    first_lead = Lead.objects.filter(person=OuterRef("person")).order_by("created_at", "pk")
    return deals.annotate(
        first_origin=Coalesce(
            "lead__origin_id", Subquery(first_lead.values("origin_id")[:1]), output_field=models.BigIntegerField()
        ),
        first_request=Coalesce("lead__request_type", Subquery(first_lead.values("request_type")[:1])),
    )


def _of_record(changes: QuerySet[StageChange]) -> QuerySet[StageChange]:
    return changes.annotate(
        record=models.Case(
            models.When(lead__isnull=False, then=models.Value("lead")), default=models.Value("deal")
        ),
        record_id=Coalesce("lead_id", "deal_id", output_field=models.BigIntegerField()),
    )  # fmt: skip


def _with_clause(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """Add the clause in words, and the outcome as figures count it: one that was taken back at once is none."""
    counted = models.When(is_standing=True, then=models.F("outcome"))
    decisions = with_standing(decisions).annotate(counted=models.Case(counted, default=models.Value("undone")))
    cited = Concat("clause__number", models.Value(" "), "clause__text")
    return decisions.annotate(cited=models.Case(models.When(clause__isnull=False, then=cited)))


def _with_asked(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Add whether there is an answer that can fail: one in words cannot, nor what does not apply."""
    return answers.annotate(is_asked=models.Q(value__isnull=False, does_not_apply=False))


def _with_state(duties: QuerySet[ReviewDuty]) -> QuerySet[ReviewDuty]:
    return duties.annotate(is_done=models.Q(done_at__isnull=False), is_excused=~models.Q(excused=""))


def _with_due(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    return leads.filter(response_due_at__isnull=False)


_DIMENSIONS = ("project_id", "product_type", "seller_id", "team_id", "agency_id", "region", "segment")
EXPORTS: Mapping[str, Export] = {
    "origin": Export(
        "origins", Origin,
        ("id", "channel", "utm_source", "medium", "campaign", "creative", "keyword", "landing_page", "referrer_host",
         "click_id"),
    ),
    "project": Export("projects", Project, ("id", "name")),
    "user": Export("colleagues", User, ("id", "name", "team_id")),
    "team": Export("teams", Team, ("id", "name")),
    "organisation": Export("agencies", Organisation, ("id", "name")),
    "stage": Export("stages", Stage, ("id", "pipeline", "name", "kind", "position")),
    "person": Export("persons", Person, ("id", "created_at", "region", "segment")),
    "identifier": Export("identities", Identifier, ("kind", "value", "person_id"), mend=_mend_identifier),
    "product": Export(
        "products", Product,
        ("id", "project_id", "product_type", "rooms", "area_hundredths", "price_minor", "currency", "status"),
    ),
    "spend": Export(
        "spend", Spend,
        ("id", "day", "origin_id", "project_id", "product_type", "region", "amount_minor", "currency", "impressions",
         "clicks"),
        mend=_convert(amount=6, currency=7, day=1), has_money=True,
    ),
    "lead": Export(
        "leads", Lead,
        ("id", "person_id", "created_at", "origin_id", "request_type", *_DIMENSIONS, "stage_id", "outcome",
         "outcome_at", "qualified_at", "reason", "first_response_at"),
    ),
    "deal": Export(
        "deals", Deal,
        ("id", "person_id", "lead_id", "first_origin", "opened_at", "won_at", "lost_at", "amount_minor",
         "margin_minor", "currency", "product_id", *_DIMENSIONS, "first_request", "stage_id", "reason"),
        mend=_mend_deal, prepare=_with_origin, has_money=True,
    ),
    "payment": Export(
        "payments", Payment, ("id", "deal_id", "received_on", "amount_minor", "currency"),
        mend=_convert(amount=3, currency=4, day=2), has_money=True,
    ),
    "scheduledpayment": Export(
        "schedule", ScheduledPayment, ("id", "deal_id", "due_on", "amount_minor", "currency"),
        mend=_convert(amount=3, currency=4, day=2), has_money=True,
    ),
    "stagechange": Export(
        "stage_changes", StageChange, ("record", "record_id", "stage_id", "entered_at"), prepare=_of_record
    ),
    "call": Export(
        "calls", Call,
        ("id", "person_id", "lead_id", "seller_id", "started_at", "direction", "is_answered", "wait_seconds",
         "talk_seconds"),
    ),
    "task": Export(
        "tasks", Task, ("id", "lead_id", "deal_id", "assignee_id", "kind", "created_at", "due_at", "done_at")
    ),
    "objection": Export("objections", Objection, ("id", "name")),
    "decision": Export(
        "decisions", Decision, ("id", "lead_id", "at", "seller_id", "counted", "cited", "reason", "contradiction"),
        prepare=_with_clause,
    ),
    "check": Export(
        "checks", Check, ("id", "decision_id", "state", "is_drawn", "checked_at", "working_seconds", "returned_at")
    ),
    "review": Export(
        "reviews", Review,
        ("id", "call_id", "seller_id", "reviewer_id", "scorecard__name", "finished_at", "score_bp"),
    ),
    "reviewduty": Export(
        "review_duties", ReviewDuty, ("id", "day", "seller_id", "call_id", "is_done", "is_excused"),
        prepare=_with_state,
    ),
    "answer": Export(
        "review_answers", Answer, ("id", "review_id", "question__step", "question__text", "is_asked", "is_failed"),
        prepare=_with_asked,
    ),
    "leadmark": Export(
        "lead_marks", LeadMark, ("id", "lead_id", "author_id", "at", "quality", "objection_id", "is_current")
    ),
    "leadclock": Export("lead_clocks", Lead, ("id", "response_due_at"), prepare=_with_due, follows="lead"),
    "leadcard": CardExport("lead_fields", Lead, follows="lead"),
    "dealcard": CardExport("deal_fields", Deal, follows="deal"),
}  # fmt: skip
"""Exports by the name under which the trail marks their records as changed."""
