"""Writes of the audit: asking for one, running it, drafting a change that mends, setting the levers' numbers."""

from __future__ import annotations

from onegoal.apps.conflicts.services.audits import AlreadyRunning, ask_audit, give_up, run_audit
from onegoal.apps.conflicts.services.mending import NothingToMend, draft_mend
from onegoal.apps.conflicts.services.numbers import reset_numbers, set_number

__all__ = [
    "AlreadyRunning", "NothingToMend", "ask_audit", "draft_mend", "give_up", "reset_numbers", "run_audit", "set_number",
]  # fmt: skip
