"""The joint plan over the API: plans, their scenarios, cells by the hundred, and how a scenario comes into force."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.goal import SideIn, SignatureOut
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import add_detail, add_list, found, named
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, page_of, parameters_of
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.planning.forms import NewPlanForm
from onegoal.apps.planning.models import PlannedMetric, PlanVersion, VersionState
from onegoal.apps.planning.queries.versions import cells_of, visible_plans, visible_versions
from onegoal.apps.planning.services.cells import CellsRefused, fault_of, set_cells
from onegoal.apps.planning.services.plans import add_version, make_plan, restore_version, withdraw_version
from onegoal.apps.planning.services.signing import propose_version, sign_version, take_back_version
from onegoal.apps.planning.words import refusal_words
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.core.plan_grid import Place

router = Router(tags=["plan"])
MOST_CELLS = 5_000
Name = Annotated[str, Field(max_length=200)]
Names = Annotated[list[Name], Field(max_length=200)]
_OF_VERSIONS = (Narrow("plan_id", "plan_id"), Narrow("state", "state", tuple(VersionState.values)))
_OF_CELLS = (Narrow("metric", "metric", tuple(PlannedMetric.values)),)
_ACTIONS: Mapping[str, Any] = {"take-back": take_back_version, "withdraw": withdraw_version, "restore": restore_version}


class PlanIn(In):
    """A plan of whole months (any day of them); what it is divided by is named as the company's figures name it."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    first_month: dt.date
    last_month: dt.date
    project_id: StrictInt | None = None
    projects: Names = []
    product_types: Names = []
    channels: Names = []


class PlanOut(Schema):
    """A joint plan; its figures stand in versions."""

    id: int
    name: str
    project_id: int | None
    first_month: dt.date
    last_month: dt.date
    projects: list[str]
    product_types: list[str]
    channels: list[str]
    author_id: int | None
    created_at: dt.datetime
    archived_at: dt.datetime | None


class ScenarioIn(In):
    """A new scenario: empty, or with the figures of another one of the same plan."""

    name: Annotated[str, Field(max_length=120)] = ""
    like_id: StrictInt | None = None


class OverrideOut(Schema):
    """Who let a red version pass, why, and the failed checks as they were told then."""

    author_id: int
    at: dt.datetime
    reason: str
    checks: list[Any]


class PlanVersionOut(Schema):
    """One scenario; `revision` counts its edits: send the one you have seen when you change cells."""

    id: int
    plan_id: int
    number: int
    name: str
    state: str
    copied_from_id: int | None
    revision: int
    author_id: int | None
    created_at: dt.datetime
    in_force_from: dt.datetime | None
    replaced_at: dt.datetime | None
    signatures: list[SignatureOut]
    overrides: list[OverrideOut]

    @staticmethod
    def resolve_signatures(version: PlanVersion) -> list[Any]:
        return list(version.signatures.all())

    @staticmethod
    def resolve_overrides(version: PlanVersion) -> list[Any]:
        return list(version.overrides.all())


class CellOut(Schema):
    """The smallest planned figure; an empty project, type or channel means "not divided". Money in minor units."""

    id: int
    month: dt.date
    metric: str
    project: str
    product_type: str
    channel: str
    value: int


class CellIn(In):
    """A cell and what it is to hold; null empties it."""

    month: dt.date
    metric: Annotated[str, Field(max_length=20)]
    value: StrictInt | None
    project: Name = ""
    product_type: Name = ""
    channel: Name = ""

    @property
    def place(self) -> Place:
        """Where the cell stands."""
        return Place(self.month.replace(day=1), self.metric, self.project, self.product_type, self.channel)


class CellsIn(In):
    """Cells to set, each once; cells that are not named stay. `revision` is what the caller has seen."""

    revision: StrictInt
    cells: Annotated[list[CellIn], Field(min_length=1, max_length=MOST_CELLS)]


class CellFateOut(Schema):
    """What became of one cell, in the order they were sent: changed, unchanged or rejected."""

    fate: str
    code: str
    message: str


class CellsOut(Schema):
    """How many cells were changed, the revision after that, and the fate of each."""

    revision: int
    changed: int
    unchanged: int
    rejected: int
    rows: list[CellFateOut]


class ProposalIn(In):
    """With a reason a red plan passes, by the name of one who may override."""

    reason: Annotated[str, Field(max_length=2_000)] = ""


def _versions(user: User) -> Any:
    return visible_versions(user).prefetch_related("signatures", "overrides")


add_list(
    router, "/plans", visible_plans, PlanOut, Right.SEE_PLAN, summary="Joint plans",
    says="List the plans the caller may see, those put aside too.",
)  # fmt: skip
add_detail(router, "/plans", visible_plans, PlanOut, Right.SEE_PLAN, summary="One plan", says="Read one plan.")
add_list(
    router, "/plan-versions", _versions, PlanVersionOut, Right.SEE_PLAN, narrows=_OF_VERSIONS,
    summary="Versions of plans", says="List the scenarios: drafts, those to be signed, in force, replaced, put aside.",
)  # fmt: skip
add_detail(
    router, "/plan-versions", _versions, PlanVersionOut, Right.SEE_PLAN, summary="One version of a plan",
    says="Read one scenario with its signatures and overrides.",
)  # fmt: skip


