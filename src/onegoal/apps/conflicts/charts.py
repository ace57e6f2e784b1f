"""Plots of the audit: pay against the KPI as a lever is pulled, and how reports have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from onegoal.apps.conflicts.models import ConflictReport
from onegoal.apps.conflicts.queries.reports import conflicts_of
from onegoal.apps.conflicts.words import lever_name
from onegoal.apps.shell import numbers
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language


def curve_chart(one: Mapping[str, Any], at: int) -> Chart:
    """Pay and KPI, each in per cent of what it is, by how far the lever is pulled."""
    curve = one["curve"]
    base = one["pay"][0] / one["share"] if one["share"] else 1.0
    title = _("The further, the more %(scheme)s gets and the less the goal") % {"scheme": one["scheme"]}
    return Chart(
        key=f"curve-{at}", kind="line", title=title, size="small", starts_at_zero=False,
        note=_("Pay in per cent of today's, the goal in points; the band holds 95 of 100 cases."),
        labels=[numbers.write_percent(strength, language(), digits=0) for strength in curve["strengths"]],
        label_title=_("How far: %(lever)s") % {"lever": lever_name(one["lever"])},
        unit=Unit("percent"),
        series=[
            Series(_("pay"), [pay / base for pay in curve["pay"]]),
            Series(_("goal"), [kpi[0] for kpi in curve["kpi"]], low=[kpi[1] for kpi in curve["kpi"]],
                   high=[kpi[2] for kpi in curve["kpi"]]),
        ],
    )  # fmt: skip


def trend_chart(reports: Sequence[ConflictReport]) -> Chart:
    """What all conflicts of a report cost the goal, report by report, the oldest first."""
    losses = [sum(-one["kpi"][0] for one in conflicts_of(report)) for report in reports]
    first, last = losses[0], losses[-1]
    title = (
        _("Conflicts cost less than in the first report")
        if last < first
        else _("Conflicts cost as much as in the first report")
    )
    if last > first:
        title = _("Conflicts cost more than in the first report")
    return Chart(
        key="trend", kind="line", title=title, size="small", unit=Unit("percent"),
        note=_("Points of the goal that the conflicts of a report would cost, added up."),
        labels=[report.made_at.date().isoformat() for report in reports], label_kind="day",
        series=[Series(_("loss"), losses)],
    )  # fmt: skip
