"""Control of rejections over the API: the queue, right or wrong with evidence, the seller's answer, the head's ruling."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field, StrictBool, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import writer
from onegoal.apps.api.incoming import In
from onegoal.apps.api.listing import add_detail, add_list, found
from onegoal.apps.api.pages import Narrow
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.quality.forms.checks import DecisionForm
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import visible_checks, with_details
from onegoal.apps.quality.services.checks import Evidence, answer_check, find_right, find_wrong, rule_on_check
from onegoal.apps.quality.views.check_context import calls_about

router = Router(tags=["control of rejections"])
Words = Annotated[str, Field(max_length=4_000)]
_MOST_SECONDS = 24 * 3600
_NARROWS = (
    Narrow("state", "state", tuple(CheckState.values)),
    Narrow("seller_id", "decision__seller_id"),
    Narrow("lead_id", "decision__lead_id"),
)


class CheckOut(Schema):
    """The control of one rejection; only those drawn (`is_drawn`) tell the rate of wrong rejections."""

    id: int
    decision_id: int
    lead_id: int
    seller_id: int | None
    reason: str
    contradiction: str
    queued_on: dt.date
    is_contradictory: bool
    is_drawn: bool
    is_promising: bool
    state: str
    reviewer_id: int | None
    checked_at: dt.datetime | None
    working_seconds: int
    finding: str
    clause: str | None
    call_id: int | None
    call_second: int | None
    returned_to_id: int | None
    returned_at: dt.datetime | None
    seller_answer: str
    answered_at: dt.datetime | None
    ruling: str
    ruled_by_id: int | None
    ruled_at: dt.datetime | None

    @staticmethod
    def resolve_lead_id(check: Check) -> int:
        return check.decision.lead_id

    @staticmethod
    def resolve_seller_id(check: Check) -> int | None:
        return check.decision.seller_id

    @staticmethod
    def resolve_reason(check: Check) -> str:
        return check.decision.reason

    @staticmethod
    def resolve_contradiction(check: Check) -> str:
        return check.decision.contradiction

    @staticmethod
    def resolve_clause(check: Check) -> str | None:
        return check.clause.number if check.clause else None


class FindingIn(In):
    """What was found; a wrong rejection needs words and somebody to go back to. `seconds` is the time the check took."""

    verdict: Literal["right", "wrong"]
    finding: Words = ""
    clause: Annotated[str, Field(max_length=12)] = ""
    call_id: StrictInt | None = None
    call_second: Annotated[StrictInt, Field(ge=0, le=99_999)] | None = None
    returned_to_id: StrictInt | None = None
    seconds: Annotated[StrictInt, Field(ge=0, le=_MOST_SECONDS)] | None = None


class AnswerIn(In):
    """The seller accepts the finding, or says why not."""

    accepts: StrictBool
    text: Words = ""


class RulingIn(In):
    """The head's word between the two: whether the rejection was wrong, and why."""

    verdict: Literal["right", "wrong"]
    ruling: Words


def _checks(user: User) -> QuerySet[Check]:
    return with_details(visible_checks(user))


add_list(
    router, "/checks", _checks, CheckOut, Right.WRITE_SALES, narrows=_NARROWS,
    summary="Rejections that are or were checked",
    says="List the queue and what was found; a seller sees the findings about own rejections.",
)  # fmt: skip
add_detail(
    router, "/checks", _checks, CheckOut, Right.WRITE_SALES, summary="One check", says="Read one check."
)  # fmt: skip


@router.post("/checks/{int:pk}/decision", response=CheckOut, summary="Say whether a rejection was right")
def decide_check(request: HttpRequest, pk: int, body: FindingIn) -> Any:
    """Say it was right, or wrong with evidence: then the lead goes back to work and its clock starts anew."""
    user = writer(request, Right.CHECK_REJECTIONS).user
    check = _find(user, pk)
    form = DecisionForm(_as_form(check, body), check=check, calls=calls_about(user, check.decision.lead))
    refuse_form(form, call="call_id", returned_to="returned_to_id")
    said = form.cleaned_data
    evidence = Evidence(said["finding"], said["clause"], said["call"], said["call_second"])
    asked: dict[str, Any] = {"check": check, "author": user, "evidence": evidence, "seconds": body.seconds}
    if body.verdict == "wrong":
        find_wrong(returned_to=said["returned_to"], now=timezone.now(), **asked)
    else:
        find_right(now=timezone.now(), **asked)
    return _find(user, pk)


@router.post("/checks/{int:pk}/answer", response=CheckOut, summary="Answer a finding about an own rejection")
def answer(request: HttpRequest, pk: int, body: AnswerIn) -> Any:
    """Accept the finding, or disagree with words: then the head decides."""
    user = writer(request, Right.WRITE_SALES).user
    check = _find(user, pk)
    if not body.accepts and not body.text.strip():
        raise Problem(422, "no_words", _("Say why you disagree."), field="text")
    answer_check(check=check, author=user, text="" if body.accepts else body.text, now=timezone.now())
    return with_details(Check.objects.all()).get(pk=pk)


@router.post("/checks/{int:pk}/ruling", response=CheckOut, summary="Rule between seller and analyst")
def rule(request: HttpRequest, pk: int, body: RulingIn) -> Any:
    """Have the last word; the lead stays where it is."""
    user = writer(request, Right.RULE).user
    is_upheld = body.verdict == "wrong"
    rule_on_check(check=_find(user, pk), author=user, is_upheld=is_upheld, ruling=body.ruling, now=timezone.now())
    return _find(user, pk)


def _find(user: User, pk: int) -> Check:
    check: Check = found(_checks(user), pk)
    return check


def _as_form(check: Check, body: FindingIn) -> dict[str, Any]:
    """What the form of the screen would send. Raises: Problem 422 for a clause the regulation does not have."""
    data: dict[str, Any] = {
        "verdict": body.verdict, "finding": body.finding, "call": body.call_id, "returned_to": body.returned_to_id,
        "call_second": "" if body.call_second is None else str(body.call_second),
    }  # fmt: skip
    if body.clause:
        regulation = check.decision.regulation
        clause = regulation.clauses.filter(number=body.clause).first() if regulation else None
        if clause is None:
            raise Problem(422, "clause_unknown", "The regulation of this decision has no such clause.", field="clause")
        data["clause"] = clause.pk
    return data
