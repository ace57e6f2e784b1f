"""The shared KPI over the API: what it consists of, what it has reached and will, and how it is agreed and changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import figures_reader, writer
from onegoal.apps.api.control import PaceOut, pace_document
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import found
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of, parameters_of
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.control.queries.pace import pace_of
from onegoal.apps.goal.forms import ScopeForm
from onegoal.apps.goal.models import KpiState, KpiVersion, SharedKpi
from onegoal.apps.goal.queries import attainment_of, fact_of, terms_of, version_of_day, visible_kpis
from onegoal.apps.goal.services import (
    activate_kpi,
    change_draft,
    delete_draft,
    draft_kpi,
    end_kpi,
    propose_change,
    renew_kpi,
    resume_kpi,
    sign_change,
    withdraw_change,
)
from onegoal.apps.goal.views.common import counted_until
from onegoal.apps.regulation.models import Side
from onegoal.apps.regulation.services.signing import RIGHT_OF_SIDE
from onegoal.core.shared_kpi import Part, PartAttainment, Terms, mix_lines

router = Router(tags=["goal"])
Share = Annotated[StrictInt, Field(ge=0, le=10_000)]
_NARROWS = (Narrow("state", "state", tuple(KpiState.values)), Narrow("project_id", "project_id"))
_ACTIONS: Mapping[str, Any] = {"activate": activate_kpi, "end": end_kpi, "resume": resume_kpi}


class PartIn(In):
    """One part: its target in deals or minor units (none for the mix), weight and cap in hundredths of a per cent."""

    kind: Literal["deals", "average_price", "mix", "cash"]
    weight_bp: Share
    target: Annotated[StrictInt, Field(gt=0, le=10**15)] | None = None
    cap_bp: Annotated[StrictInt, Field(ge=0, le=10**7)] | None = None


class TermsIn(In):
    """What a KPI consists of; `mix` are the planned shares of product types in hundredths of a per cent."""

    parts: Annotated[list[PartIn], Field(max_length=4)]
    mix: Annotated[dict[Annotated[str, Field(min_length=1, max_length=120)], Share], Field(max_length=200)] = {}

    def terms(self) -> Terms:
        """Return the terms as the services take them."""
        parts = (Part(one.kind, one.target, one.weight_bp, one.cap_bp) for one in self.parts)
        return Terms(tuple(parts), self.mix)


class KpiIn(TermsIn):
    """A draft of the company (no project) or a project, for whole days; `country` is whose holidays are free."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    starts_on: dt.date
    ends_on: dt.date
    owner_id: StrictInt
    project_id: StrictInt | None = None
    country: Annotated[str, Field(max_length=2)] = ""


class ChangeIn(TermsIn):
    """A change of a running KPI, with the reason both departments sign for."""

    reason: Annotated[str, Field(max_length=2_000)]


class SideIn(In):
    """For which department one signs."""

    side: Literal["marketing", "sales"]


class SignatureOut(Schema):
    side: str
    user_id: int
    signed_at: dt.datetime


class KpiPartOut(Schema):
    kind: str
    weight_bp: int
    target: int | None
    cap_bp: int | None


class KpiVersionOut(Schema):
    """One version of a KPI; with `in_force_from` empty it waits for signatures, or with its draft."""

    id: int
    number: int
    reason: str
    author_id: int | None
    created_at: dt.datetime
    in_force_from: dt.datetime | None
    withdrawn_at: dt.datetime | None
    parts: list[KpiPartOut]
    mix: dict[str, int]
    signatures: list[SignatureOut]

    @staticmethod
    def resolve_parts(version: KpiVersion) -> list[Any]:
        return list(version.parts.all())

    @staticmethod
    def resolve_mix(version: KpiVersion) -> dict[str, int]:
        return {one.product_type: one.share_bp for one in version.mix.all()}

    @staticmethod
    def resolve_signatures(version: KpiVersion) -> list[Any]:
        return list(version.signatures.all())


