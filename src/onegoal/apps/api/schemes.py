"""Pay schemes over the API: rules as formulas that are checked before anybody is paid by them, and whom they pay."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictBool, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.formulas import FaultOut, Formula, Key, RemedyOut, fault_of
from onegoal.apps.api.incoming import In, Minor, NoBody
from onegoal.apps.api.listing import add_list, found, named
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of, parameters_of
from onegoal.apps.api.problems import Problem
from onegoal.apps.pay.models import Scheme, SchemeMember, SchemeState, SchemeVersion
from onegoal.apps.pay.queries.flags import flags_in_force, flags_of, scheme_in_force
from onegoal.apps.pay.queries.inputs import currency_of_pay
from onegoal.apps.pay.queries.rules import PartError, errors_of
from onegoal.apps.pay.queries.statements import visible_schemes
from onegoal.apps.pay.queries.what_if import Tried, try_scheme
from onegoal.apps.pay.reading import dictionary_for, read_back
from onegoal.apps.pay.services import (
    PartTerms,
    approve_version,
    create_scheme,
    draft_version,
    end_member,
    set_member,
    set_parts,
    withdraw_version,
)
from onegoal.apps.pay.words import flag_words, problem_words
from onegoal.apps.regulation.models import Side
from onegoal.core.periods import add_months

router = Router(tags=["pay"])
MOST_MONTHS = 12
_OF_SCHEMES = (Narrow("side", "side", tuple(Side.values)),)
_OF_MEMBERS = (Narrow("scheme_id", "scheme_id"), Narrow("user_id", "user_id"))


class SchemeIn(In):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    side: Literal["marketing", "sales"]


class SchemePartIn(In):
    """One line of the pay; `key` is its name in later formulas. Bounds in minor units."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    key: Key
    kind: Literal["fixed", "personal", "shared"]
    formula: Formula
    gate: Formula = ""
    floor_minor: Minor | None = None
    cap_minor: Minor | None = None
    claws_back: StrictBool = False


class RulesIn(In):
    """The rules from a day on."""

    valid_from: dt.date
    note: Annotated[str, Field(max_length=2_000)] = ""
    parts: Annotated[list[SchemePartIn], Field(max_length=20)]

    def terms(self) -> list[PartTerms]:
        """Return the parts as the services take them."""
        return [PartTerms(**one.model_dump()) for one in self.parts]


class MonthsIn(In):
    """Whole months, both included; at most twelve."""

    first_month: dt.date
    last_month: dt.date


class MemberIn(In):
    """Who is paid from when to when; `values` are what the formulas ask of the person: money in minor units, else numbers."""

    user_id: StrictInt
    starts_on: dt.date
    ends_on: dt.date | None = None
    values: Annotated[dict[Key, StrictInt | Annotated[str, Field(max_length=40)]], Field(max_length=50)] = {}


class EndIn(In):
    """The last day, included."""

    ends_on: dt.date


class SchemeOut(Schema):
    id: int
    name: str
    side: str
    is_active: bool


class SchemePartOut(Schema):
    """One line of the pay; `reads` is its formula in words."""

    name: str
    key: str
    kind: str
    formula: str
    gate: str
    floor_minor: int | None
    cap_minor: int | None
    claws_back: bool
    reads: str
    gate_reads: str


class SchemeVersionOut(Schema):
    """The rules from a day on; an approved version is never changed."""

    id: int
    scheme_id: int
    number: int
    valid_from: dt.date
    state: str
    note: str
    author_id: int
    created_at: dt.datetime
    approved_by_id: int | None
    approved_at: dt.datetime | None


class WholeVersionOut(SchemeVersionOut):
    """With its parts, what forbids approving it, and what is unwise about it."""

    parts: list[SchemePartOut]
    faults: list[FaultOut]
    flags: list[RemedyOut]


class WholeSchemeOut(SchemeOut):
    """A scheme with the rules that hold today; null before the first."""

    version: WholeVersionOut | None


class MemberOut(Schema):
    id: int
    scheme_id: int
    user_id: int
    starts_on: dt.date
    ends_on: dt.date | None
    values: dict[str, Any]


class TriedMonthOut(Schema):
    month: dt.date
    was_minor: int | None
    would_minor: int


