"""What was planned for the months a page shows, and whether the plans of sales and marketing can meet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.planning.queries.checks import gap_of_month
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.core.joint_plan.figures import Check
from onegoal.core.plans import planned_months


def plan_of(asked: Asked) -> Mapping[str, int]:
    """Return the planned figures that the page's can be held against, by metric; empty where none can.

    A plan is the company's or a project's: pages narrowed to anything else, or to some people's rows, have none.
    """
    months = planned_months(asked.period)
    narrowed = dict(asked.where)
    is_whole = asked.scope.seller_ids is None and asked.scope.team_ids is None and asked.scope.project_ids is None
    if months is None or not is_whole or set(narrowed) - {"project"} or len(narrowed) != len(asked.where):
        return {}
    plan = planned_figures(*months, project=narrowed.get("project"))
    return {metric: value for metric, value in plan.items() if asked.may_ask(metric)}


def gap_of(asked: Asked, plan: Mapping[str, int], now: dt.datetime) -> Check | None:
    """Return the failed check when the planned leads cannot feed the planned deals of these months."""
    months = planned_months(asked.period)
    if months is None or "leads" not in plan or "deals_won" not in plan:
        return None
    gap = gap_of_month(*months, project=dict(asked.where).get("project") or "", now=now)
    return gap if gap is not None and gap.is_red else None
