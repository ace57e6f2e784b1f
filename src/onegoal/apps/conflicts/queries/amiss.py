"""What is amiss beside conflicts of pay: plans that cannot meet, steps nobody plans or answers for, flags of schemes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from onegoal.apps.conflicts.queries.people import SchemeAudited
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.pay.queries.flags import flags_in_force
from onegoal.apps.pay.queries.names import asked_figure
from onegoal.apps.planning.models import PlannedMetric
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.planning.queries.in_force import planned_figures, version_in_force

_STEPS: Final = tuple(PlannedMetric)


def plans_that_cannot_meet(now: dt.datetime, today: dt.date) -> list[dict[str, Any]]:
    """Return the red checks of the company's plan in force that concern this month or later."""
    version = version_in_force(month=today.replace(day=1))
    if version is None:
        return []
    outlook = checks_of(version, now)
    return [
        {
            "kind": "plan",
            "code": check.code,
            "subject": check.subject,
            "month": check.month.isoformat() if check.month else None,
            "planned": float(check.planned),
            "missing": float(check.missing),
            "unit": check.unit,
            "project": check.project,
            "possible": [_plain(bound) for bound in (check.possible.estimate, check.possible.low, check.possible.high)],
            "reason": check.reason,
            "too_late": float(check.too_late),
            "plan_id": version.plan_id,
            "version_id": version.pk,
            "is_overridden": version.overrides.exists(),
        }
        for check in outlook.red
        if check.month is None or check.month >= today.replace(day=1)
    ]


def steps_without(schemes: Iterable[SchemeAudited], kpi: SharedKpi | None, today: dt.date) -> list[dict[str, Any]]:
    """Return the steps of the chain that are not planned this month, and those for which nobody answers.

    A department answers for a step that it plans, or by which somebody of it is paid. The KPI itself has an owner, who
    may have left.
    """
    month = today.replace(day=1)
    planned = set(planned_figures(month, month))
    paid = {
        figure.metric.name
        for scheme in schemes
        for name in scheme.pay.asked
        if scheme.pay.people and (figure := asked_figure(name)) is not None
    }
    found: list[dict[str, Any]] = []
    if kpi is not None and not kpi.owner.is_active:
        found.append({"kind": "owner_gone", "owner": kpi.owner.name, "kpi_id": kpi.pk})
    missing = [step.value for step in _STEPS if step.value not in planned]
    if missing:
        found.append({"kind": "not_planned", "steps": missing, "month": month.isoformat()})
    if nobodys := [step for step in missing if step not in paid]:
        found.append({"kind": "nobodys", "steps": nobodys})
    return found


def flags_of_pay(today: dt.date) -> list[dict[str, Any]]:
    """Return wholly fixed schemes, departments without a shared part, caps that bite before the target."""
    return [
        {
            "kind": flag.code,
            "side": flag.side,
            "scheme": flag.version.scheme.name if flag.version else "",
            "scheme_id": flag.version.scheme_id if flag.version else None,
            "part": flag.part,
            "reached": float(flag.reached) if flag.reached is not None else None,
            "user": flag.user.name if flag.user else "",
        }
        for flag in flags_in_force(today)
    ]


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)
