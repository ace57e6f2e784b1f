"""The list of plans, a new one, one plan with its scenarios, and scenarios beside each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.company.queries import current_company
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.planning.check_panel import chance_words
from onegoal.apps.planning.check_words import month_words
from onegoal.apps.planning.forms import NewPlanForm
from onegoal.apps.planning.grid_html import shown_value
from onegoal.apps.planning.models import PLANNED_MONEY, SALES_SIDE, PlanVersion, VersionState
from onegoal.apps.planning.queries.checks import checks_of
from onegoal.apps.planning.queries.compare import MOST_COMPARED, CellChange, Compared, changes_between, side_by_side
from onegoal.apps.planning.queries.grid import title_of
from onegoal.apps.planning.queries.versions import visible_plans, visible_versions
from onegoal.apps.planning.services.plans import make_plan
from onegoal.apps.planning.views.common import find_plan, user_of
from onegoal.apps.shell.toasts import say
from onegoal.core.joint_plan.figures import Chance

_MOST_CHANGES = 300
_RANK = {VersionState.IN_FORCE: 0, VersionState.PROPOSED: 1, VersionState.DRAFT: 2}


@dataclass(frozen=True)
class ComparedRow:
    """One line of scenarios side by side: each figure, and by how much it differs from the first."""

    name: str
    is_whole: bool
    cells: tuple[tuple[str, str], ...]


@requires(Right.SEE_PLAN)
@require_GET
def current(request: HttpRequest) -> HttpResponse:
    """Go to the plan that holds now; where there is none, to the one worked on last, else to the list."""
    month = timezone.localdate().replace(day=1)
    versions = visible_versions(user_of(request)).filter(plan__archived_at=None)
    here = [one for one in versions if one.plan.first_month <= month <= one.plan.last_month and one.state in _RANK]
    here.sort(key=lambda one: (one.plan.project_id is not None, _RANK[VersionState(one.state)], -one.pk))
    found = here[0] if here else versions.filter(state=VersionState.DRAFT).order_by("-pk").first()
    return redirect("planning:version", found.pk) if found else redirect("planning:plans")


@requires(Right.SEE_PLAN)
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """All plans, the latest months first, with the version in force and those on their way."""
    user = user_of(request)
    versions = PlanVersion.objects.order_by("-number").prefetch_related("signatures__user")
    found = visible_plans(user).select_related("project").prefetch_related(Prefetch("versions", versions))
    return render(
        request, "planning/plans.html", {"plans": found, "may_draft": has_right(user, Right.DRAFT_PLAN)}
    )  # fmt: skip


@requires(Right.DRAFT_PLAN)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a plan with its first scenario."""
    user, now = user_of(request), timezone.now()
    form = NewPlanForm(request.POST or None, user=user, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        version = make_plan(
            name=said["name"], project=said["project"], first_month=said["first_month"],
            last_month=said["last_month"], projects=said["projects"], product_types=said["product_types"],
            channels=said["channels"], author=user, now=now,
        )  # fmt: skip
        return redirect("planning:version", version.pk)
    return render(request, "planning/new.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.SEE_PLAN)
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: its scenarios, chosen two to four to be compared."""
    found = find_plan(request, pk)
    versions = list(found.versions.select_related("author", "copied_from").prefetch_related("signatures__user"))
    may_draft = has_right(user_of(request), Right.DRAFT_PLAN)
    return render(request, "planning/plan.html", {"plan": found, "versions": versions, "may_draft": may_draft})


@requires(Right.SEE_PLAN)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two to four versions side by side; of two, also each smallest figure that changed."""
    wanted = [int(said) for said in request.GET.getlist("version") if said.isdecimal()]
    found = {one.pk: one for one in visible_versions(user_of(request)).filter(pk__in=wanted[:20])}
    chosen = [found[pk] for pk in dict.fromkeys(wanted) if pk in found]
    if not 2 <= len(chosen) <= MOST_COMPARED:
        say(request, _("Choose two to four scenarios to compare."), level=messages.WARNING)
        return redirect("planning:plan", chosen[0].plan_id) if chosen else redirect("planning:plans")
    currency, now = current_company().currency or "EUR", timezone.now()
    changes = changes_between(chosen[0], chosen[1]) if len(chosen) == 2 else []
    with_months = request.GET.get("months") == "1"
    address = QueryDict(mutable=True)
    address.setlist("version", [f"{one.pk}" for one in chosen])
    if not with_months:
        address["months"] = "1"
    context = {
        "versions": chosen,
        "with_months": with_months,
        "toggle_url": f"{request.path}?{address.urlencode()}",
        "rows": [
            _compared(one, currency)
            for one in side_by_side(chosen)
            if one.month is None or (with_months and one.differs)
        ],
        "outlooks": [_outlook(one, now) for one in chosen],
        "changes": [_change(one, currency) for one in changes[:_MOST_CHANGES]],
        "more": max(0, len(changes) - _MOST_CHANGES),
    }
    return render(request, "planning/compare.html", context)


def _compared(row: Compared, currency: str) -> ComparedRow:
    kind, first = "money" if row.metric in PLANNED_MONEY else "count", row.values[0]
    cells = []
    for value in row.values:
        gap = None if value is None or first is None or value == first else value - first
        sign = "" if gap is None else ("+" if gap > 0 else "\u2212") + shown_value(abs(gap), kind, currency)
        cells.append((shown_value(value, kind, currency), sign))
    name = _(title_of(row.metric)) if row.month is None else month_words(row.month)
    return ComparedRow(name, row.month is None, tuple(cells))


def _outlook(version: PlanVersion, now: dt.datetime) -> dict[str, Any]:
    told = checks_of(version, now)
    chance = next((one for one in told.chances if one.metric == "deals_won" and one.month is None), None)
    return {"red": len(told.red), "chance": _chance(chance), "known": told.has_history}


def _chance(chance: Chance | None) -> str:
    return chance_words(chance.chance) if chance and chance.chance is not None else ""


def _change(one: CellChange, currency: str) -> dict[str, str]:
    kind = "money" if one.metric in PLANNED_MONEY else "count"
    part = one.part if one.metric in SALES_SIDE or not one.part else str(capfirst(channel_words(one.part)))
    return {
        "month": month_words(one.month), "metric": _(title_of(one.metric)), "project": one.project, "part": part,
        "before": shown_value(one.before, kind, currency), "after": shown_value(one.after, kind, currency),
    }  # fmt: skip
