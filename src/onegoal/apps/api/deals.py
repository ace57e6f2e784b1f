"""The deal board over the API: moves, the contract, the payment schedule."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In, Minor
from onegoal.apps.api.listing import found
from onegoal.apps.api.outgoing import DealOut
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.records import worked
from onegoal.apps.api.writes import etag_of, locked
from onegoal.apps.board.queries.deals import Schedule, schedule_of
from onegoal.apps.board.services import move_deal, set_schedule, sign_contract
from onegoal.apps.company.models import Pipeline, Stage
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.queries import visible_deals
from onegoal.core.payment_schedule import MOST_PARTS, Part

router = Router(tags=["deals"])


class MoveIn(In):
    """Where a deal goes; `seen_stage_id` is where the caller saw it (0: in no stage), so that nobody is overtaken."""

    stage_id: StrictInt
    seen_stage_id: StrictInt | None = None
    reason: Annotated[str, Field(max_length=300)] = ""


class ContractIn(In):
    number: Annotated[str, Field(max_length=120)]
    signed_on: dt.date


class PartIn(In):
    due_on: dt.date
    amount_minor: Minor


class ScheduleIn(In):
    """The parts that are not paid yet; the last one takes what lacks of the price."""

    parts: Annotated[list[PartIn], Field(max_length=MOST_PARTS)]


class PartOut(Schema):
    id: int
    due_on: dt.date
    amount_minor: int
    currency: str


class ScheduleOut(Schema):
    """A deal's schedule against its price: `paid` of its parts are covered by the money received."""

    parts: list[PartOut]
    paid: int
    received_minor: int
    total_minor: int
    adds_up: bool


@router.post("/deals/{int:pk}/move", response=DealOut, summary="Move a deal to another stage")
def move(request: HttpRequest, pk: int, body: MoveIn, response: HttpResponse) -> Any:
    """Move a deal by the rules of the board: required fields, reservation, a reason for a loss, a contract to sign."""
    user = writer(request, Right.WRITE_SALES).user
    with transaction.atomic():
        deal = _locked(request, user, pk)
        stage = Stage.objects.filter(pipeline=Pipeline.DEAL, pk=body.stage_id).first()
        if stage is None:
            raise Problem(422, "id_unknown", "There is no such record.", field="stage_id")
        move_deal(deal=deal, stage=stage, seen=body.seen_stage_id, reason=body.reason, author=user, now=timezone.now())
    return _deal(user, pk, response)


@router.post("/deals/{int:pk}/contract", response=DealOut, summary="Sign a deal's contract")
def sign(request: HttpRequest, pk: int, body: ContractIn, response: HttpResponse) -> Any:
    """Sign a deal with its product, price and schedule in one piece; 422 names all that is missing."""
    user = writer(request, Right.WRITE_SALES).user
    with transaction.atomic():
        deal = _locked(request, user, pk)
        sign_contract(deal=deal, number=body.number, signed_on=body.signed_on, now=timezone.now())
    return _deal(user, pk, response)


@router.get("/deals/{int:pk}/schedule", response=ScheduleOut, summary="A deal's payment schedule")
def read_schedule(request: HttpRequest, pk: int) -> Any:
    """Read the parts a buyer promised to pay."""
    user = reader(request, Right.SEE_PEOPLE).user
    check_parameters(request, ())
    return _schedule(schedule_of(found(visible_deals(user), pk)))


@router.put("/deals/{int:pk}/schedule", response=ScheduleOut, summary="Set a deal's payment schedule")
def put_schedule(request: HttpRequest, pk: int, body: ScheduleIn) -> Any:
    """Replace the parts that are not paid yet."""
    user = writer(request, Right.WRITE_SALES).user
    parts = [Part(one.due_on, one.amount_minor) for one in body.parts]
    with transaction.atomic():
        schedule, _rest = set_schedule(deal=_locked(request, user, pk), parts=parts, now=timezone.now())
    return _schedule(schedule)


def _locked(request: HttpRequest, user: User, pk: int) -> Deal:
    found: Deal = locked(visible_deals(user), pk, if_match=request.headers.get("If-Match", ""))
    return found


def _deal(user: User, pk: int, response: HttpResponse) -> Deal:
    deal: Deal = worked(visible_deals)(user).get(pk=pk)
    response["ETag"] = etag_of(deal)
    return deal


def _schedule(schedule: Schedule) -> dict[str, Any]:
    return {
        "parts": schedule.rows, "paid": schedule.paid, "received_minor": schedule.received,
        "total_minor": schedule.total, "adds_up": schedule.is_sound,
    }  # fmt: skip
