"""The list of KPIs, and one KPI: what it has reached by part, how the total is composed, and its versions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.facts.queries import scope_of
from onegoal.apps.goal.history import history_of
from onegoal.apps.goal.models import KpiState, PartKind, SharedKpi
from onegoal.apps.goal.queries import (
    attainment_of,
    attainments_by_day,
    fact_of,
    terms_of,
    version_of_day,
    visible_kpis,
    working_days,
)
from onegoal.apps.goal.views.common import counted_until, find_kpi, scope_words, standing, user_of
from onegoal.apps.goal.words import flaw_words, part_words
from onegoal.apps.shell import numbers
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import language
from onegoal.core.shared_kpi import (
    AVERAGE_PRICE,
    CASH,
    DEALS,
    MIX,
    Attainment,
    PartAttainment,
    flaws_of_terms,
    mix_lines,
)
from onegoal.metrics.question import Scope

_METRIC = {DEALS: "deals_won", AVERAGE_PRICE: "average_price", MIX: "deals_won", CASH: "money_received"}


@dataclass(frozen=True)
class Line:
    """One KPI in the list."""

    kpi: SharedKpi
    scope: str
    standing: str
    attainment: Attainment | None


@dataclass(frozen=True)
class PartLine:
    """One part on the page: its words, what was reached of what, and the list behind the figure."""

    part: PartAttainment
    label: Any
    fact: str
    target: str
    url: str


@requires(Right.SEE_GOAL)
@require_GET
def kpis(request: HttpRequest) -> HttpResponse:
    """Every KPI the reader may see, the newest period first."""
    today = timezone.localdate()
    lines = [
        Line(
            kpi, scope_words(kpi), standing(kpi, today),
            attainment_of(kpi, until=counted_until(kpi, today)) if kpi.state != KpiState.DRAFT else None,
        )
        for kpi in visible_kpis(user_of(request))
    ]  # fmt: skip
    current = next((line for line in lines if line.kpi.state == KpiState.ACTIVE and _runs(line.kpi, today)), None)
    context = {"lines": lines, "current": current, "may_set": has_right(user_of(request), Right.SET_GOAL)}
    return render(request, "goal/kpis.html", context)


@requires(Right.SEE_GOAL)
@require_GET
def kpi(request: HttpRequest, pk: int) -> HttpResponse:
    """One KPI: the number, its parts, the mix, and the versions."""
    one, reader, today = find_kpi(request, pk), user_of(request), timezone.localdate()
    until = counted_until(one, today)
    reached, fact, version = attainment_of(one, until=until), fact_of(one, until=until), version_of_day(one, until)
    terms = terms_of(version) if version else None
    is_draft, has_begun = one.state == KpiState.DRAFT, one.starts_on <= today
    flaws = flaws_of_terms(terms) if terms and is_draft else []
    days, gone = working_days(one, one.starts_on, one.ends_on), working_days(one, one.starts_on, until)
    context = {
        "kpi": one, "scope": scope_words(one), "standing": standing(one, today), "until": until,
        "reached": reached, "has_begun": has_begun, "is_draft": is_draft,
        "parts": [_part_line(part, one, until, reader) for part in reached.parts],
        "missing": [flaw_words(flaw) for flaw in flaws],
        "mix": mix_lines(terms.mix, fact.by_type) if terms and terms.mix else [],
        "days": len(days), "gone": len(gone),
        "chart": _chart(one, until, reached) if has_begun and not is_draft else None,
        "history": history_of(one, reader),
        "may_set": has_right(reader, Right.SET_GOAL),
        "is_over": today > one.ends_on,
    }  # fmt: skip
    return render(request, "goal/kpi.html", context)


def _runs(one: SharedKpi, today: dt.date) -> bool:
    return one.starts_on <= today <= one.ends_on


def _part_line(part: PartAttainment, one: SharedKpi, until: dt.date, reader: Any) -> PartLine:
    fact, target = part_words(part)
    # The list holds the reader's own rows: it is offered only where these are the whole figure.
    sees_all = has_right(reader, Right.SEE_FIGURES) and scope_of(reader) == Scope()
    params = {"metric": _METRIC[part.kind], "from": one.starts_on.isoformat(), "to": until.isoformat()}
    if one.project:
        params["project"] = one.project.name
    url = f"{reverse('analysis:behind')}?{urlencode(params)}" if sees_all and until >= one.starts_on else ""
    return PartLine(part, PartKind(part.kind).label, fact, target, url)


def _chart(one: SharedKpi, until: dt.date, reached: Attainment) -> Chart:
    days = attainments_by_day(one, until=until)
    share = numbers.write_percent(float(reached.total), language(), digits=0)
    day = numbers.write_day(until, language())
    return Chart(
        key="attainment", kind="line", label_kind="day",
        title=_("%(share)s of the KPI reached by %(day)s") % {"share": share, "day": day},
        labels=[one_day.isoformat() for one_day, _reached in days],
        unit=Unit("percent"),
        note=_("each day by the version that held then"),
        series=(Series(_("reached"), [round(float(at.total), 4) for _day, at in days]),),
    )  # fmt: skip
