"""Feedback over the API: marks on leads, questions between the departments and their answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import AwareDatetime, Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In
from onegoal.apps.api.listing import add_detail, add_list, found, named, one_subject
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, page_of, parameters_of
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.writes import locked
from onegoal.apps.feedback.models import DepartmentQuestion, LeadMark
from onegoal.apps.feedback.queries import colleagues_of_sides, current_mark, other_side, sides_of, visible_questions
from onegoal.apps.feedback.services import answer_question, ask_department, mark_lead
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Lead, Objection
from onegoal.apps.sales.queries import visible_calls, visible_leads

router = Router(tags=["feedback"])
_NARROWS = (Narrow("side", "side", tuple(Side.values)), Narrow("lead_id", "lead_id"), Narrow("call_id", "call_id"))


class MarkIn(In):
    """How good a lead is, and what the buyer objects; what is left out stays, null takes it back."""

    quality: Literal["good", "fair", "bad"] | None = None
    objection_id: StrictInt | None = None


class MarkOut(Schema):
    """What somebody said of a lead; the current mark holds, the former ones stay on record."""

    id: int
    lead_id: int
    author_id: int | None
    quality: str
    objection_id: int | None
    objection: str | None
    at: dt.datetime
    is_current: bool

    @staticmethod
    def resolve_objection(mark: LeadMark) -> str | None:
        return mark.objection.name if mark.objection else None


class QuestionIn(In):
    """A question to a department, or to one of its people by name, about at most one lead, call or campaign."""

    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    due_at: AwareDatetime
    side: Literal["marketing", "sales"] | None = None
    addressee_id: StrictInt | None = None
    lead_id: StrictInt | None = None
    call_id: StrictInt | None = None
    campaign_id: StrictInt | None = None


class AnswerIn(In):
    answer: Annotated[str, Field(min_length=1, max_length=4_000)]


class QuestionOut(Schema):
    """A question of one department to the other; late when `due_at` has passed and nobody answered."""

    id: int
    side: str
    author_id: int
    addressee_id: int | None
    lead_id: int | None
    call_id: int | None
    campaign_id: int | None
    text: str
    asked_at: dt.datetime
    due_at: dt.datetime
    answer: str
    answered_by_id: int | None
    answered_at: dt.datetime | None


@router.get("/leads/{int:pk}/marks", response=Page[MarkOut], summary="Marks on a lead",
            openapi_extra=parameters_of())  # fmt: skip
def list_marks(request: HttpRequest, pk: int) -> Any:
    """List what was said of a lead, the former marks too."""
    lead = found(visible_leads(reader(request, Right.SEE_PEOPLE).user), pk)
    return page_of(request, LeadMark.objects.filter(lead=lead).select_related("objection"), is_sourced=False)


@router.post("/leads/{int:pk}/marks", response={200: MarkOut, 201: MarkOut}, summary="Mark a lead")
def mark(request: HttpRequest, pk: int, body: MarkIn) -> Any:
    """Say how good a lead is or what the buyer objects; 200 with the current mark when that is said already."""
    user, now = writer(request, Right.WRITE_SALES).user, timezone.now()
    said = body.model_dump(exclude_unset=True)
    if not said:
        raise Problem(422, "nothing_said", "Say how good the lead is, or what the buyer objects.")
    with transaction.atomic():
        lead = locked(visible_leads(user), pk)
        changes = _changes(lead, said)
        current = current_mark(lead)
        if not changes:
            return Status(200, current) if current else Status(201, mark_lead(lead=lead, author=user, now=now))
        return Status(201, mark_lead(lead=lead, author=user, now=now, **changes))


add_list(
    router, "/questions", visible_questions, QuestionOut, Right.GIVE_FEEDBACK, narrows=_NARROWS,
    summary="Questions between the departments", says="List the questions the caller asked or may answer.",
)  # fmt: skip
add_detail(
    router, "/questions", visible_questions, QuestionOut, Right.GIVE_FEEDBACK,
    summary="One question", says="Read one question with its answer.",
)  # fmt: skip


@router.post("/questions", response={201: QuestionOut}, summary="Ask the other department")
def ask(request: HttpRequest, body: QuestionIn) -> Any:
    """Ask a department, or one of its people by name."""
    user, now = writer(request, Right.GIVE_FEEDBACK).user, timezone.now()
    if body.due_at <= now:
        raise Problem(422, "past_date", "The answer is due in the past.", field="due_at")
    side = body.side or other_side(user)
    made = ask_department(
        side=side, author=user, text=body.text, due_at=body.due_at.astimezone(dt.UTC), now=now,
        addressee=_addressee(body.addressee_id, side), **_subject(user, body),
    )  # fmt: skip
    return Status(201, made)


@router.post("/questions/{int:pk}/answer", response=QuestionOut, summary="Answer a question")
def answer(request: HttpRequest, pk: int, body: AnswerIn) -> Any:
    """Answer for good; whoever comes second is told who was first."""
    user = writer(request, Right.GIVE_FEEDBACK).user
    question: DepartmentQuestion = found(visible_questions(user), pk)
    if question.side not in sides_of(user):
        raise Problem(403, "not_asked", "This question was put to the other department.")
    return answer_question(question=question, author=user, answer=body.answer, now=timezone.now())


def _changes(lead: Lead, said: dict[str, Any]) -> dict[str, Any]:
    """What differs from the current mark, as `mark_lead` takes it: said again, a thing would be taken back there."""
    current = current_mark(lead)
    changes: dict[str, Any] = {}
    if "quality" in said and (said["quality"] or "") != (current.quality if current else ""):
        changes["quality"] = said["quality"] or ""
    if "objection_id" in said:
        held = current.objection if current else None
        wanted = named(Objection.objects.all(), said["objection_id"], "objection_id")
        if wanted != held:
            changes["objection"] = wanted or held
    return changes


def _addressee(pk: int | None, side: str) -> User | None:
    addressee: User | None = named(colleagues_of_sides(), pk, "addressee_id")
    if addressee is not None and side not in sides_of(addressee):
        raise Problem(422, "other_side", "This colleague belongs to the other department.", field="addressee_id")
    return addressee


def _subject(user: User, body: QuestionIn) -> dict[str, Any]:
    rows = {"lead": visible_leads(user), "call": visible_calls(user), "campaign": Campaign.objects.all()}
    return one_subject(rows, body)
