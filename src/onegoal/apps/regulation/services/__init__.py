"""Writes of the regulation: drafts and their clauses, signatures, decisions on leads, who is never to be contacted, trials."""

from __future__ import annotations

from onegoal.apps.regulation.services.deciding import DecisionRefused, decide_lead, return_to_work, undo_decision
from onegoal.apps.regulation.services.drafts import (
    DraftRefused,
    change_draft,
    create_draft,
    move_clause,
    remove_clause,
    restore_clause,
    restore_draft,
    save_clause,
    withdraw_draft,
)
from onegoal.apps.regulation.services.found import bring_back_nurtured, note_found_decisions
from onegoal.apps.regulation.services.signing import SignatureRefused, sign_regulation
from onegoal.apps.regulation.services.suppression import lift_suppression, note_export, suppress_again
from onegoal.apps.regulation.services.trials import begin_trial, give_up_trial, run_trial

__all__ = [
    "DecisionRefused",
    "DraftRefused",
    "SignatureRefused",
    "begin_trial",
    "bring_back_nurtured",
    "change_draft",
    "create_draft",
    "decide_lead",
    "give_up_trial",
    "lift_suppression",
    "move_clause",
    "note_export",
    "note_found_decisions",
    "remove_clause",
    "restore_clause",
    "restore_draft",
    "return_to_work",
    "run_trial",
    "save_clause",
    "sign_regulation",
    "suppress_again",
    "undo_decision",
    "withdraw_draft",
]
