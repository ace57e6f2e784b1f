"""Standings and contests over the API: values, places and progress; they do not claim skill."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictBool, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader, writer
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import found
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import check_parameters, page_of, parameter, parameters_of
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.wall.first_page import only_project
from onegoal.apps.wall.forms import ContestForm
from onegoal.apps.wall.models import Contest, Shows
from onegoal.apps.wall.queries.contests import Standing, standing_in, visible_contests
from onegoal.apps.wall.queries.month import sellers_in_month, teams_in_month
from onegoal.apps.wall.services.contests import call_off, call_on, note_prize_given, save_contest

router = Router(tags=["contests"])
WHOLE_BP = 10_000


class EntryIn(In):
    """Who takes part, a person or a team, and what their result counts times, in hundredths of a per cent."""

    id: StrictInt
    handicap_bp: Annotated[StrictInt, Field(ge=1, le=1_000_000)] = WHOLE_BP


class ContestIn(In):
    """A contest over a figure of the catalogue.

    `minimum` is in whole numbers, minor units of money or hundredths of a per cent; `prizes` by place.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    metric: Annotated[str, Field(max_length=60)]
    starts_on: dt.date
    ends_on: dt.date
    between: Literal["people", "teams"] = "people"
    entrants: Annotated[list[EntryIn], Field(min_length=2, max_length=200)]
    per_person: StrictBool = False
    minimum: Annotated[StrictInt, Field(ge=0, le=10**15)] | None = None
    shows: Literal["value", "progress", "rank"] = "value"
    note: Annotated[str, Field(max_length=2_000)] = ""
    project: Annotated[str, Field(max_length=200)] = ""
    product_type: Annotated[str, Field(max_length=120)] = ""
    channel: Annotated[str, Field(max_length=120)] = ""
    prizes: dict[Annotated[str, Field(pattern="^[1-9]$")], Annotated[str, Field(max_length=200)]] = {}


class PrizeGivenIn(In):
    is_given: StrictBool = True


class PrizeOut(Schema):
    id: int
    place: int
    text: str
    given_at: dt.datetime | None


class ContestOut(Schema):
    """A contest; settled at `closed_at`, called off at `cancelled_at`."""

    id: int
    name: str
    metric: str
    where: list[tuple[str, str]]
    starts_on: dt.date
    ends_on: dt.date
    is_between_teams: bool
    per_person: bool
    minimum: int | None
    shows: str
    note: str
    closed_at: dt.datetime | None
    cancelled_at: dt.datetime | None
    prizes: list[PrizeOut]

    @staticmethod
    def resolve_prizes(contest: Contest) -> list[Any]:
        return list(contest.prizes.all())


class PlaceOut(Schema):
    """One line; what the contest does not show is null. Who `is_short` of the minimum wins no prize."""

    user_id: int | None
    team_id: int | None
    name: str
    handicap_bp: int
    place: int | None
    value: float | None
    points: float | None
    progress: float | None
    is_short: bool
    prize: str | None


class WholeContestOut(ContestOut):
    standings: list[PlaceOut]

    @staticmethod
    def resolve_standings(contest: Any) -> list[Any]:
        return [_line(one) for one in contest.told]


class StandingOut(Schema):
    """One line of the month: place and progress against the own share of the plan."""

    name: str
    place: int | None
    progress: float | None


class StandingsOut(Schema):
    """The month so far by signed contracts; empty for somebody limited to several projects."""

    month: dt.date
    by: str
    lines: list[StandingOut]


@router.get("/standings", response=StandingsOut, summary="Standings of the month", openapi_extra={"parameters": [
    parameter("by", type="string", enum=["seller", "team"], default="seller")]})  # fmt: skip
def read_standings(request: HttpRequest) -> Any:
    """Read the standings of sellers or teams as the first page shows them."""
    user = figures_reader(request, Right.SEE_GOAL).user
    check_parameters(request, ("by",))
    by = request.GET.get("by", "seller")
    if by not in ("seller", "team"):
        raise Problem(400, "parameter_not_valid", "by must be one of seller, team.", field="by")
    today, standings = timezone.localdate(), sellers_in_month if by == "seller" else teams_in_month
    project, is_one_scope = only_project(user)
    lines = standings(today, shows=Shows.PROGRESS, project=project) if is_one_scope else []
    return {
        "month": today.replace(day=1), "by": by,
        "lines": [{"name": one.key, "place": one.place, "progress": number(one.progress)} for one in lines],
    }  # fmt: skip


