"""Writes from cards: fields, notes, tasks, leads by hand, the address of a calendar."""

from __future__ import annotations

from onegoal.apps.cards.services.calendar import make_calendar_link, revoke_calendar_link
from onegoal.apps.cards.services.fields import ChangedMeanwhile, Saved, card_mark, save_card
from onegoal.apps.cards.services.lead import NewLead, write_lead
from onegoal.apps.cards.services.notes import add_note, delete_note, edit_note, pin_note
from onegoal.apps.cards.services.tasks import TaskIsDone, add_task, finish_task, move_task, reassign_task, reopen_task

__all__ = [
    "ChangedMeanwhile",
    "NewLead",
    "Saved",
    "TaskIsDone",
    "add_note",
    "add_task",
    "card_mark",
    "delete_note",
    "edit_note",
    "finish_task",
    "make_calendar_link",
    "move_task",
    "pin_note",
    "reassign_task",
    "reopen_task",
    "revoke_calendar_link",
    "save_card",
    "write_lead",
]
