"""Pay over the API: runs, statements with what each line was counted from, payroll, shares of deals."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.formulas import RemedyOut
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import add_list, found, named
from onegoal.apps.api.outgoing import Page
from onegoal.apps.api.pages import Narrow, check_parameters, page_of_lines, parameters_of
from onegoal.apps.api.pay_answers import AdjustmentOut
from onegoal.apps.api.problems import Problem, not_found
from onegoal.apps.pay.models import DealShare, PayRun, RunState, Statement, StatementLine
from onegoal.apps.pay.queries.statements import PayrollRow, payroll_of, statement_of, visible_runs, visible_statements
from onegoal.apps.pay.reading import dictionary_for
from onegoal.apps.pay.services import approve_run, compute_run, discard_run, propose_late_facts, split_deal
from onegoal.apps.pay.story import Told, told
from onegoal.apps.pay.words import problem_words
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.queries import visible_deals

router = Router(tags=["pay"])
_OF_RUNS = (Narrow("state", "state", tuple(RunState.values)),)
_OF_STATEMENTS = (Narrow("run_id", "run_id"), Narrow("user_id", "user_id"))


class MonthIn(In):
    """A month that has begun, by any day of it."""

    month: dt.date


class ApprovalIn(In):
    """The digest of the run as the approver has seen it: who approves signs for these figures and no others."""

    digest: Annotated[str, Field(min_length=64, max_length=64)]


class ShareIn(In):
    """How much of a deal counts for a person, in hundredths of a per cent."""

    user_id: StrictInt
    share_bp: Annotated[StrictInt, Field(ge=1, le=10_000)]


class SharesIn(In):
    """All shares of a deal, together 10,000; none: it is its seller's alone."""

    shares: Annotated[list[ShareIn], Field(max_length=20)]


class RunOut(Schema):
    """The pay of a month: computed anew as long as it is a draft, then locked for good."""

    id: int
    month: dt.date
    state: str
    currency: str
    author_id: int
    computed_at: dt.datetime
    data_version: str
    digest: str
    approved_by_id: int | None
    approved_at: dt.datetime | None
    people: int
    total_minor: int | None


class WholeRunOut(RunOut):
    """With what forbids approving it, and the people of the month whom no scheme pays."""

    problems: list[RemedyOut]
    left_out: list[dict[str, Any]]


class PayrollOut(Schema):
    """One person's row for the payroll, in minor units; the sums by kind add up to the total."""

    user_id: int
    name: str
    fixed: int
    personal: int
    shared: int
    adjustment: int
    claw_back: int
    total: int
    currency: str


class StatementOut(Schema):
    """What one person gets for a month, in minor units."""

    id: int
    run_id: int
    month: dt.date
    state: str
    user_id: int
    total_minor: int
    currency: str

    @staticmethod
    def resolve_month(statement: Statement) -> dt.date:
        return statement.run.month

    @staticmethod
    def resolve_state(statement: Statement) -> str:
        return statement.run.state

    @staticmethod
    def resolve_currency(statement: Statement) -> str:
        return statement.run.currency


class SourceOut(Schema):
    """A deal or payment a line was counted from; `amount_minor` is its part of the line, the parts add up to it."""

    metric: str
    deal_id: int | None
    payment_id: int | None
    share_bp: int
    counted: int
    amount_minor: int


class LineOut(Schema):
    """One line: its words, how it was counted (`explanation`: formula with values), and from what."""

    name: str
    kind: str
    starts_on: dt.date
    ends_on: dt.date
    amount_minor: int
    sentences: list[str]
    explanation: dict[str, Any]
    sources: list[SourceOut]


class WholeStatementOut(StatementOut):
    lines: list[LineOut]

    @staticmethod
    def resolve_lines(statement: Any) -> list[Any]:
        return [_line(one) for one in statement.told]


class DealShareOut(Schema):
    user_id: int
    share_bp: int


class DealSharesOut(Schema):
    """How a deal counts for several people; nobody listed: its seller's alone."""

    deal_id: int
    seller_id: int | None
    shares: list[DealShareOut]


add_list(
    router, "/pay-runs", visible_runs, RunOut, Right.SEE_PAY, narrows=_OF_RUNS, summary="Pay runs",
    says="List the months that were computed, with their people and sum.",
)  # fmt: skip
add_list(
    router, "/statements", visible_statements, StatementOut, Right.SEE_OWN_PAY, narrows=_OF_STATEMENTS,
    summary="Pay statements", says="List the own approved statements; with the right to see pay, everybody's.",
)  # fmt: skip


@router.get("/pay-runs/{int:pk}", response=WholeRunOut, summary="One pay run")
def read_run(request: HttpRequest, pk: int) -> Any:
    """Read a run with what must be mended before it can be approved."""
    user = reader(request, Right.SEE_PAY).user
    check_parameters(request, ())
    return _whole(user, pk)


@router.post("/pay-runs", response={201: WholeRunOut}, summary="Compute a month")
def compute(request: HttpRequest, body: MonthIn) -> Any:
    """Compute a month for everybody, or its draft anew; the same inputs give the same digest."""
    user = writer(request, Right.DRAFT_PAY).user
    if body.month > timezone.localdate():
        raise Problem(422, "month_to_come", _("Choose a month that has begun."), field="month")
    run = compute_run(month=body.month, author=user, now=timezone.now())
    return Status(201, _whole(user, run.pk))