class KpiOut(Schema):
    """The KPI of the company or of a project for a period."""

    id: int
    name: str
    project_id: int | None
    starts_on: dt.date
    ends_on: dt.date
    country: str
    owner_id: int
    state: str
    author_id: int | None
    created_at: dt.datetime
    activated_at: dt.datetime | None
    ended_at: dt.datetime | None


class AttainedPartOut(Schema):
    """What one part reached: `raw` is fact over target, `counted` that within its cap, `points` what it adds to the total."""

    kind: str
    target: int | None
    fact: float | None
    raw: float
    counted: float
    weight_bp: int
    points: float


class MixOut(Schema):
    """A product type: planned share, deals sold, and their share."""

    product_type: str
    planned: float
    sold: int
    share: float | None


class AttainmentOut(Schema):
    """What was reached by the end of `until`, as a share of the goal."""

    until: dt.date
    total: float
    parts: list[AttainedPartOut]
    mix: list[MixOut]


class WholeKpiOut(KpiOut):
    version: KpiVersionOut | None
    attainment: AttainmentOut
    pace: PaceOut | None


@router.get("/kpis", response=Page[KpiOut], summary="Shared KPIs", openapi_extra=parameters_of(_NARROWS))
def list_kpis(request: HttpRequest) -> Any:
    """List the KPIs the caller works for; drafts only for those who work on them."""
    user = figures_reader(request, Right.SEE_GOAL).user
    return page_of(request, visible_kpis(user), is_sourced=False, narrows=_NARROWS)


@router.get("/kpis/{int:pk}", response=WholeKpiOut, summary="One KPI with attainment, pace and forecast")
def read_kpi(request: HttpRequest, pk: int) -> Any:
    """Read what a KPI consists of, what it has reached by part, its pace, and its forecast day by day."""
    user = figures_reader(request, Right.SEE_GOAL).user
    check_parameters(request, ())
    return _whole(found(visible_kpis(user), pk))


@router.get("/kpis/{int:pk}/versions", response=Page[KpiVersionOut], summary="Versions of a KPI",
            openapi_extra=parameters_of())  # fmt: skip
def list_kpi_versions(request: HttpRequest, pk: int) -> Any:
    """List every version with its reason and signatures; none is ever rewritten."""
    kpi = found(visible_kpis(figures_reader(request, Right.SEE_GOAL).user), pk)
    rows = kpi.versions.prefetch_related("parts", "mix", "signatures")
    return page_of(request, rows, is_sourced=False)


@router.post("/kpis", response={201: KpiOut}, summary="Draft a KPI")
def draft(request: HttpRequest, body: KpiIn) -> Any:
    """Write a draft; its terms need not be complete before it is activated."""
    user = writer(request, Right.SET_GOAL).user
    return Status(201, draft_kpi(terms=body.terms(), author=user, now=timezone.now(), **_scope(user, body)))


@router.put("/kpis/{int:pk}", response=KpiOut, summary="Change a draft")
def put_draft(request: HttpRequest, pk: int, body: KpiIn) -> Any:
    """Replace what a draft says."""
    user = writer(request, Right.SET_GOAL).user
    kpi = found(visible_kpis(user), pk)
    return change_draft(kpi=kpi, terms=body.terms(), now=timezone.now(), **_scope(user, body))


@router.delete("/kpis/{int:pk}", response={204: None}, summary="Delete a draft")
def delete(request: HttpRequest, pk: int) -> Any:
    """Delete a draft for good; a KPI that was active stays as history."""
    delete_draft(kpi=found(visible_kpis(writer(request, Right.SET_GOAL).user), pk), now=timezone.now())
    return Status(204, None)


def _add_action(name: str, summary: str, says: str) -> None:
    def act(request: HttpRequest, pk: int, body: NoBody) -> Any:
        kpi = found(visible_kpis(writer(request, Right.SET_GOAL).user), pk)
        return _ACTIONS[name](kpi=kpi, now=timezone.now())

    act.__name__, act.__doc__ = f"{name}_kpi", says
    router.post(f"/kpis/{{int:pk}}/{name}", response=KpiOut, summary=summary)(act)


