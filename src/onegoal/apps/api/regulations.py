"""The regulation over the API: its versions and clauses, and what a version would have said of a period's leads."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.figures import read_day
from onegoal.apps.api.incoming import In
from onegoal.apps.api.listing import add_list
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.api.problems import Problem, not_found
from onegoal.apps.regulation import jobs
from onegoal.apps.regulation.fields import asked_fields
from onegoal.apps.regulation.models import Clause, Regulation, Trial
from onegoal.apps.regulation.queries import regulation_for, visible_regulations
from onegoal.apps.regulation.services import begin_trial, run_trial
from onegoal.apps.regulation.services.trials import digest_of
from onegoal.apps.regulation.views.what_if import AT_ONCE
from onegoal.apps.regulation.words import demand
from onegoal.core.periods import Period

router = Router(tags=["regulation"])
_RESULTS: Final = {1: "qualifies", 0: "unknown", -1: "fails"}


class RegulationOut(Schema):
    """One version; leads that came from `valid_from` on are judged by it, until a later one is in force."""

    id: int
    number: int
    title: str
    state: str
    threshold: int
    attempts_needed: int
    attempts_days: int
    note: str
    signed_at: dt.datetime | None
    valid_from: dt.datetime | None


class ClauseOut(Schema):
    """A criterion that leads are held against, or a reason for rejection; `demand` is a criterion as a sentence."""

    number: str
    kind: str
    text: str
    field: str
    operator: str
    value: Any
    weight: int
    is_required: bool
    sub_reasons: list[str]
    needs_attempts: bool
    suppresses: bool
    demand: str


class WholeRegulationOut(RegulationOut):
    is_in_force: bool
    clauses: list[ClauseOut]


class WhatIfIn(In):
    """The days whose leads are judged, both included."""

    start: dt.date = Field(alias="from")
    end: dt.date = Field(alias="to")


class ChangeOut(Schema):
    lead_id: int
    was: str
    now: str


class WhatIfOut(Schema):
    """A trial: `results` count what the version (`new`) and the one in force (`old`) say; `changes` are the leads that differ."""

    regulation: int
    against: int | None
    first_day: dt.date
    last_day: dt.date
    leads: int
    done: int
    is_done: bool
    is_broken: bool
    results: dict[str, Any]
    clauses: dict[str, Any]
    changes: list[ChangeOut]


add_list(
    router, "/regulations", visible_regulations, RegulationOut, Right.SEE_FIGURES,
    summary="Versions of the regulation", says="List the versions: drafts, signed ones, withdrawn ones.",
)  # fmt: skip


@router.get("/regulations/{int:number}", response=WholeRegulationOut, summary="One version with its clauses")
def read_regulation(request: HttpRequest, number: int) -> Any:
    """Read a version by the number it is cited by."""
    found = _find(reader(request, Right.SEE_FIGURES).user, number)
    check_parameters(request, ())
    fields, current = asked_fields(), regulation_for(timezone.now())
    clauses = [_clause(one, demand(one, fields) if one.field else "") for one in found.clauses.all()]
    is_in_force = current is not None and current.pk == found.pk
    return {**RegulationOut.from_orm(found).dict(), "is_in_force": is_in_force, "clauses": clauses}


@router.post("/regulations/{int:number}/what-if", response={200: WhatIfOut, 202: WhatIfOut},
             summary="Try a version on past leads")  # fmt: skip
def begin_what_if(request: HttpRequest, number: int, body: WhatIfIn) -> Any:
    """Judge the leads of a period by a version: 200 with the counts, 202 while a job still counts; then read it by GET."""
    user, now = writer(request, Right.DRAFT_REGULATION).user, timezone.now()
    found = _find(user, number)
    if body.start > body.end:
        raise Problem(422, "period_reversed", "The period ends before it begins.", field="to")
    trial = begin_trial(regulation=found, asker=user, period=Period(body.start, body.end), now=now)
    if trial.leads > AT_ONCE:
        jobs.run_trial_later.later(trial_id=trial.pk)
        return Status(202, _trial(trial))
    return Status(200, _trial(run_trial(trial=trial, clock=timezone.now)))


@router.get("/regulations/{int:number}/what-if", response=WhatIfOut, summary="How far a trial is, and its counts",
            openapi_extra={"parameters": [
                {"name": name, "in": "query", "required": True, "schema": {"type": "string", "format": "date"}}
                for name in ("from", "to")]})  # fmt: skip
def read_what_if(request: HttpRequest, number: int) -> Any:
    """Read the caller's trial of these clauses on these days; 404 when there is none."""
    user = reader(request, Right.DRAFT_REGULATION).user
    check_parameters(request, ("from", "to"))
    found = _find(user, number)
    days = {"first_day": read_day(request, "from"), "last_day": read_day(request, "to")}
    trial = Trial.objects.filter(regulation=found, asker=user, digest=digest_of(found), **days).first()
    if trial is None:
        raise not_found()
    return _trial(trial)


def _find(user: User, number: int) -> Regulation:
    found = visible_regulations(user).filter(number=number).first()
    if found is None:
        raise not_found()
    return found


def _clause(clause: Clause, said: str) -> dict[str, Any]:
    names = [name for name in ClauseOut.model_fields if name != "demand"]
    return {name: getattr(clause, name) for name in names} | {"demand": said}


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "regulation": trial.regulation.number, "against": trial.against.number if trial.against else None,
        "first_day": trial.first_day, "last_day": trial.last_day, "leads": trial.leads, "done": trial.done,
        "is_done": trial.done_at is not None, "is_broken": trial.is_broken, "results": trial.results,
        "clauses": trial.clauses,
        "changes": [{"lead_id": lead, "was": _RESULTS[was], "now": _RESULTS[now]} for lead, was, now in trial.changes],
    }  # fmt: skip
