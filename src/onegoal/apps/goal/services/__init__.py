"""Writes of the shared KPI: drafts, activation and end, changes that both departments sign."""

from __future__ import annotations

from onegoal.apps.goal.services.activation import activate_kpi, end_kpi, renew_kpi, resume_kpi
from onegoal.apps.goal.services.changes import propose_change, sign_change, withdraw_change
from onegoal.apps.goal.services.drafts import change_draft, delete_draft, draft_kpi
from onegoal.apps.goal.services.refusals import KpiRefused

__all__ = [
    "KpiRefused", "activate_kpi", "change_draft", "delete_draft", "draft_kpi", "end_kpi", "propose_change",
    "renew_kpi", "resume_kpi", "sign_change", "withdraw_change",
]  # fmt: skip
