"""Interim control: each part's pace, the steps of the chain, sags and rises, and the way down to teams, people and deals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.charts import pace_chart
from onegoal.apps.control.queries.bottleneck import NOW_DAYS, PRICE, StepNow, steps_read
from onegoal.apps.control.queries.days import RESULTS, Cut, Standing, standings_of
from onegoal.apps.control.queries.losses import bottleneck_of
from onegoal.apps.control.queries.pace import Pace, pace_of
from onegoal.apps.control.queries.sags import latest_reading, open_rises, open_sags, visible_sags
from onegoal.apps.control.views.first_page import chosen_kpi
from onegoal.apps.control.words import (
    amount,
    bottleneck_sentence,
    forecast_sentence,
    of_the_goal,
    part_name,
    percent,
    sag_name,
    sag_sentence,
    sag_value,
    span,
    standing_of,
    step_name,
    step_value,
)
from onegoal.apps.facts.queries import data_version, scope_of
from onegoal.apps.goal.models import SharedKpi
from onegoal.apps.shell import figures
from onegoal.core.periods import Period
from onegoal.metrics.catalogue import METRICS

_CUTS: Final[tuple[Cut, ...]] = ("team", "seller", "project")
_MOST_HISTORY: Final = 30


@requires(Right.SEE_GOAL)
@require_GET
@kept_until_change(data_version)
def pace(request: HttpRequest) -> HttpResponseBase:
    """Show the pace part by part, the bottleneck, sags, and who brought what."""
    user: User = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    kpi, others = chosen_kpi(request, today)
    found = pace_of(kpi, today=today) if kpi else None
    context = {
        "kpi": kpi,
        "others": others,
        "new_kpi_url": reverse("goal:new") if has_right(user, Right.SET_GOAL) else "",
        "sees_figures": has_right(user, Right.SEE_FIGURES),
        **(_pace(found) if found else {}),
        **(_watch(user, found) if has_right(user, Right.SEE_FIGURES) else {}),
        **(_people(request, kpi, found) if kpi and found and has_right(user, Right.SEE_FIGURES) else {}),
    }
    return render(request, "control/pace.html", context)


def _pace(found: Pace) -> dict[str, Any]:
    status, standing = standing_of(found)
    return {
        "pace": found,
        "number": percent(found.pace) if found.pace is not None else "",
        "reached": f"{percent(found.attained)} {of_the_goal(found.kpi)}",
        "expected": percent(found.expected),
        "forecast": forecast_sentence(found),
        "status": {"behind": "poor", "ahead": "good"}.get(status, ""),
        "standing": standing,
        "chart": pace_chart(found),
        "parts": [_part(part) for part in found.parts],
    }


def _part(part: Any) -> Mapping[str, str]:
    is_share = part.kind == "mix"
    forecast = part.forecast
    bounds = span(forecast) if is_share else f"{amount(part.kind, forecast.low)}–{amount(part.kind, forecast.high)}"
    return {
        "name": part_name(part),
        "weight": percent(part.weight_bp / 10_000),
        "target": amount(part.kind, part.target) if part.target else percent(1.0),
        "expected": amount(part.kind, part.expected),
        "fact": amount(part.kind, part.fact),
        "pace": percent(part.pace) if part.pace is not None else "–",
        "forecast": amount(part.kind, forecast.estimate),
        "bounds": bounds,
    }


def _watch(user: User, found: Pace | None) -> dict[str, Any]:
    reading, low = latest_reading(), bottleneck_of(found)
    over = visible_sags(user).exclude(ended_on=None)[:_MOST_HISTORY]
    return {
        "reading": reading,
        "bottleneck": bottleneck_sentence(low) if low else "",
        "bottleneck_points": percent(low.points.estimate, 1) if low and found else "",
        "steps": [_step(step) for step in steps_read()],
        "now_days": NOW_DAYS,
        "sags": [{"words": sag_sentence(sag), "sag": sag} for sag in open_sags(user)],
        "rises": [sag_sentence(sag) for sag in open_rises(user)],
        "over": [
            {
                "name": sag_name(sag),
                "value": sag_value(sag, sag.value),
                "normal": sag_value(sag, sag.normal),
                "sag": sag,
            }
            for sag in over
        ],
    }


def _step(step: StepNow) -> Mapping[str, Any]:
    has_counts = step.name not in (PRICE, "visitors") and step.base
    return {
        "name": step_name(step),
        "now": step_value(step, step.value),
        "normal": step_value(step, step.normal),
        "counts": figures.show_counts(figures.Rate(round(step.count), round(step.base))) if has_counts else "",
        "is_low": step.gain is not None,
    }


def _people(request: HttpRequest, kpi: SharedKpi, found: Pace) -> dict[str, Any]:
    """Who brought what in the period so far, cut by team, person or project, each number leading to its list."""
    asked = request.GET.get("by", "")
    by = next((one for one in _CUTS if one == asked), _CUTS[0])
    period = Period(kpi.starts_on, max(found.today, kpi.starts_on))
    scope = scope_of(request.user)  # type: ignore[arg-type]
    columns = {metric: standings_of(by, period, metric, scope, kpi.project) for metric in RESULTS}
    names = dict.fromkeys(one.name for lines in columns.values() for one in lines)
    cuts = {"team": _("Teams"), "seller": _("People"), "project": _("Projects")}
    return {
        "by": by,
        "cuts": [(key, words, f"?{urlencode({'kpi': kpi.pk, 'by': key})}#people") for key, words in cuts.items()],
        "headings": [_(METRICS[metric].title) for metric in RESULTS],
        "lines": [_line(name, by, columns, period, kpi) for name in names],
    }


def _line(
    name: str | None, by: str, columns: Mapping[str, list[Standing]], period: Period, kpi: SharedKpi
) -> Mapping[str, Any]:
    project = {"project": kpi.project.name} if kpi.project else {}
    shared = {"from": period.start.isoformat(), "to": period.end.isoformat(), **project, by: name or ""}
    chain = f"{reverse('analysis:chain')}?{urlencode(shared)}"
    values = []
    for metric, lines in columns.items():
        fact = next((one.fact for one in lines if one.name == name), 0)
        shown = (
            figures.show_number(fact)
            if METRICS[metric].unit == "count"
            else figures.show_money(fact, current_company().currency)
        )
        address = f"{reverse('analysis:behind')}?{urlencode({'metric': metric, **shared})}"
        values.append({"shown": shown, "url": address, "title": _(METRICS[metric].title)})
    return {"name": name or _("not set"), "url": chain, "values": values}