_add_action(
    "activate", "Activate a KPI", "Make a draft the one KPI of its scope and period; 409 names the one it meets."
)
_add_action("end", "End a KPI", "End an active KPI; a change that waits for signatures goes with it.")
_add_action("resume", "Take a KPI up again", "Take an ended KPI up again, unless another one holds meanwhile.")


@router.post("/kpis/{int:pk}/renew", response={201: KpiOut}, summary="Copy a KPI to the next period")
def renew(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Copy a KPI into a draft for the next period of the same length."""
    user = writer(request, Right.SET_GOAL).user
    return Status(201, renew_kpi(kpi=found(visible_kpis(user), pk), author=user, now=timezone.now()))


@router.post("/kpis/{int:pk}/changes", response={201: KpiVersionOut}, summary="Propose a change of a running KPI")
def propose(request: HttpRequest, pk: int, body: ChangeIn) -> Any:
    """Write a change that waits for the signatures of both departments."""
    user = writer(request, Right.SET_GOAL).user
    kpi = found(visible_kpis(user), pk)
    made = propose_change(kpi=kpi, terms=body.terms(), reason=body.reason, author=user, now=timezone.now())
    return Status(201, made)


@router.post("/kpis/{int:pk}/changes/{int:version}/sign", response=KpiVersionOut, summary="Sign a change")
def sign(request: HttpRequest, pk: int, version: int, body: SideIn) -> Any:
    """Sign for a department; with the second signature, of another person, the change is in force."""
    user = writer(request, RIGHT_OF_SIDE[Side(body.side)]).user
    change = _version(user, pk, version)
    return sign_change(version=change, side=body.side, user=user, now=timezone.now())


@router.post("/kpis/{int:pk}/changes/{int:version}/withdraw", response=KpiVersionOut, summary="Take a change back")
def withdraw(request: HttpRequest, pk: int, version: int, body: NoBody) -> Any:
    """Take back a change that is not in force."""
    change = _version(writer(request, Right.SET_GOAL).user, pk, version)
    return withdraw_change(version=change, now=timezone.now())


def _version(user: User, pk: int, version: int) -> KpiVersion:
    kpi: SharedKpi = found(visible_kpis(user), pk)
    change: KpiVersion = found(kpi.versions.select_related("kpi"), version)
    return change


def _scope(user: User, body: KpiIn) -> dict[str, Any]:
    """What the form of the screen would send: name, scope, days, calendar and owner. Raises: Problem 422."""
    said = body.model_dump(include={"name", "starts_on", "ends_on", "country"})
    form = ScopeForm(said | {"project": body.project_id, "owner": body.owner_id}, user=user)
    refuse_form(form, project="project_id", owner="owner_id")
    return form.cleaned_data


def _whole(kpi: SharedKpi) -> dict[str, Any]:
    today = timezone.localdate()
    until = counted_until(kpi, today)
    version = version_of_day(kpi, until)
    pace = pace_of(kpi, today=until) if kpi.state != KpiState.DRAFT and kpi.starts_on <= until else None
    return {
        **KpiOut.from_orm(kpi).dict(),
        "version": version,
        "attainment": _attainment(kpi, version, until),
        "pace": pace_document(pace) if pace else None,
    }


def _attainment(kpi: SharedKpi, version: KpiVersion | None, until: dt.date) -> dict[str, Any]:
    reached, mix = attainment_of(kpi, until=until), terms_of(version).mix if version else {}
    lines = mix_lines(mix, fact_of(kpi, until=until).by_type) if mix else []
    return {
        "until": until, "total": float(reached.total), "parts": [_part(one) for one in reached.parts],
        "mix": [{"product_type": one.product_type, "planned": float(one.planned), "sold": one.sold,
                 "share": None if one.share is None else float(one.share)} for one in lines],
    }  # fmt: skip


def _part(part: PartAttainment) -> dict[str, Any]:
    return {
        "kind": part.kind, "target": part.target, "fact": None if part.fact is None else float(part.fact),
        "raw": float(part.raw), "counted": float(part.counted), "weight_bp": part.weight_bp, "points": float(part.points),
    }  # fmt: skip