class TriedOut(Schema):
    """A person's months by the version tried; `was_minor` is null where nothing was computed."""

    user_id: int
    months: list[TriedMonthOut]


class TrialOut(Schema):
    """What people would have got; nothing is stored. `problems` are what could not be counted."""

    currency: str
    people: list[TriedOut]
    problems: list[RemedyOut]


def _versions(user: User) -> QuerySet[SchemeVersion]:
    versions = SchemeVersion.objects.filter(scheme__in=visible_schemes(user).values("pk"))
    return versions.select_related("scheme").prefetch_related("parts")


def _members(user: User) -> QuerySet[SchemeMember]:
    return SchemeMember.objects.filter(scheme__in=visible_schemes(user).values("pk"))


add_list(
    router, "/schemes", visible_schemes, SchemeOut, Right.SEE_OWN_PAY, narrows=_OF_SCHEMES, summary="Pay schemes",
    says="List the schemes: all of them with the right to see pay, else those that pay the caller.",
)  # fmt: skip
add_list(
    router, "/scheme-members", _members, MemberOut, Right.SEE_PAY, narrows=_OF_MEMBERS,
    summary="Whom schemes pay", says="List who is paid by which scheme from when to when, with their values.",
)  # fmt: skip


@router.get("/schemes/{int:pk}", response=WholeSchemeOut, summary="One scheme with the rules of today")
def read_scheme(request: HttpRequest, pk: int) -> Any:
    """Read how a scheme pays now, formula by formula and in words."""
    scheme: Scheme = found(visible_schemes(reader(request, Right.SEE_OWN_PAY).user), pk)
    check_parameters(request, ())
    version = scheme_in_force(scheme, timezone.localdate())
    return {**SchemeOut.from_orm(scheme).dict(), "version": _whole(version) if version else None}


@router.get("/schemes/{int:pk}/versions", response=Page[SchemeVersionOut], summary="Versions of a scheme",
            openapi_extra=parameters_of())  # fmt: skip
def list_scheme_versions(request: HttpRequest, pk: int) -> Any:
    """List every version: drafts, approved ones, those put aside."""
    user = reader(request, Right.SEE_PAY).user
    return page_of(request, found(visible_schemes(user), pk).versions.all(), is_sourced=False)


@router.get("/scheme-versions/{int:pk}", response=WholeVersionOut, summary="One version with its formulas")
def read_version(request: HttpRequest, pk: int) -> Any:
    """Read a version with what forbids approving it and what is unwise about it."""
    user = reader(request, Right.SEE_PAY).user
    check_parameters(request, ())
    return _whole(found(_versions(user), pk))


@router.post("/schemes", response={201: SchemeOut}, summary="Make a scheme")
def make(request: HttpRequest, body: SchemeIn) -> Any:
    """Make a scheme without rules yet."""
    writer(request, Right.DRAFT_PAY)
    return Status(201, create_scheme(name=body.name, side=body.side, now=timezone.now()))


@router.post("/schemes/{int:pk}/versions", response={201: WholeVersionOut}, summary="Draft a version")
def draft(request: HttpRequest, pk: int, body: RulesIn) -> Any:
    """Draft the next version; its formulas may still be wrong, `faults` says how."""
    user, now = writer(request, Right.DRAFT_PAY).user, timezone.now()
    scheme = found(visible_schemes(user), pk)
    made = draft_version(
        scheme=scheme, valid_from=body.valid_from, author=user, now=now, parts=body.terms(), note=body.note
    )
    return Status(201, _whole(made))


@router.put("/scheme-versions/{int:pk}", response=WholeVersionOut, summary="Change a draft of rules")
def put_version(request: HttpRequest, pk: int, body: RulesIn) -> Any:
    """Replace the rules of a draft; who changes it last is its author."""
    user = writer(request, Right.DRAFT_PAY).user
    version = found(_versions(user), pk)
    set_parts(
        version=version, parts=body.terms(), author=user, now=timezone.now(), valid_from=body.valid_from, note=body.note
    )
    return _whole(found(_versions(user), pk))