@router.get("/contests", response=Page[ContestOut], summary="Contests", openapi_extra=parameters_of())
def list_contests(request: HttpRequest) -> Any:
    """List the contests that run, come and were; those over costs only for those who may see costs."""
    return page_of(request, visible_contests(figures_reader(request, Right.SEE_GOAL).user), is_sourced=False)


@router.get("/contests/{int:pk}", response=WholeContestOut, summary="One contest with its standings")
def read_contest(request: HttpRequest, pk: int) -> Any:
    """Read where everybody stands today; of a contest that is over, the result as it was settled."""
    user = figures_reader(request, Right.SEE_GOAL).user
    check_parameters(request, ())
    contest = found(visible_contests(user), pk)
    contest.told = standing_in(contest, today=timezone.localdate())
    return contest


@router.post("/contests", response={201: ContestOut}, summary="Agree on a contest")
def make(request: HttpRequest, body: ContestIn) -> Any:
    """Agree on a contest between people or teams."""
    return Status(201, _saved(writer(request, Right.SET_CONTESTS).user, Contest(), body))


@router.put("/contests/{int:pk}", response=ContestOut, summary="Change a contest")
def put_contest(request: HttpRequest, pk: int, body: ContestIn) -> Any:
    """Replace the terms of a contest that is not settled yet."""
    user = writer(request, Right.SET_CONTESTS).user
    return _saved(user, found(visible_contests(user), pk), body)


@router.post("/contests/{int:pk}/call-off", response=ContestOut, summary="Call a contest off")
def off(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Call a contest off: it stays in the list, nobody wins."""
    user = writer(request, Right.SET_CONTESTS).user
    call_off(contest=found(visible_contests(user), pk), now=timezone.now())
    return found(visible_contests(user), pk)


@router.post("/contests/{int:pk}/call-on", response=ContestOut, summary="Let a contest go on")
def on(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Let a contest go on that was called off."""
    user = writer(request, Right.SET_CONTESTS).user
    call_on(contest=found(visible_contests(user), pk), now=timezone.now())
    return found(visible_contests(user), pk)


@router.post("/contests/{int:pk}/prizes/{int:prize}", response=PrizeOut, summary="Hand a prize over")
def hand_over(request: HttpRequest, pk: int, prize: int, body: PrizeGivenIn) -> Any:
    """Note that a prize was handed over, or that it was not."""
    contest: Contest = found(visible_contests(writer(request, Right.SET_CONTESTS).user), pk)
    note_prize_given(prize=found(contest.prizes.all(), prize), is_given=body.is_given, now=timezone.now())
    return found(contest.prizes.all(), prize)


def number(value: Any) -> float | None:
    """Return an exact fraction as a plain number."""
    return None if value is None else float(value)


def _saved(user: User, contest: Contest, body: ContestIn) -> Contest:
    form = ContestForm(_as_form(body), instance=contest, user=user)
    refuse_form(form)
    terms = form.instance
    terms.where, terms.minimum = form.where(), body.minimum
    chosen = {entry.who.pk for entry in form.entries()}
    for place, one in enumerate(body.entrants):
        if one.id not in chosen:
            raise Problem(422, "id_unknown", "There is no such record.", field=f"entrants.{place}.id")
    saved = save_contest(
        contest=terms, entries=form.entries(), prizes=form.prize_texts(), author=user, now=timezone.now()
    )
    kept: Contest = found(visible_contests(user), saved.pk)
    return kept


def _as_form(body: ContestIn) -> dict[str, Any]:
    """What the form of the screen would send."""
    kind = "team" if body.between == "teams" else "user"
    plain = body.model_dump(exclude={"between", "entrants", "minimum", "prizes"})
    data: dict[str, Any] = plain | {"is_between_teams": kind == "team", "minimum": ""}
    data |= {f"prize_{place}": text for place, text in body.prizes.items()}
    for one in body.entrants:
        data[f"{kind}_{one.id}"] = True
        data[f"times_{kind}_{one.id}"] = str(Decimal(one.handicap_bp) / WHOLE_BP)
    return data


def _line(one: Standing) -> dict[str, Any]:
    return {
        "user_id": one.entrant.user_id, "team_id": one.entrant.team_id, "name": str(one.entrant),
        "handicap_bp": one.entrant.handicap_bp, "place": one.place, "value": number(one.value),
        "points": number(one.points), "progress": number(one.progress), "is_short": one.is_short,
        "prize": one.prize.text if one.prize else None,
    }  # fmt: skip
