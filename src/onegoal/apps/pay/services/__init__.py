"""Writes of pay: schemes and their versions, members, shares of deals, runs, adjustments, disputes."""

from __future__ import annotations

from onegoal.apps.pay.services.adjustments import (
    adjust,
    approve_adjustment,
    note_cancelled_deals,
    propose_late_facts,
    refuse_adjustment,
)
from onegoal.apps.pay.services.disputes import answer_dispute, raise_dispute, withdraw_dispute
from onegoal.apps.pay.services.members import end_member, resume_member, set_member, split_deal
from onegoal.apps.pay.services.refusals import PayRefused
from onegoal.apps.pay.services.runs import approve_run, compute_run, discard_run
from onegoal.apps.pay.services.schemes import (
    PartTerms,
    approve_version,
    change_scheme,
    create_scheme,
    draft_version,
    set_parts,
    withdraw_version,
)

__all__ = [
    "PartTerms", "PayRefused", "adjust", "answer_dispute", "approve_adjustment", "approve_run", "approve_version",
    "change_scheme", "compute_run", "create_scheme", "discard_run", "draft_version", "end_member",
    "note_cancelled_deals", "propose_late_facts", "raise_dispute", "refuse_adjustment", "resume_member", "set_member",
    "set_parts", "split_deal", "withdraw_dispute", "withdraw_version",
]  # fmt: skip
