"""Judging a rejection: opening it, right or wrong with evidence, return to work, the seller's answer, the head's word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.desk.services import assign_lead
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import PAUSE, is_open_elsewhere
from onegoal.apps.quality.services.evidence import KeptDocument
from onegoal.apps.regulation.models import Clause
from onegoal.apps.regulation.services import return_to_work
from onegoal.apps.sales.models import Call, Lead, Outcome


class CheckRefused(Exception):
    """Something stands against it; `code` says what, `check` how things stand now.

    `decided` (by somebody else, meanwhile), `own` (nobody judges their own rejection), `no_finding`, `no_seller` (to
    return it to), `not_wrong`, `not_yours`, `answered`, `not_disputed`, `no_words`, `not_right`.
    """

    def __init__(self, code: str, check: Check) -> None:
        super().__init__(code)
        self.code = code
        self.check = check


class OpenElsewhere(Exception):
    """Somebody else is at it."""

    def __init__(self, by: User) -> None:
        super().__init__(by.name)
        self.by = by


@dataclass(frozen=True)
class Evidence:
    """What the analyst found and what shows it; `call_second` is the place in the recording."""

    finding: str = ""
    clause: Clause | None = None
    call: Call | None = None
    call_second: int | None = None
    document: KeptDocument | None = None


@transaction.atomic
def open_check(*, check: Check, author: User, now: dt.datetime, takes_over: bool = False) -> Check:
    """Note that the analyst is at it now, and at nothing else; said again, the time since then is counted as work.

    A pause of more than ten minutes is none. Raises: OpenElsewhere, unless they take it over.
    """
    fresh = _locked(check)
    if fresh.state != CheckState.WAITING:
        return fresh
    if not takes_over and is_open_elsewhere(fresh, author, now) and fresh.opened_by:
        raise OpenElsewhere(fresh.opened_by)
    Check.objects.filter(opened_by=author).exclude(pk=fresh.pk).update(opened_by=None, worked_at=None)
    _count_time(fresh, author, now)
    fresh.opened_by, fresh.worked_at = author, now
    fresh.save(update_fields=["opened_by", "worked_at", "working_seconds"])
    return fresh


@transaction.atomic
def find_right(
    *, check: Check, author: User, evidence: Evidence, now: dt.datetime, seconds: int | None = None
) -> Check:
    """Say that the lead was rightly rejected. Raises: CheckRefused `decided`, `own`."""
    fresh = _to_decide(check, author)
    before = snapshot(fresh)
    _decide(fresh, CheckState.RIGHT, author, evidence, now, seconds)
    fresh.save()
    record_change(record=fresh, before=before, now=now)
    return fresh


@transaction.atomic
def find_wrong(
    *,
    check: Check,
    author: User,
    evidence: Evidence,
    returned_to: User | None,
    now: dt.datetime,
    seconds: int | None = None,
) -> Check:
    """Say that the lead was wrongly rejected and send it back to work, with its clock started anew.

    A lead that somebody took back into work meanwhile is left with whom it is; the finding counts all the same.
    Raises: CheckRefused `decided`, `own`, `no_finding`, `no_seller`.
    """
    fresh = _to_decide(check, author)
    if not evidence.finding.strip():
        raise CheckRefused("no_finding", fresh)
    before = snapshot(fresh)
    _decide(fresh, CheckState.WRONG, author, evidence, now, seconds)
    lead = Lead.objects.select_for_update().get(pk=fresh.decision.lead_id)
    if lead.outcome == Outcome.REJECTED:
        if returned_to is None:
            raise CheckRefused("no_seller", fresh)
        return_to_work(lead=lead, seller=returned_to, author=author, now=now, note=evidence.finding)
        assign_lead(lead=lead, seller=returned_to, now=now)
        fresh.returned_to, fresh.returned_at = returned_to, now
    fresh.save()
    record_change(record=fresh, before=before, now=now)
    return fresh


@transaction.atomic
def undo_right(*, check: Check, author: User, now: dt.datetime) -> Check:
    """Put back what its own analyst found right. Raises: CheckRefused `not_right`."""
    fresh = _locked(check)
    if fresh.state != CheckState.RIGHT or fresh.reviewer_id != author.pk:
        raise CheckRefused("not_right", fresh)
    before = snapshot(fresh)
    fresh.state, fresh.reviewer, fresh.checked_at = CheckState.WAITING, None, None
    fresh.save()
    record_change(record=fresh, before=before, now=now)
    return fresh


@transaction.atomic
def set_working_time(*, check: Check, seconds: int, now: dt.datetime) -> Check:
    """Correct the time a check took."""
    fresh = _locked(check)
    before = snapshot(fresh)
    fresh.working_seconds = seconds
    fresh.save(update_fields=["working_seconds"])
    record_change(record=fresh, before=before, now=now)
    return fresh


@transaction.atomic
def answer_check(*, check: Check, author: User, text: str, now: dt.datetime) -> Check:
    """Let the seller accept the finding (no text) or disagree with it, once: then the head decides.

    Raises: CheckRefused `not_yours`, `not_wrong`, `answered`.
    """
    fresh = _locked(check)
    if fresh.decision.seller_id != author.pk:
        raise CheckRefused("not_yours", fresh)
    if fresh.answered_at is not None:
        raise CheckRefused("answered", fresh)
    if fresh.state != CheckState.WRONG:
        raise CheckRefused("not_wrong", fresh)
    before = snapshot(fresh)
    fresh.seller_answer, fresh.answered_at = text.strip(), now
    if fresh.seller_answer:
        fresh.state = CheckState.DISPUTED
    fresh.save()
    record_change(record=fresh, before=before, now=now)
    return fresh


@transaction.atomic
def rule_on_check(*, check: Check, author: User, is_upheld: bool, ruling: str, now: dt.datetime) -> Check:
    """Decide between the seller and the analyst. The lead stays where it is: only a new decision moves it.

    Raises: CheckRefused `not_disputed`, `own`, `no_words`.
    """
    fresh = _locked(check)
    if fresh.state != CheckState.DISPUTED:
        raise CheckRefused("not_disputed", fresh)
    if fresh.decision.seller_id == author.pk:
        raise CheckRefused("own", fresh)
    if not ruling.strip():
        raise CheckRefused("no_words", fresh)
    before = snapshot(fresh)
    fresh.state = CheckState.UPHELD if is_upheld else CheckState.REVERSED
    fresh.ruling, fresh.ruled_by, fresh.ruled_at = ruling.strip(), author, now
    fresh.save()
    record_change(record=fresh, before=before, now=now)
    return fresh


def _locked(check: Check) -> Check:
    return Check.objects.select_for_update(of=("self",)).select_related("decision", "opened_by").get(pk=check.pk)


def _to_decide(check: Check, author: User) -> Check:
    fresh = _locked(check)
    if fresh.state != CheckState.WAITING:
        raise CheckRefused("decided", fresh)
    if author.pk in (fresh.decision.author_id, fresh.decision.seller_id):
        raise CheckRefused("own", fresh)
    return fresh


def _decide(
    check: Check, state: CheckState, author: User, evidence: Evidence, now: dt.datetime, seconds: int | None
) -> None:
    _count_time(check, author, now)
    check.state, check.reviewer, check.checked_at = state, author, now
    check.opened_by = check.worked_at = None
    check.finding = evidence.finding.strip()
    check.clause, check.call = evidence.clause, evidence.call
    check.call_second = evidence.call_second if evidence.call else None
    if evidence.document:
        check.document, check.document_name = evidence.document.stored, evidence.document.shown
    if seconds is not None:
        check.working_seconds = seconds


def _count_time(check: Check, author: User, now: dt.datetime) -> None:
    """Add the time since the analyst's last sign of work, unless they were away."""
    if check.opened_by_id == author.pk and check.worked_at and dt.timedelta() < now - check.worked_at <= PAUSE:
        check.working_seconds += int((now - check.worked_at).total_seconds())