@router.post("/scheme-versions/{int:pk}/approve", response=SchemeVersionOut, summary="Approve rules")
def approve(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Approve a draft of another person; 422 names every fault of its formulas."""
    user = writer(request, Right.APPROVE_PAY).user
    return approve_version(version=found(_versions(user), pk), user=user, now=timezone.now())


@router.post("/scheme-versions/{int:pk}/withdraw", response=SchemeVersionOut, summary="Put a draft of rules aside")
def withdraw(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Put a draft aside."""
    user = writer(request, Right.DRAFT_PAY).user
    return withdraw_version(version=found(_versions(user), pk), now=timezone.now())


@router.post("/scheme-versions/{int:pk}/try", response=TrialOut, summary="Try rules on past months")
def try_version(request: HttpRequest, pk: int, body: MonthsIn) -> Any:
    """Say what people would have got by a version, against what they got; nothing is stored."""
    version: SchemeVersion = found(_versions(writer(request, Right.SEE_PAY).user), pk)
    if faults := errors_of(version):
        said = [_fault(one) for one in faults]
        raise Problem(422, "bad_parts", said[0]["message"], errors=said)
    told = try_scheme(version, _months(body))
    words = dictionary_for(version.parts.all())
    problems = [_remedy(one.code, problem_words(one.to_json(), words)) for _month, one in told.problems]
    return {"currency": currency_of_pay(), "people": [_tried(one) for one in told.people], "problems": problems}


@router.get("/pay-flags", response=list[RemedyOut], summary="What is amiss with how people are paid")
def read_flags(request: HttpRequest) -> Any:
    """Read the flags: wholly fixed pay, a department without a shared part, a cap reached before the target."""
    reader(request, Right.SEE_PAY)
    check_parameters(request, ())
    return [_remedy(one.code, flag_words(one)) for one in flags_in_force(timezone.localdate())]


@router.post("/schemes/{int:pk}/members", response={201: MemberOut}, summary="Pay a person by a scheme")
def add_member(request: HttpRequest, pk: int, body: MemberIn) -> Any:
    """Pay a person by a scheme from a day on; what paid them before ends the day before."""
    user = writer(request, Right.DRAFT_PAY).user
    scheme, member = found(visible_schemes(user), pk), named(User.objects.all(), body.user_id, "user_id")
    made = set_member(
        scheme=scheme,
        user=member,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        values=body.values,
        now=timezone.now(),
    )
    return Status(201, made)


@router.post("/scheme-members/{int:pk}/end", response=MemberOut, summary="Stop paying a person by a scheme")
def end(request: HttpRequest, pk: int, body: EndIn) -> Any:
    """Pay a person by the scheme up to a day, included."""
    member = found(_members(writer(request, Right.DRAFT_PAY).user), pk)
    return end_member(member=member, ends_on=body.ends_on, now=timezone.now())


def _months(body: MonthsIn) -> list[dt.date]:
    first, last = body.first_month.replace(day=1), body.last_month.replace(day=1)
    if first > last:
        raise Problem(422, "period_reversed", "The last month comes before the first.", field="last_month")
    if add_months(first, MOST_MONTHS) <= last:
        raise Problem(422, "period_too_long", "Try at most twelve months at once.", field="last_month")
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [add_months(first, place) for place in range(count)]


def _whole(version: SchemeVersion) -> dict[str, Any]:
    parts = list(version.parts.all())
    words = dictionary_for(parts)
    plain = ("name", "key", "kind", "formula", "gate", "floor_minor", "cap_minor", "claws_back")
    is_draft = version.state == SchemeState.DRAFT
    return {
        **SchemeVersionOut.from_orm(version).dict(),
        "parts": [
            {name: getattr(one, name) for name in plain}
            | {"reads": read_back(one.formula, words), "gate_reads": read_back(one.gate, words)}
            for one in parts
        ],
        "faults": [_fault(one) for one in errors_of(version)] if is_draft else [],
        "flags": [_remedy(one.code, flag_words(one)) for one in flags_of(version, today=timezone.localdate())],
    }


def _fault(one: PartError) -> dict[str, Any]:
    return {"part": one.part.key, "field": one.field, **fault_of(one.error)}


def _remedy(code: str, told: Any) -> dict[str, str]:
    return {"code": code, "message": told.words, "remedy": told.remedy}


def _tried(one: Tried) -> dict[str, Any]:
    months = [
        {"month": each.month, "was_minor": each.was_minor, "would_minor": each.would_minor} for each in one.months
    ]
    return {"user_id": one.user.pk, "months": months}
