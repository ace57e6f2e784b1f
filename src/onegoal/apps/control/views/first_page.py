"""The first page: the one goal in a sentence and a number, what today needs, the chain, and what costs the goal most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.kept_pages import kept_until_change
from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.analysis.chain_cards import Card, cards
from onegoal.apps.analysis.queries.asked import Asked, ask_each, extent
from onegoal.apps.analysis.queries.chain import Link, chain
from onegoal.apps.control.blocks import blocks_for
from onegoal.apps.control.charts import pace_chart
from onegoal.apps.control.queries.losses import losses_now
from onegoal.apps.control.queries.owed import Owed, owed_today
from onegoal.apps.control.queries.pace import Pace, pace_of
from onegoal.apps.control.words import (
    forecast_sentence,
    loss_sentence,
    needed_sentence,
    of_the_goal,
    owner_words,
    part_name,
    percent,
    standing_of,
)
from onegoal.apps.facts.queries import data_version, scope_of
from onegoal.apps.goal.models import KpiState, SharedKpi
from onegoal.apps.goal.queries import current_kpi, visible_kpis
from onegoal.apps.planning.queries.in_force import planned_by_day
from onegoal.apps.regulation.models import Side
from onegoal.apps.shell.navigation import door_url, home_for
from onegoal.core.periods import Period
from onegoal.metrics.catalogue import METRICS

LINKS: Final = (
    Link("visitors", "visitor_to_lead"),
    Link("leads", "lead_to_qualified"),
    Link("qualified_leads", "qualified_to_deal"),
    Link("deals", "deal_to_won"),
    Link("deals_won"),
    Link("money_received"),
)
"""The chain in six cards; the whole of it has a page of its own."""
_USUAL_DAYS: Final = 90
_STALE_FOR: Final = 60
"""Seconds for which the page before is shown while the next is made: data arrive all the time, and nobody waits for them."""


def first_page(request: HttpRequest) -> HttpResponseBase:
    """Lead everybody to the room their role starts in: the goal for heads, marketers and supervisors."""
    home = home_for(request.user) if request.user.is_authenticated else ""
    return redirect(home) if home and home != request.path else goal(request)


@requires(Right.SEE_GOAL)
@require_GET
@kept_until_change(data_version, stale_for=_STALE_FOR)
def goal(request: HttpRequest) -> HttpResponseBase:
    """One sentence and one number, the way there, what today needs, the chain, what costs most."""
    user: User = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    chosen, others = chosen_kpi(request, today)
    pace = pace_of(chosen, today=today) if chosen else None
    recorded = extent(scope_of(user))
    context = {
        "pace": pace,
        "kpi": chosen,
        "others": others,
        "has_data": recorded is not None,
        "import_url": door_url(user, "data"),
        "new_kpi_url": reverse("goal:new") if has_right(user, Right.SET_GOAL) else "",
        "chain": chain_of(user, chosen, today, recorded) if has_right(user, Right.SEE_FIGURES) and recorded else [],
        "losses": _losses(user, pace),
        "desk_url": reverse("control:desk") if has_right(user, Right.SEE_DESK) else "",
        "blocks": blocks_for(request, pace),
        **(_told(pace) if pace else {}),
    }
    return render(request, "control/first_page.html", context)


def _minute() -> str:
    return f"{timezone.now():%H:%M}"


@requires(Right.SEE_GOAL)
@require_GET
@kept_until_change(data_version, _minute, stale_for=_STALE_FOR)
def owed(request: HttpRequest) -> HttpResponse:
    """What the departments owe each other now: fetched by the first page, which is kept and cannot know the hour."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    today = timezone.localdate(now)
    kpi, _others = chosen_kpi(request, today)
    found = owed_today(user, kpi, now=now, today=today)
    return render(request, "control/owed.html", {"sides": _sides(found, pace_of(kpi, today=today) if kpi else None)})


def chosen_kpi(request: HttpRequest, today: dt.date) -> tuple[SharedKpi | None, list[SharedKpi]]:
    """Return the KPI the address names, else the reader's own, and all that are active today for a choice between them."""
    user: User = request.user  # type: ignore[assignment]
    active = list(visible_kpis(user).filter(state=KpiState.ACTIVE, starts_on__lte=today, ends_on__gte=today))
    named = next((kpi for kpi in active if str(kpi.pk) == request.GET.get("kpi")), None)
    return named or current_kpi(user, today), active if len(active) > 1 else []


