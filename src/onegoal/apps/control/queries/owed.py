"""What marketing and sales owe each other today, counted in the records as far as the reader sees them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from onegoal.apps.accounts.models import User
from onegoal.apps.control.queries.days import facts_by_day, planned_days
from onegoal.apps.desk.queries.clocks import WAITING
from onegoal.apps.feedback.queries import visible_questions
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.queries import visible_leads
from onegoal.core.periods import Period

HANDED_OVER: Final = ("leads", "opportunities")
"""What marketing hands over, by the catalogue; planned as leads and qualified leads."""
_PLANNED_AS: Final = {"leads": "leads", "opportunities": "qualified_leads"}


@dataclass(frozen=True)
class Owed:
    """What is owed today: leads and qualified leads come and planned (None: not planned), answers and their lateness."""

    handed_over: tuple[tuple[str, int, int | None], ...]
    late_answers: int
    questions: dict[str, tuple[int, int]]
    """For each department how many questions wait for its answer, and how many of them longer than agreed."""


def owed_today(user: User, kpi: SharedKpi | None, *, now: dt.datetime, today: dt.date) -> Owed:
    """Return what the departments owe each other now."""
    project, day = kpi.project if kpi else None, Period(today, today)
    facts = facts_by_day(HANDED_OVER, day, project)
    late = visible_leads(user).filter(WAITING, response_due_at__lte=now)
    asked = visible_questions(user).filter(answered_at=None)
    return Owed(
        tuple(
            (metric, facts[metric].get(today, 0), planned_days(_PLANNED_AS[metric], day, project).get(today))
            for metric in HANDED_OVER
        ),
        (late.filter(project=project) if project else late).count(),
        {
            side: (asked.filter(side=side).count(), asked.filter(side=side, due_at__lt=now).count())
            for side in Side.values
        },
    )
