"""Short lists over the API that other calls name ids of: stages, colleagues, objections; and who is never to be targeted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import PLAIN_PARAMETERS, Narrow, page_of, parameters_of
from onegoal.apps.company.models import Pipeline, Stage
from onegoal.apps.regulation.queries import visible_suppressions
from onegoal.apps.sales.models import Objection

router = Router(tags=["lists"])
_OF_STAGES = (Narrow("pipeline", "pipeline", tuple(Pipeline.values)),)
_PLAIN = {"parameters": PLAIN_PARAMETERS}


class StageOut(Schema):
    """A stage of leads or deals; `kind` is its meaning, `position` its place in the order."""

    id: int
    pipeline: str
    name: str
    kind: str
    position: int


class ColleagueOut(Schema):
    id: int
    name: str
    role: str
    team_id: int | None
    is_active: bool


class ObjectionOut(Schema):
    id: int
    name: str
    is_active: bool


class SuppressionOut(Schema):
    """A person who is never to be targeted, since when and why."""

    id: int
    person_id: int
    reason: str
    author_id: int | None
    created_at: dt.datetime


@router.get("/stages", response=Page[StageOut], summary="Stages", openapi_extra=parameters_of(_OF_STAGES))
def list_stages(request: HttpRequest) -> Any:
    """List the stages of leads and deals."""
    reader(request, Right.SEE_PEOPLE)
    return page_of(request, Stage.objects.all(), is_sourced=False, narrows=_OF_STAGES)


@router.get("/colleagues", response=Page[ColleagueOut], summary="Colleagues", openapi_extra=_PLAIN)
def list_colleagues(request: HttpRequest) -> Any:
    """List the people of the company, whose ids records carry."""
    reader(request, Right.SEE_PEOPLE)
    return page_of(request, User.objects.all(), is_sourced=False)


@router.get("/objections", response=Page[ObjectionOut], summary="Objections", openapi_extra=_PLAIN)
def list_objections(request: HttpRequest) -> Any:
    """List what buyers object, as the company names it."""
    reader(request, Right.SEE_PEOPLE)
    return page_of(request, Objection.objects.all(), is_sourced=False)


@router.get("/suppressed", response=Page[SuppressionOut], summary="Who is never to be targeted", openapi_extra=_PLAIN)
def list_suppressed(request: HttpRequest) -> Any:
    """List who is on the list now; those taken off it are not shown."""
    user = reader(request, Right.SEE_SUPPRESSED).user
    return page_of(request, visible_suppressions(user).filter(lifted_at=None), is_sourced=False)
