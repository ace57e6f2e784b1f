"""Reads of the desk: which leads a reader works on, what is to be done with each, and by when."""

from __future__ import annotations

from onegoal.apps.desk.queries.absences import away_on, visible_absences
from onegoal.apps.desk.queries.clocks import WAITING, Clock, clock_of, clocks_of, fresh_since, is_waiting
from onegoal.apps.desk.queries.inbox import inbox, offered_leads
from onegoal.apps.desk.queries.rules import Answer, candidates, give_answer, rule_of, rules_in_use, sellers_of

__all__ = [
    "WAITING",
    "Answer",
    "Clock",
    "away_on",
    "candidates",
    "clock_of",
    "clocks_of",
    "fresh_since",
    "give_answer",
    "inbox",
    "is_waiting",
    "offered_leads",
    "rule_of",
    "rules_in_use",
    "sellers_of",
    "visible_absences",
]
