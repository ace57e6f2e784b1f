"""What was planned for the months a page shows, and whether the plans of sales and marketing can meet."""

from __future__ import annotations

from collections.abc import Mapping

from onegoal.apps.analysis.queries.asked import Asked
from onegoal.apps.company.queries import planned_figures
from onegoal.apps.facts.queries import ask
from onegoal.core.plans import PlanGap, conversion_period, plan_gap, planned_months


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


def gap_of(asked: Asked, plan: Mapping[str, int]) -> PlanGap | None:
    """Return whether the planned leads can feed the planned deals, by the conversion of the twelve months before."""
    if "leads" not in plan or "deals_won" not in plan:
        return None
    answer = ask(asked.question("lead_to_won", period=conversion_period(asked.period.start)))
    row = answer.rows[0]
    return plan_gap(
        planned_deals=plan["deals_won"],
        planned_leads=plan["leads"],
        won=int(row.numerator or 0),
        leads=int(row.denominator or 0),
    )