def _told(pace: Pace) -> dict[str, Any]:
    status, standing = standing_of(pace)
    return {
        "number": percent(pace.attained),
        "of_the_goal": of_the_goal(pace.kpi),
        "forecast": forecast_sentence(pace),
        "status": {"behind": "poor", "ahead": "good"}.get(status, ""),
        "standing": standing,
        "chart": pace_chart(pace),
        "needed": [(part_name(part), words) for part in pace.parts if (words := needed_sentence(part))],
    }


def chain_of(user: User, kpi: SharedKpi | None, today: dt.date, recorded: Period | None) -> list[Card]:
    """Return the chain in the KPI's period so far, or in the last days that have records."""
    last = min(today, recorded.end) if recorded else today
    period = Period(kpi.starts_on, today) if kpi else Period(last - dt.timedelta(days=_USUAL_DAYS - 1), last)
    where = (("project", kpi.project.name),) if kpi and kpi.project else ()
    asked = Asked(
        period=period, compared=period.previous(), where=where, scope=scope_of(user),
        sees_costs=has_right(user, Right.SEE_COSTS),
    )  # fmt: skip
    answers = ask_each(asked.questions([name for link in LINKS for name in (link.metric, link.arrow) if name]))
    plan = _plan(kpi, period) if asked.scope.seller_ids is None and asked.scope.team_ids is None else {}
    return cards(asked, "", LINKS, chain(asked, answers), plan)


def _plan(kpi: SharedKpi | None, period: Period) -> dict[str, int]:
    """What was planned to come by today, where a plan in force says so for every day."""
    if kpi is None:
        return {}
    found = {link.metric: planned_by_day(link.metric, period.start, period.end, project=kpi.project) for link in LINKS}
    return {metric: sum(days.values()) for metric, days in found.items() if len(days) == period.days()}


def _losses(user: User, pace: Pace | None) -> list[Mapping[str, Any]]:
    address = reverse("control:pace")
    return [
        {
            "words": loss_sentence(loss),
            "owner": owner_words(loss),
            "points": percent(loss.points, 1) if loss.points is not None else "",
            "url": reverse("control:blocker", args=[loss.blocker.pk]) if loss.blocker else f"{address}#{loss.kind}",
        }
        for loss in losses_now(user, pace)
    ]


def _sides(found: Owed, pace: Pace | None) -> list[Mapping[str, Any]]:
    """Both departments with what they owe the other today, each line with its list."""
    marketing = [_handed_over(*line) for line in found.handed_over]
    sales = []
    if found.late_answers:
        text = ngettext(
            "%(count)s lead waits for an answer longer than agreed",
            "%(count)s leads wait for an answer longer than agreed",
            found.late_answers,
        )
        sales.append({"text": text % {"count": found.late_answers}, "url": reverse("desk:inbox"), "is_late": True})
    for part in pace.parts if pace else ():
        if part.missing_today and part.kind in ("deals", "cash"):
            sales.append(
                {
                    "text": _("Today %(what)s") % {"what": needed_sentence(part)},
                    "url": reverse("control:pace"),
                    "is_late": False,
                }
            )
    for side, lines in ((Side.MARKETING, marketing), (Side.SALES, sales)):
        waiting, late = found.questions[side]
        if waiting:
            text = ngettext("%(count)s question waits for an answer", "%(count)s questions wait for an answer", waiting)
            lines.append({"text": text % {"count": waiting}, "url": reverse("feedback:questions"), "is_late": late > 0})
    return [
        {"title": capfirst(str(side.label)), "lines": lines}
        for side, lines in ((Side.MARKETING, marketing), (Side.SALES, sales))
    ]


def _handed_over(metric: str, fact: int, plan: int | None) -> dict[str, Any]:
    said = {"what": _(METRICS[metric].title), "fact": fact, "plan": plan}
    text = _("%(what)s today: %(fact)s of %(plan)s planned") if plan is not None else _("%(what)s today: %(fact)s")
    day = timezone.localdate().isoformat()
    return {
        "text": text % said, "url": f"{reverse('analysis:behind')}?metric={metric}&from={day}&to={day}", "is_late": False,
    }  # fmt: skip
