"""Adjustments that wait for a run, deals cancelled after they were paid, and what changed in locked months since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.pay.models import Adjustment, PayRun, RunState, StatementLine, StatementSource
from onegoal.apps.pay.queries.calculation import calculated
from onegoal.apps.pay.queries.inputs import inputs_of
from onegoal.apps.pay.queries.items import Item
from onegoal.apps.pay.queries.names import BY_DEAL

CANCELLED_DEAL, LATE_FACT, BY_HAND, DISPUTE = "cancelled_deal", "late_fact", "by_hand", "dispute"
_GONE = Q(deal__lost_at__isnull=False) | Q(deal__won_at=None)


def visible_adjustments(user: User) -> QuerySet[Adjustment]:
    """Return all adjustments to those who see pay, the own approved ones to everybody else."""
    found = Adjustment.objects.select_related("user", "author", "approved_by", "corrects", "deal")
    if has_right(user, Right.SEE_PAY):
        return found
    if not has_right(user, Right.SEE_OWN_PAY):
        return found.none()
    return found.filter(user=user, approved_at__isnull=False)


def adjustments_for(run: PayRun) -> list[Adjustment]:
    """Return the approved adjustments that belong into a draft: those no other run has, of earlier months than its own.

    Must run in the transaction that writes the run: the rows stay locked, so that no two runs take the same one.
    """
    waiting = Adjustment.objects.filter(approved_at__isnull=False, refused_at=None)
    waiting = waiting.filter(Q(corrects=None) | Q(corrects__month__lt=run.month))
    waiting = waiting.exclude(lines__statement__run__state=RunState.LOCKED)
    ids = list(Adjustment.objects.select_for_update().filter(pk__in=waiting.values("pk")).values_list("pk", flat=True))
    taken = set(
        StatementLine.objects.filter(adjustment__in=ids).exclude(statement__run=run).values_list("adjustment_id", flat=True)
    )  # fmt: skip
    found = Adjustment.objects.filter(pk__in=set(ids) - taken).select_related("user", "deal__person", "corrects")
    return list(found.order_by("pk"))


@dataclass(frozen=True, slots=True)
class Claim:
    """What was paid to a person in a locked run for a deal that is cancelled now, and is not claimed back yet."""

    user_id: int
    deal_id: int
    run_id: int
    paid_minor: int


def claims() -> list[Claim]:
    """Return what is to be claimed back: the parts of lines with a claw-back that were made by the signing of such deals.

    What was paid for money received stays as long as the money does: a refund takes it off by itself, once.
    """
    sources = StatementSource.objects.filter(
        _GONE, metric__in=BY_DEAL, line__part__claws_back=True, line__statement__run__state=RunState.LOCKED
    )
    rows = sources.order_by().values_list("line__statement__user_id", "deal_id", "line__statement__run_id")
    done = set(Adjustment.objects.filter(reason_code=CANCELLED_DEAL).values_list("user_id", "deal_id", "corrects_id"))
    paid = rows.annotate(paid=Sum("amount_minor"))
    found = [Claim(user, deal, run, amount) for user, deal, run, amount in paid if (user, deal, run) not in done]
    owed = [claim for claim in found if claim.paid_minor]
    return sorted(owed, key=lambda claim: (claim.run_id, claim.user_id, claim.deal_id))


@dataclass(frozen=True, slots=True)
class LateFact:
    """By how much a person's pay of a locked month would differ today, beyond what was put right already."""

    user_id: int
    amount_minor: int


def late_facts_of(run: PayRun) -> list[LateFact]:
    """Return what changed in a locked month since: payments dated into it, deals split or signed later, plans, reviews.

    Cancelled deals count as they were paid: they are claimed back by themselves.
    """
    inputs = inputs_of(run.month, ghosts=_ghosts(run))
    now = {each.user_id: each.total_minor for each in calculated(inputs)}
    lines = StatementLine.objects.filter(statement__run=run, part__isnull=False).order_by()
    paid: dict[int, int] = defaultdict(int)
    for user_id, amount in lines.values_list("statement__user_id").annotate(total=Sum("amount_minor")):
        paid[user_id] += amount
    # A refused difference is settled too: it was looked at. A claw-back of a deal that stands again is not.
    settled = Adjustment.objects.filter(corrects=run, reason_code=LATE_FACT).exclude(approved_at=None, refused_at=None)
    restored = Adjustment.objects.filter(corrects=run, reason_code=CANCELLED_DEAL).exclude(_GONE)
    for user_id, amount in (settled | restored).order_by().values_list("user_id", "amount_minor"):
        paid[user_id] += amount
    differences = [LateFact(user, now.get(user, 0) - paid[user]) for user in sorted({*now, *paid})]
    return [one for one in differences if one.amount_minor]


def _ghosts(run: PayRun) -> list[tuple[int, Item]]:
    """Return what cancelled deals counted for in a run, which the records do not count any more."""
    sources = StatementSource.objects.filter(_GONE, metric__in=BY_DEAL, line__statement__run=run)
    rows = sources.order_by("pk").values_list(
        "line__statement__user_id", "metric", "line__starts_on", "deal_id", "share_bp", "counted"
    )
    found: dict[tuple[int, str, int], tuple[int, Item]] = {}
    for user_id, metric, day, deal_id, share_bp, counted in rows:
        # Several lines may have asked for the same deal: it counts once.
        found.setdefault((user_id, metric, deal_id), (user_id, Item(metric, day, deal_id, None, share_bp, counted)))
    return list(found.values())
