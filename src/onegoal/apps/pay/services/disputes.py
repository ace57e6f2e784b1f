"""Disputes: the person says what is wrong with a locked statement, another one answers, perhaps with an adjustment."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import changing
from onegoal.apps.pay.models import Dispute, DisputeState, RunState, Statement
from onegoal.apps.pay.queries.adjustments import DISPUTE
from onegoal.apps.pay.services.adjustments import adjust
from onegoal.apps.pay.services.refusals import PayRefused


@transaction.atomic
def raise_dispute(*, statement: Statement, user: User, text: str, now: dt.datetime, line_name: str = "") -> Dispute:
    """Say what is wrong with the own statement, or one of its lines. Raises: PayRefused not_own, not_locked, no_text."""
    stored = Statement.objects.select_related("run").get(pk=statement.pk)
    if stored.user_id != user.pk:
        raise PayRefused("not_own")
    if stored.run.state != RunState.LOCKED:
        raise PayRefused("not_locked")
    if not text.strip():
        raise PayRefused("no_text")
    dispute = Dispute(statement=stored, text=text.strip(), line_name=line_name[:200], raised_at=now)
    with changing(dispute, now=now):
        pass
    return dispute


@transaction.atomic
def answer_dispute(
    *, dispute: Dispute, accepted: bool, answer: str, user: User, now: dt.datetime, amount_minor: int = 0
) -> Dispute:
    """Answer a dispute; an accepted one may bring an adjustment, which another person approves.

    Raises: PayRefused no_right, not_open, no_text, own_pay.
    """
    if not has_right(user, Right.DRAFT_PAY):
        raise PayRefused("no_right")
    stored = _open(dispute)
    if stored.statement.user_id == user.pk:
        raise PayRefused("own_pay")
    if not answer.strip():
        raise PayRefused("no_text")
    with changing(stored, now=now):
        stored.state = DisputeState.ACCEPTED if accepted else DisputeState.REFUSED
        stored.answer, stored.answered_by, stored.answered_at = answer.strip(), user, now
        if accepted and amount_minor:
            stored.adjustment = adjust(
                user=stored.statement.user, amount_minor=amount_minor, reason=answer, author=user, now=now,
                corrects=stored.statement.run, reason_code=DISPUTE,
            )  # fmt: skip
    return stored


@transaction.atomic
def withdraw_dispute(*, dispute: Dispute, user: User, now: dt.datetime) -> Dispute:
    """Take the own dispute back. Raises: PayRefused not_own, not_open."""
    stored = _open(dispute)
    if stored.statement.user_id != user.pk:
        raise PayRefused("not_own")
    with changing(stored, now=now):
        stored.state = DisputeState.WITHDRAWN
    return stored


def _open(dispute: Dispute) -> Dispute:
    stored = Dispute.objects.select_for_update(of=("self",)).select_related("statement__run", "statement__user")
    found = stored.get(pk=dispute.pk)
    if found.state != DisputeState.OPEN:
        raise PayRefused("not_open")
    return found
