"""Adjustments: proposed by hand, by an answered dispute, by a cancelled deal or a late fact; approved by another person."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.audit.services import changing, record_deletion
from onegoal.apps.pay.models import Adjustment, PayRun, RunState
from onegoal.apps.pay.queries.adjustments import BY_HAND, CANCELLED_DEAL, LATE_FACT, claims, late_facts_of
from onegoal.apps.pay.services.refusals import PayRefused


@transaction.atomic
def adjust(
    *, user: User, amount_minor: int, reason: str, author: User, now: dt.datetime, corrects: PayRun | None = None,
    reason_code: str = BY_HAND,
) -> Adjustment:  # fmt: skip
    """Propose an amount (negative takes off) for the next open run. Raises: PayRefused nothing, no_text, own_pay."""
    if not amount_minor:
        raise PayRefused("nothing")
    if not reason.strip():
        raise PayRefused("no_text")
    if user.pk == author.pk:
        raise PayRefused("own_pay")
    proposed = Adjustment(
        user=user, amount_minor=amount_minor, reason=reason.strip()[:500], reason_code=reason_code, author=author,
        created_at=now, corrects=corrects,
    )  # fmt: skip
    with changing(proposed, now=now):
        pass
    return proposed


@transaction.atomic
def approve_adjustment(*, adjustment: Adjustment, user: User, now: dt.datetime) -> Adjustment:
    """Let an adjustment into the next run that is computed. Raises: PayRefused no_right, decided, same_person, own_pay."""
    stored = _undecided(adjustment, user)
    if stored.author_id == user.pk:
        raise PayRefused("same_person")
    with changing(stored, now=now):
        stored.approved_by, stored.approved_at = user, now
    return stored


@transaction.atomic
def refuse_adjustment(*, adjustment: Adjustment, user: User, now: dt.datetime) -> Adjustment:
    """Decide that an adjustment is not paid; a late fact that is refused is not proposed again.

    Raises: PayRefused no_right, decided, own_pay.
    """
    stored = _undecided(adjustment, user)
    with changing(stored, now=now):
        stored.refused_at = now
    return stored


def _undecided(adjustment: Adjustment, user: User) -> Adjustment:
    if not has_right(user, Right.APPROVE_PAY):
        raise PayRefused("no_right")
    stored = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if stored.approved_at or stored.refused_at:
        raise PayRefused("decided")
    if stored.user_id == user.pk:
        raise PayRefused("own_pay")
    return stored


@transaction.atomic
def note_cancelled_deals(*, now: dt.datetime) -> list[Adjustment]:
    """Claim back, once for each run and person, what was paid for deals that have been cancelled since.

    The scheme's approval covers it, nobody decides again; it goes into the next run that is computed.
    """
    list(PayRun.objects.select_for_update().filter(state=RunState.LOCKED).values_list("pk", flat=True))
    made = []
    for claim in claims():
        taken = Adjustment(
            user_id=claim.user_id, deal_id=claim.deal_id, corrects_id=claim.run_id, amount_minor=-claim.paid_minor,
            reason_code=CANCELLED_DEAL, created_at=now, approved_at=now,
        )  # fmt: skip
        with changing(taken, now=now):
            pass
        made.append(taken)
    return made


@transaction.atomic
def propose_late_facts(*, run: PayRun, now: dt.datetime) -> list[Adjustment]:
    """Propose what a locked month would pay differently today; proposals nobody has decided on are replaced."""
    stored = PayRun.objects.select_for_update().get(pk=run.pk)
    if stored.state != RunState.LOCKED:
        raise PayRefused("not_locked")
    open_ones = Adjustment.objects.filter(
        corrects=stored, reason_code=LATE_FACT, approved_at=None, refused_at=None
    ).select_for_update()
    waiting = {one.user_id: one for one in open_ones}
    made = []
    for late in late_facts_of(stored):
        proposal = waiting.pop(late.user_id, None) or Adjustment(
            user_id=late.user_id, corrects=stored, reason_code=LATE_FACT, created_at=now
        )
        with changing(proposal, now=now):
            proposal.amount_minor = late.amount_minor
        made.append(proposal)
    for outdated in waiting.values():
        record_deletion(record=outdated, now=now)
        outdated.delete()
    return made