@router.post("/pay-runs/{int:pk}/approve", response=WholeRunOut, summary="Approve and lock a month")
def approve(request: HttpRequest, pk: int, body: ApprovalIn) -> Any:
    """Lock what another person computed; 409 when anything has changed since."""
    user = writer(request, Right.APPROVE_PAY).user
    approve_run(run=found(visible_runs(user), pk), user=user, now=timezone.now(), digest=body.digest)
    return _whole(user, pk)


@router.delete("/pay-runs/{int:pk}", response={204: None}, summary="Throw a draft of a month away")
def discard(request: HttpRequest, pk: int) -> Any:
    """Throw a draft away; computing the month again brings it back."""
    user = writer(request, Right.DRAFT_PAY).user
    discard_run(run=found(visible_runs(user), pk), now=timezone.now())
    return Status(204, None)


@router.post("/pay-runs/{int:pk}/late-facts", response=list[AdjustmentOut], summary="Propose what a locked month lacks")
def late_facts(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Compare a locked month with what it would pay today, and propose the difference as adjustments."""
    user = writer(request, Right.DRAFT_PAY).user
    return propose_late_facts(run=found(visible_runs(user), pk), now=timezone.now())


@router.get("/pay-runs/{int:pk}/payroll", response=Page[PayrollOut], summary="A month for the payroll",
            openapi_extra=parameters_of())  # fmt: skip
def list_payroll(request: HttpRequest, pk: int) -> Any:
    """List a run as the payroll needs it: a row for each person, by name."""
    run: PayRun = found(visible_runs(reader(request, Right.SEE_PAY).user), pk)
    return page_of_lines(request, payroll_of(run), lambda row: _payroll(row, run.currency))


@router.get("/statements/{int:pk}", response=WholeStatementOut, summary="One statement, line by line")
def read_statement(request: HttpRequest, pk: int) -> Any:
    """Read why the pay is what it is: every line with its formula, values, deals and payments."""
    user = reader(request, Right.SEE_OWN_PAY).user
    check_parameters(request, ())
    statement = statement_of(user, pk)
    if statement is None:
        raise not_found()
    statement.told = told(statement, user)  # type: ignore[attr-defined]
    return statement


@router.get("/deals/{int:pk}/shares", response=DealSharesOut, summary="How a deal counts for several people")
def read_shares(request: HttpRequest, pk: int) -> Any:
    """Read the shares of a deal."""
    user = reader(request, Right.SEE_PAY).user
    check_parameters(request, ())
    return _shares(found(_deals(user), pk))


@router.put("/deals/{int:pk}/shares", response=DealSharesOut, summary="Divide a deal among people")
def put_shares(request: HttpRequest, pk: int, body: SharesIn) -> Any:
    """Replace the shares of a deal; they count in every run that is not locked."""
    user = writer(request, Right.DRAFT_PAY).user
    deal, shares = found(_deals(user), pk), {}
    for place, one in enumerate(body.shares):
        person: User = named(User.objects.all(), one.user_id, f"shares.{place}.user_id")
        if person in shares:
            raise Problem(422, "twice", "A person has one share of a deal.", field=f"shares.{place}.user_id")
        shares[person] = one.share_bp
    split_deal(deal=deal, shares=shares, now=timezone.now())
    return _shares(deal)


def _deals(user: User) -> QuerySet[Deal]:
    """The deals the caller sees, and every signed one: who sees pay needs no customer's name for it."""
    return Deal.objects.filter(Q(won_at__isnull=False) | Q(pk__in=visible_deals(user).values("pk")))


def _shares(deal: Deal) -> dict[str, Any]:
    shares = list(DealShare.objects.filter(deal=deal).values("user_id", "share_bp"))
    return {"deal_id": deal.pk, "seller_id": deal.seller_id, "shares": shares}


def _whole(user: User, pk: int) -> dict[str, Any]:
    run: PayRun = found(visible_runs(user), pk)
    words = dictionary_for()
    problems = [(problem["code"], problem_words(problem, words)) for problem in run.problems]
    return {
        **RunOut.from_orm(run).dict(), "left_out": run.left_out,
        "problems": [{"code": code, "message": one.words, "remedy": one.remedy} for code, one in problems],
    }  # fmt: skip


def _payroll(row: PayrollRow, currency: str) -> dict[str, Any]:
    plain = ("fixed", "personal", "shared", "adjustment", "claw_back", "total")
    sums = {name: getattr(row, name) for name in plain}
    return {"user_id": row.user.pk, "name": row.user.name, "currency": currency, **sums}


def _line(one: Told) -> dict[str, Any]:
    line: StatementLine = one.line
    plain = ("kind", "starts_on", "ends_on", "amount_minor", "explanation")
    sources = [SourceOut.from_orm(source).dict() for source in line.sources.all()]
    said = {"name": one.title, "sentences": one.sentences, "sources": sources}
    return {name: getattr(line, name) for name in plain} | said
