"""The audit of KPI conflicts: levers tried on the company's own months, where pay rises while the shared KPI falls."""

from __future__ import annotations

from onegoal.core.kpi_conflicts.assumptions import ASSUMPTIONS, Assumption, attention_of
from onegoal.core.kpi_conflicts.audit import Audit, Conflict, Curve, Tested, audit
from onegoal.core.kpi_conflicts.history import Channel, History, goal_of_months
from onegoal.core.kpi_conflicts.levers import LEVERS, Lever, Pools, pools_of
from onegoal.core.kpi_conflicts.mending import Mend, Replaced, replacements
from onegoal.core.kpi_conflicts.paid import Figure, PersonHistory, SchemePay

__all__ = [
    "ASSUMPTIONS", "LEVERS", "Assumption", "Audit", "Channel", "Conflict", "Curve", "Figure", "History", "Lever", "Mend",
    "PersonHistory", "Pools", "Replaced", "SchemePay", "Tested", "attention_of", "audit", "goal_of_months",
    "pools_of", "replacements",
]  # fmt: skip
