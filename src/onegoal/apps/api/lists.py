"""Short lists over the API that other calls name ids of: stages, colleagues, objections; and who is never to be targeted."""

from __future__ import annotations

import datetime as dt

from ninja import Router, Schema

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.listing import add_list
from onegoal.apps.api.pages import Narrow
from onegoal.apps.company.models import Pipeline, Stage
from onegoal.apps.regulation.queries import visible_suppressions
from onegoal.apps.sales.models import Objection

router = Router(tags=["lists"])
_OF_STAGES = (Narrow("pipeline", "pipeline", tuple(Pipeline.values)),)


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


add_list(
    router, "/stages", lambda _user: Stage.objects.all(), StageOut, Right.SEE_PEOPLE, narrows=_OF_STAGES,
    summary="Stages", says="List the stages of leads and deals.",
)  # fmt: skip
add_list(
    router, "/colleagues", lambda _user: User.objects.all(), ColleagueOut, Right.SEE_PEOPLE,
    summary="Colleagues", says="List the people of the company, whose ids records carry.",
)  # fmt: skip
add_list(
    router, "/objections", lambda _user: Objection.objects.all(), ObjectionOut, Right.SEE_PEOPLE,
    summary="Objections", says="List what buyers object, as the company names it.",
)  # fmt: skip
add_list(
    router, "/suppressed", lambda user: visible_suppressions(user).filter(lifted_at=None), SuppressionOut,
    Right.SEE_SUPPRESSED, summary="Who is never to be targeted",
    says="List who is on the list now; those taken off it are not shown.",
)  # fmt: skip
