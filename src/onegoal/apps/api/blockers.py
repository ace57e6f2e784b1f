"""Blockers over the API: raised, said more of, resolved; and all that hinders the goal, by estimated loss."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import add_list, found, named, one_subject
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of, page_of_lines, parameters_of
from onegoal.apps.api.problems import not_found
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.queries.blockers import may_manage, owners, visible_blockers, with_state
from onegoal.apps.control.queries.desk import Hindrance, losses
from onegoal.apps.control.services import blockers as services
from onegoal.apps.control.words_desk import sentence
from onegoal.apps.control.words_stakes import basis_words, stake_words
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.sales.queries import visible_deals, visible_leads

router = Router(tags=["control"])
Said = Annotated[str, Field(min_length=1, max_length=500)]
Where = Literal["touch", "lead", "qualified", "deal", "contract", "payment", "handover", "service"]
_NARROWS = (
    Narrow("state", "state", ("open", "late", "resolved")), Narrow("link", "link", tuple(Link.values)),
    Narrow("owner_id", "owner_id"), Narrow("lead_id", "lead_id"), Narrow("deal_id", "deal_id"),
)  # fmt: skip


class BlockerIn(In):
    """What hinders, where in the chain, and perhaps the lead, deal or campaign it is about."""

    text: Said
    link: Where
    lead_id: StrictInt | None = None
    deal_id: StrictInt | None = None
    campaign_id: StrictInt | None = None
    project_id: StrictInt | None = None


class BlockerPatch(In):
    """What is sent is changed: a sum named as the stake (minor units a month), or the share of what passes there, lost."""

    text: Said | None = None
    link: Where | None = None
    owner_id: StrictInt | None = None
    due_on: dt.date | None = None
    named_minor: Annotated[StrictInt, Field(ge=0, le=10**15)] | None = None
    share_bp: Annotated[StrictInt, Field(ge=1, le=10_000)] | None = None


class RemarkIn(In):
    text: Annotated[str, Field(min_length=1, max_length=4_000)]


class ResolutionIn(In):
    """How it was resolved."""

    words: Said


class BlockerOut(Schema):
    """Something that hinders the goal; `stake_minor` is money a month, estimated as `stake` and `basis` say in words."""

    id: int
    text: str
    link: str
    state: str
    raised_by_id: int
    raised_at: dt.datetime
    owner_id: int | None
    due_on: dt.date | None
    project_id: int | None
    lead_id: int | None
    deal_id: int | None
    campaign_id: int | None
    stake_minor: int | None
    stake: str
    basis: str
    resolved_at: dt.datetime | None
    resolved_by_id: int | None
    resolution: str

    @staticmethod
    def resolve_stake(blocker: Blocker) -> str:
        return stake_words(blocker.stake_minor, blocker.stake_basis)

    @staticmethod
    def resolve_basis(blocker: Blocker) -> str:
        return basis_words(blocker.stake_basis)


class BlockerRemarkOut(Schema):
    id: int
    author_id: int
    at: dt.datetime
    text: str


class HindranceOut(Schema):
    """One thing that hinders the goal: money a month at stake with its bounds, null where it cannot be told."""

    kind: str
    message: str
    side: str
    owner_id: int | None
    since: dt.date | None
    due_on: dt.date | None
    is_late: bool
    count: int
    stake_minor: int | None
    low_minor: int | None
    high_minor: int | None
    basis: str
    currency: str


def _blockers(user: User) -> Any:
    return with_state(visible_blockers(user), today=timezone.localdate())


add_list(
    router, "/blockers", _blockers, BlockerOut, Right.RAISE_BLOCKER, narrows=_NARROWS, summary="Blockers",
    says="List what the caller raised or is to mend, and what stands on leads and deals they see.",
)  # fmt: skip


@router.get("/blockers/{int:pk}", response=BlockerOut, summary="One blocker")
def read_blocker(request: HttpRequest, pk: int) -> Any:
    """Read one blocker with what it puts at stake."""
    user = reader(request, Right.RAISE_BLOCKER).user
    check_parameters(request, ())
    return found(_blockers(user), pk)


@router.get("/blockers/{int:pk}/remarks", response=Page[BlockerRemarkOut], summary="Remarks on a blocker",
            openapi_extra=parameters_of())  # fmt: skip
def list_blocker_remarks(request: HttpRequest, pk: int) -> Any:
    """List what was said about a blocker."""
    user = reader(request, Right.RAISE_BLOCKER).user
    return page_of(request, found(visible_blockers(user), pk).remarks.all(), is_sourced=False)


@router.post("/blockers", response={201: BlockerOut}, summary="Raise a blocker")
def raise_one(request: HttpRequest, body: BlockerIn) -> Any:
    """Say what hinders; owner, day and stake are suggested by its link of the chain."""
    user = writer(request, Right.RAISE_BLOCKER).user
    subjects = {"lead": visible_leads(user), "deal": visible_deals(user), "campaign": Campaign.objects.all()}
    about = services.About(
        **one_subject(subjects, body), project=named(visible_projects(user), body.project_id, "project_id")
    )
    made = services.raise_blocker(
        text=body.text, link=body.link, about=about, author=user, now=timezone.now(), today=timezone.localdate()
    )
    return Status(201, found(_blockers(user), made.pk))


@router.patch("/blockers/{int:pk}", response=BlockerOut, summary="Change a blocker")
def change(request: HttpRequest, pk: int, body: BlockerPatch) -> Any:
    """Change text, link, owner, day or stake; by who raised it, is to mend it, or sees the head's desk."""
    user = writer(request, Right.RAISE_BLOCKER).user
    blocker, sent = _managed(user, pk), body.model_dump(exclude_unset=True)
    is_named = blocker.stake_basis.get("how") == "named"
    values: dict[str, Any] = {
        "text": blocker.text, "link": blocker.link, "owner": blocker.owner, "due_on": blocker.due_on,
        "share_bp": blocker.stake_basis.get("share_bp"), "named_minor": blocker.stake_minor if is_named else None,
    }  # fmt: skip
    if "owner_id" in sent:
        sent["owner"] = named(owners(), sent.pop("owner_id"), "owner_id")
    if sent.get("share_bp") and "named_minor" not in sent:
        values["named_minor"] = None
    kept = {
        name: value for name, value in sent.items() if value is not None or name in ("owner", "due_on", "named_minor")
    }
    services.change_blocker(
        blocker=blocker, values=values | kept, author=user, now=timezone.now(), today=timezone.localdate()
    )
    return found(_blockers(user), pk)