@router.post("/plans", response={201: PlanVersionOut}, summary="Make a plan")
def make(request: HttpRequest, body: PlanIn) -> Any:
    """Make a plan, and answer with its first scenario, still empty."""
    user, now = writer(request, Right.DRAFT_PLAN).user, timezone.now()
    said = body.model_dump(exclude={"project_id", "first_month", "last_month"}) | {"project": body.project_id}
    months = {name: getattr(body, name).isoformat() for name in ("first_month", "last_month")}
    form = NewPlanForm(said | months, user=user, today=timezone.localdate(now))
    refuse_form(form, project="project_id")
    names = ("name", "project", "first_month", "last_month", "projects", "product_types", "channels")
    made = make_plan(author=user, now=now, **{name: form.cleaned_data[name] for name in names})
    return Status(201, made)


@router.post("/plans/{int:pk}/versions", response={201: PlanVersionOut}, summary="Make a scenario")
def add_scenario(request: HttpRequest, pk: int, body: ScenarioIn) -> Any:
    """Make the next scenario of a plan, empty or copied."""
    user = writer(request, Right.DRAFT_PLAN).user
    plan = found(visible_plans(user), pk)
    like = named(visible_versions(user).filter(plan=plan), body.like_id, "like_id")
    return Status(201, add_version(plan=plan, author=user, now=timezone.now(), like=like, name=body.name))


@router.get("/plan-versions/{int:pk}/cells", response=Page[CellOut], summary="Cells of a version",
            openapi_extra=parameters_of(_OF_CELLS))  # fmt: skip
def list_cells(request: HttpRequest, pk: int) -> Any:
    """List the planned figures of a version; totals are their sums."""
    version = found(visible_versions(reader(request, Right.SEE_PLAN).user), pk)
    return page_of(request, version.cells.all(), is_sourced=False, narrows=_OF_CELLS)


@router.put("/plan-versions/{int:pk}/cells", response=CellsOut, summary="Set cells of a draft")
def put_cells(request: HttpRequest, pk: int, body: CellsIn) -> Any:
    """Set up to 5,000 cells, each with its fate; 409 when somebody has changed the draft since `revision`."""
    user = writer(request, Right.DRAFT_PLAN).user
    with transaction.atomic():
        version: PlanVersion = found(visible_versions(user), pk)
        held, codes = cells_of(version), _faults(version, body.cells)
        good = {cell.place: cell.value for cell, code in zip(body.cells, codes, strict=True) if not code}
        edit = set_cells(version=version, values=good, now=timezone.now(), revision=body.revision)
    rows = [_fate(cell, code, held) for cell, code in zip(body.cells, codes, strict=True)]
    counts = Counter(row["fate"] for row in rows)
    said = {fate: counts[fate] for fate in ("changed", "unchanged", "rejected")}
    return {"revision": edit.revision, **said, "rows": rows}


@router.post("/plan-versions/{int:pk}/propose", response=PlanVersionOut, summary="Ask both departments to sign")
def propose(request: HttpRequest, pk: int, body: ProposalIn) -> Any:
    """Freeze a draft to be signed; 422 with the failed checks where it is out of reach and nobody overrides it."""
    user = writer(request, Right.DRAFT_PLAN).user
    version = found(visible_versions(user), pk)
    return propose_version(version=version, author=user, now=timezone.now(), reason=body.reason)


@router.post("/plan-versions/{int:pk}/sign", response=PlanVersionOut, summary="Sign a version")
def sign(request: HttpRequest, pk: int, body: SideIn) -> Any:
    """Sign for a department; with the second signature, of another person, the version is in force."""
    user = writer(request, RIGHT_OF_SIDE[Side(body.side)]).user
    return sign_version(version=found(visible_versions(user), pk), side=body.side, user=user, now=timezone.now())


def _add_action(name: str, summary: str, says: str) -> None:
    def act(request: HttpRequest, pk: int, body: NoBody) -> Any:
        version = found(visible_versions(writer(request, Right.DRAFT_PLAN).user), pk)
        return _ACTIONS[name](version=version, now=timezone.now())

    act.__name__, act.__doc__ = f"{name}_version".replace("-", "_"), says
    router.post(f"/plan-versions/{{int:pk}}/{name}", response=PlanVersionOut, summary=summary)(act)


_add_action("take-back", "Take a proposal back", "Make a version that was to be signed a draft again; signatures go.")
_add_action("withdraw", "Put a draft aside", "Put a draft aside; it can be restored.")
_add_action("restore", "Take a version up again", "Make a version that was put aside a draft again.")


def _faults(version: PlanVersion, cells: list[CellIn]) -> list[str]:
    """Why each cell cannot be set; empty where it can. Of two for one place the second is at fault."""
    seen: set[Place] = set()
    codes = []
    for cell in cells:
        codes.append("twice" if cell.place in seen else fault_of(version.plan, cell.place, cell.value))
        seen.add(cell.place)
    return codes


def _fate(cell: CellIn, code: str, held: Mapping[Place, int]) -> dict[str, str]:
    if code:
        message = "This cell is named twice." if code == "twice" else refusal_words(CellsRefused(code, cell.place))
        return {"fate": "rejected", "code": code, "message": message}
    return {"fate": "unchanged" if held.get(cell.place) == cell.value else "changed", "code": "", "message": ""}
