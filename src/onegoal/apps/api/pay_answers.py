"""What is said about pay over the API: disputes with their answers, and adjustments that another person approves."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictBool, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import writer
from onegoal.apps.api.incoming import In, Minor, NoBody
from onegoal.apps.api.listing import add_list, found, named
from onegoal.apps.api.pages import Narrow
from onegoal.apps.pay.models import Adjustment, Dispute, DisputeState
from onegoal.apps.pay.queries.adjustments import visible_adjustments
from onegoal.apps.pay.queries.statements import visible_disputes, visible_runs, visible_statements
from onegoal.apps.pay.services import (
    adjust,
    answer_dispute,
    approve_adjustment,
    raise_dispute,
    refuse_adjustment,
    withdraw_dispute,
)
from onegoal.apps.pay.words import adjustment_words

router = Router(tags=["pay"])
Words = Annotated[str, Field(min_length=1, max_length=4_000)]
_OF_DISPUTES = (Narrow("state", "state", tuple(DisputeState.values)), Narrow("statement_id", "statement_id"))
_OF_ADJUSTMENTS = (Narrow("user_id", "user_id"), Narrow("corrects_id", "corrects_id"))


class DisputeIn(In):
    """What is wrong with the own statement, or with one of its lines by its name."""

    text: Words
    line_name: Annotated[str, Field(max_length=200)] = ""


class DisputeAnswerIn(In):
    """An accepted dispute may bring an amount, which another person approves."""

    accepted: StrictBool
    answer: Words
    amount_minor: Minor = 0


class AdjustmentIn(In):
    """An amount for somebody's next pay (negative takes off), why, and perhaps the locked run it corrects."""

    user_id: StrictInt
    amount_minor: Minor
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    corrects_id: StrictInt | None = None


class VerdictIn(In):
    decision: Literal["approved", "refused"]


class DisputeOut(Schema):
    id: int
    statement_id: int
    line_name: str
    text: str
    state: str
    raised_at: dt.datetime
    answer: str
    answered_by_id: int | None
    answered_at: dt.datetime | None
    adjustment_id: int | None


class AdjustmentOut(Schema):
    """An amount that goes into the next run; `reason_code` is by_hand, dispute, cancelled_deal or late_fact."""

    id: int
    user_id: int
    amount_minor: int
    reason_code: str
    reason: str
    message: str
    corrects_id: int | None
    deal_id: int | None
    author_id: int | None
    created_at: dt.datetime
    approved_by_id: int | None
    approved_at: dt.datetime | None
    refused_at: dt.datetime | None

    @staticmethod
    def resolve_message(adjustment: Adjustment) -> str:
        return adjustment_words(adjustment)


add_list(
    router, "/disputes", visible_disputes, DisputeOut, Right.SEE_OWN_PAY, narrows=_OF_DISPUTES, summary="Disputes",
    says="List the disputes about statements the caller may see.",
)  # fmt: skip
add_list(
    router, "/adjustments", visible_adjustments, AdjustmentOut, Right.SEE_OWN_PAY, narrows=_OF_ADJUSTMENTS,
    summary="Adjustments of pay", says="List the own approved adjustments; with the right to see pay, everybody's.",
)  # fmt: skip


@router.post("/statements/{int:pk}/disputes", response={201: DisputeOut}, summary="Dispute the own statement")
def dispute(request: HttpRequest, pk: int, body: DisputeIn) -> Any:
    """Say what is wrong with the own statement of a locked month."""
    user = writer(request, Right.SEE_OWN_PAY).user
    statement = found(visible_statements(user).filter(user=user), pk)
    made = raise_dispute(
        statement=statement, user=user, text=body.text, line_name=body.line_name, now=timezone.now()
    )  # fmt: skip
    return Status(201, made)


@router.post("/disputes/{int:pk}/answer", response=DisputeOut, summary="Answer a dispute")
def answer(request: HttpRequest, pk: int, body: DisputeAnswerIn) -> Any:
    """Accept or refuse a dispute, in words."""
    user = writer(request, Right.DRAFT_PAY).user
    return answer_dispute(
        dispute=found(visible_disputes(user), pk), accepted=body.accepted, answer=body.answer, user=user,
        now=timezone.now(), amount_minor=body.amount_minor if body.accepted else 0,
    )  # fmt: skip


@router.post("/disputes/{int:pk}/withdraw", response=DisputeOut, summary="Take the own dispute back")
def withdraw(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Take the own dispute back before it is answered."""
    user = writer(request, Right.SEE_OWN_PAY).user
    own: Dispute = found(visible_disputes(user).filter(statement__user=user), pk)
    return withdraw_dispute(dispute=own, user=user, now=timezone.now())


@router.post("/adjustments", response={201: AdjustmentOut}, summary="Propose an adjustment")
def propose(request: HttpRequest, body: AdjustmentIn) -> Any:
    """Propose an amount for somebody's next pay; another person approves it."""
    user = writer(request, Right.DRAFT_PAY).user
    made = adjust(
        user=named(User.objects.all(), body.user_id, "user_id"), amount_minor=body.amount_minor, reason=body.reason,
        corrects=named(visible_runs(user), body.corrects_id, "corrects_id"), author=user, now=timezone.now(),
    )  # fmt: skip
    return Status(201, made)


@router.post("/adjustments/{int:pk}/decision", response=AdjustmentOut, summary="Approve or refuse an adjustment")
def decide(request: HttpRequest, pk: int, body: VerdictIn) -> Any:
    """Let an adjustment into the next run that is computed, or decide that it is not paid."""
    user = writer(request, Right.APPROVE_PAY).user
    act = approve_adjustment if body.decision == "approved" else refuse_adjustment
    return act(adjustment=found(visible_adjustments(user), pk), user=user, now=timezone.now())
