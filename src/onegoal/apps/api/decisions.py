"""Decisions on a lead over the API: qualify, warm up, reject by a clause; what the regulation says of it, clause by clause."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In
from onegoal.apps.api.listing import found
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import check_parameters, page_of, parameters_of
from onegoal.apps.api.refusals import decision_problem
from onegoal.apps.api.writes import etag_of, locked
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.models import Clause, Decision
from onegoal.apps.regulation.queries import attempts_of, judged_lead, regulation_for, visible_decisions
from onegoal.apps.regulation.services import DecisionRefused, decide_lead
from onegoal.apps.regulation.words import wording
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_leads

router = Router(tags=["leads"])


class DecisionIn(In):
    """A decision; `clause` is the number the regulation is cited by, `override` why it is taken in spite of it."""

    outcome: Literal["qualified", "nurture", "rejected"]
    clause: Annotated[str, Field(max_length=12)] = ""
    sub_reason: Annotated[str, Field(max_length=200)] = ""
    reason: Annotated[str, Field(max_length=300)] = ""
    note: Annotated[str, Field(max_length=20_000)] = ""
    returns_on: dt.date | None = None
    override: Annotated[str, Field(max_length=300)] = ""


class DecisionOut(Schema):
    """One decision as it was taken; `via` tells how it came, `contradiction` why it does not agree with the regulation."""

    id: int
    lead_id: int
    at: dt.datetime
    author_id: int | None
    seller_id: int | None
    via: str
    outcome: str
    regulation: int | None
    clause: str | None
    sub_reason: str
    reason: str
    note: str
    returns_on: dt.date | None
    result: str
    points: int
    verdict: list[Any]
    attempts: int
    contradiction: str
    override: str

    @staticmethod
    def resolve_regulation(decision: Decision) -> int | None:
        return decision.regulation.number if decision.regulation else None

    @staticmethod
    def resolve_clause(decision: Decision) -> str | None:
        return decision.clause.number if decision.clause else None


class ClauseSaidOut(Schema):
    """What one criterion says of a lead; `holds` is null where not enough is known."""

    number: str
    text: str
    holds: bool | None
    value: Any
    is_required: bool
    weight: int


class AttemptsOut(Schema):
    count: int
    days: int
    is_reached: bool
    count_needed: int | None
    days_needed: int | None


class VerdictOut(Schema):
    """What the version in force at a lead's arrival says of it now; nothing where there was none."""

    regulation: int | None
    result: str
    points: int
    threshold: int | None
    clauses: list[ClauseSaidOut]
    attempts: AttemptsOut


@router.get("/leads/{int:pk}/decisions", response=Page[DecisionOut], summary="Decisions on a lead",
            openapi_extra=parameters_of())  # fmt: skip
def list_decisions(request: HttpRequest, pk: int) -> Any:
    """List every decision on a lead in the order they were taken; none is ever changed."""
    user = reader(request, Right.SEE_PEOPLE).user
    return page_of(request, _decisions(user).filter(lead=_lead(user, pk)), is_sourced=False)


@router.post("/leads/{int:pk}/decisions", response={201: DecisionOut}, summary="Decide on a lead")
def decide(request: HttpRequest, pk: int, body: DecisionIn, response: HttpResponse) -> Any:
    """Qualify, warm up or reject a lead by the version in force at its arrival; `If-Match` takes the tag of the lead."""
    caller, said = writer(request, Right.WRITE_SALES), body.model_dump(exclude={"clause"})
    with transaction.atomic():
        lead = locked(visible_leads(caller.user), pk, if_match=request.headers.get("If-Match", ""))
        try:
            made = decide_lead(
                lead=lead, author=caller.user, now=timezone.now(), clause=_cited(lead, body.clause), **said
            )
        except DecisionRefused as refused:
            raise decision_problem(lead, refused) from None
        response["ETag"] = etag_of(lead)
    return Status(201, _decisions(caller.user).get(pk=made.pk))


@router.get("/leads/{int:pk}/verdict", response=VerdictOut, summary="What the regulation says of a lead")
def verdict(request: HttpRequest, pk: int) -> Any:
    """Say clause by clause what the version in force at the lead's arrival says of it, and how often it was called."""
    lead = _lead(reader(request, Right.SEE_PEOPLE).user, pk)
    check_parameters(request, ())
    judged, attempts = judged_lead(lead), attempts_of(lead)
    agreed = judged.regulation if judged else None
    tried = {
        "count": attempts.count, "days": attempts.days, "is_reached": attempts.is_reached,
        "count_needed": agreed.attempts_needed if agreed else None,
        "days_needed": agreed.attempts_days if agreed else None,
    }  # fmt: skip
    if judged is None:
        return {"regulation": None, "result": "", "points": 0, "threshold": None, "clauses": [], "attempts": tried}
    fields, clauses = asked_fields(), {one.number: one for one in judged.regulation.clauses.all()}
    said = [
        {
            "number": one.number, "text": wording(clauses[one.number], fields), "holds": one.holds,
            "value": judged.facts.get(one.criterion.field.key), "is_required": one.criterion.is_required,
            "weight": one.criterion.weight,
        }
        for one in judged.verdict.clauses
    ]  # fmt: skip
    return {
        "regulation": judged.regulation.number, "result": judged.verdict.result.value, "points": judged.verdict.points,
        "threshold": judged.regulation.threshold, "clauses": said, "attempts": tried,
    }  # fmt: skip


def _lead(user: User, pk: int) -> Lead:
    lead: Lead = found(visible_leads(user), pk)
    return lead


def _decisions(user: User) -> QuerySet[Decision]:
    return visible_decisions(user).select_related("regulation", "clause")


def _cited(lead: Lead, number: str) -> Clause | None:
    """The clause of the version the lead is judged by. Raises: DecisionRefused for a number it does not have."""
    if not number:
        return None
    regulation = regulation_for(lead.created_at)
    found = regulation.clauses.select_related("regulation").filter(number=number).first() if regulation else None
    if found is None:
        raise DecisionRefused("foreign_clause")
    return found
