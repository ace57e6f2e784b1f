"""Writes of the desk: giving leads out, answers to them, rules and absences."""

from __future__ import annotations

from onegoal.apps.desk.services.absences import remove_absence, restore_absence, save_absence
from onegoal.apps.desk.services.answers import note_answer, note_answers
from onegoal.apps.desk.services.assigning import AlreadyTaken, assign_lead, assign_leads, claim_leads, set_tasks
from onegoal.apps.desk.services.distribution import distribute_lead, distribute_new_leads
from onegoal.apps.desk.services.rules import move_rule, remove_rule, restore_rule, save_rule, switch_rule

__all__ = [
    "AlreadyTaken",
    "assign_lead",
    "assign_leads",
    "claim_leads",
    "distribute_lead",
    "distribute_new_leads",
    "move_rule",
    "note_answer",
    "note_answers",
    "remove_absence",
    "remove_rule",
    "restore_absence",
    "restore_rule",
    "save_absence",
    "save_rule",
    "set_tasks",
    "switch_rule",
]