@router.post("/blockers/{int:pk}/remarks", response={201: BlockerRemarkOut}, summary="Say something about a blocker")
def remark(request: HttpRequest, pk: int, body: RemarkIn) -> Any:
    """Add a remark."""
    user = writer(request, Right.RAISE_BLOCKER).user
    blocker = found(visible_blockers(user), pk)
    return Status(201, services.add_remark(blocker=blocker, author=user, text=body.text, now=timezone.now()))


@router.post("/blockers/{int:pk}/resolve", response=BlockerOut, summary="Resolve a blocker")
def resolve(request: HttpRequest, pk: int, body: ResolutionIn) -> Any:
    """Close a blocker with how it was resolved."""
    user = writer(request, Right.RAISE_BLOCKER).user
    services.resolve_blocker(blocker=_managed(user, pk), user=user, words=body.words, now=timezone.now())
    return found(_blockers(user), pk)


@router.post("/blockers/{int:pk}/reopen", response=BlockerOut, summary="Open a blocker again")
def reopen(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Open a resolved blocker again; how it was resolved stays in the trail."""
    user = writer(request, Right.RAISE_BLOCKER).user
    services.reopen_blocker(blocker=_managed(user, pk), now=timezone.now())
    return found(_blockers(user), pk)


@router.post("/blockers/{int:pk}/take", response=BlockerOut, summary="Take a blocker over")
def take(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Become the one who mends it."""
    user = writer(request, Right.RAISE_BLOCKER).user
    services.take_over(blocker=found(visible_blockers(user), pk), user=user, now=timezone.now())
    return found(_blockers(user), pk)


@router.get("/losses", response=Page[HindranceOut], summary="What hinders the goal, by loss",
            openapi_extra=parameters_of())  # fmt: skip
def list_losses(request: HttpRequest) -> Any:
    """List everything that hinders the goal, the largest estimated loss first."""
    user = reader(request, Right.SEE_DESK).user
    currency = current_company().currency
    return page_of_lines(request, losses(user, now=timezone.now()), lambda one: _hindrance(one, currency))


def _managed(user: User, pk: int) -> Blocker:
    blocker: Blocker = found(visible_blockers(user), pk)
    if not may_manage(user, blocker):
        raise not_found()
    return blocker


def _hindrance(one: Hindrance, currency: str) -> dict[str, Any]:
    return {
        "kind": one.kind, "message": sentence(one), "side": str(one.side), "owner_id": one.owner.pk if one.owner else None,
        "since": one.since, "due_on": one.due, "is_late": one.is_late, "count": one.count,
        "stake_minor": one.stake.minor, "low_minor": one.stake.low, "high_minor": one.stake.high,
        "basis": basis_words(one.stake.basis), "currency": currency,
    }  # fmt: skip
