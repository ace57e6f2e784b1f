"""The audit of KPI conflicts over the API: where pay rises while the shared goal falls, and the change that mends it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import add_list, found
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.api.schemes import SchemeVersionOut
from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import visible_reports
from onegoal.apps.conflicts.services import ask_audit, draft_mend
from onegoal.apps.conflicts.words import mend_sentence, sentence_of, title_of

router = Router(tags=["conflicts"])


class MendIn(In):
    """The finding to mend, by its place in the report (from nought)."""

    place: Annotated[StrictInt, Field(ge=0, le=10_000)]


class ReportOut(Schema):
    """One audit; it runs until `finished_at`, `progress` in hundredths."""

    id: int
    made_at: dt.datetime
    finished_at: dt.datetime | None
    progress: int
    failed: bool
    author_id: int | None
    starts_on: dt.date
    ends_on: dt.date


class FindingOut(Schema):
    """One finding in words and as data; `kind` is conflict, plan, a flag of pay, or a step without plan or owner.

    Of a conflict `data` holds pay and kpi as estimate and bounds, the part that causes it, and the change tried.
    """

    kind: str
    title: str
    message: str
    mend: str
    data: dict[str, Any]


class WholeReportOut(ReportOut):
    """With its findings, the greatest loss first, and what it was made from: levers tested, months, schemes."""

    findings: list[FindingOut]
    basis: dict[str, Any]

    @staticmethod
    def resolve_findings(report: ConflictReport) -> list[Any]:
        return [_finding(one) for one in report.findings]


add_list(
    router, "/conflict-reports", visible_reports, ReportOut, Right.AUDIT_KPIS, summary="Audits of KPI conflicts",
    says="List the audits that were made, and the one that runs.",
)  # fmt: skip


@router.get("/conflict-reports/{int:pk}", response=WholeReportOut, summary="One audit with its findings")
def read_report(request: HttpRequest, pk: int) -> Any:
    """Read where whose pay rises while the goal falls, beyond chance, and what else is amiss."""
    user = reader(request, Right.AUDIT_KPIS).user
    check_parameters(request, ())
    return found(visible_reports(user), pk)


@router.post("/conflict-reports", response={202: ReportOut}, summary="Ask for an audit")
def ask(request: HttpRequest, body: NoBody) -> Any:
    """Put an audit into the line; read it by GET until it is finished. 409 while another one runs."""
    return Status(202, ask_audit(author=writer(request, Right.AUDIT_KPIS).user, now=timezone.now()))


@router.post(
    "/conflict-reports/{int:pk}/mends", response={201: SchemeVersionOut}, summary="Draft what mends a conflict"
)
def mend(request: HttpRequest, pk: int, body: MendIn) -> Any:
    """Draft the scheme's next version with the change that mends a conflict; another person approves it."""
    user, now = writer(request, Right.AUDIT_KPIS).user, timezone.now()
    report = found(visible_reports(user), pk)
    made = draft_mend(report=report, place=body.place, author=user, now=now, today=timezone.localdate(now))
    return Status(201, made)


def _finding(one: dict[str, Any]) -> dict[str, Any]:
    said = mend_sentence(one) if one["kind"] == "conflict" else ""
    return {"kind": one["kind"], "title": title_of(one), "message": sentence_of(one), "mend": said, "data": one}
