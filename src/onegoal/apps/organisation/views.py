"""Pages of the organisation: teams, sellers' load, division of work, handling times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onegoal.apps.accounts.models import Role
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.desk.models import DistributionRule
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.organisation import services
from onegoal.apps.organisation.forms import HandlingTimesForm
from onegoal.apps.organisation.models import HandlingTime, WorkKind
from onegoal.apps.organisation.queries import (
    DIMENSIONS,
    Handling,
    SellerLoad,
    Share,
    handling_times,
    seller_loads,
    shares,
    team_lines,
)
from onegoal.apps.organisation.words import load_words, queue_words, source_words, span_words
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.period import read_period
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.apps.shell.toasts import say

LEADERS = frozenset({Role.HEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
DEFAULT_PERIOD = "last_30_days"
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Tab:
    """One page of the room, or one cut of a page."""

    label: str
    url: str
    is_current: bool


def leads_people(view: View) -> View:
    """Let in heads, supervisors and administrators: those who form teams or lead them."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if user.role not in LEADERS:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@leads_people
@require_GET
def teams(request: HttpRequest) -> HttpResponseBase:
    """Teams with their supervisors and spans, and the rules by which new leads are divided."""
    lines = team_lines(request.user)  # type: ignore[arg-type]
    context = {
        "tabs": tabs_for(request, "teams"),
        "lines": [(line, span_words(line)) for line in lines],
        "rules": DistributionRule.objects.filter(is_active=True).select_related("project", "team"),
        "may_edit": has_right(request.user, Right.SET_USERS),  # type: ignore[arg-type]
    }
    return render(request, "organisation/teams.html", context)


@requires(Right.ASSIGN)
@require_GET
def load(request: HttpRequest) -> HttpResponseBase:
    """Hours of work a day of each seller against the hours there are."""
    today = timezone.localdate()
    choice = read_period(request.GET, today=today, default=DEFAULT_PERIOD, compare="none")
    loads = seller_loads(request.user, choice.period, today=today)  # type: ignore[arg-type]
    table = _load_table(request, loads)
    context = {
        "tabs": tabs_for(request, "load"),
        "period_choice": choice,
        "finding": _finding(loads),
        "chart": _chart(loads) if loads else None,
        "table": table,
        "times": [(WorkKind(told.kind).label, told, source_words(told)) for told in _times(choice.period)],
        "may_set": has_right(request.user, Right.SET_DESK),  # type: ignore[arg-type]
    }
    return respond(request, "organisation/load.html", context, table)


@requires(Right.ASSIGN)
@require_GET
def division(request: HttpRequest) -> HttpResponseBase:
    """How the leads of a period were divided among the sellers by project, product or channel."""
    choice = read_period(request.GET, today=timezone.localdate(), default=DEFAULT_PERIOD, compare="none")
    by = request.GET.get("by", "")
    by = by if by in DIMENSIONS else DIMENSIONS[0]
    table = _division_table(request, shares(request.user, choice.period, by), by)  # type: ignore[arg-type]
    context = {
        "tabs": tabs_for(request, "division"),
        "cuts": [Tab(label, _changed(request, key), key == by) for key, label in _dimensions().items()],
        "period_choice": choice,
        "table": table,
    }
    return respond(request, "organisation/division.html", context, table)


@requires(Right.SET_DESK)
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest) -> HttpResponseBase:
    """How long each kind of work takes."""
    present = dict(HandlingTime.objects.values_list("kind", "minutes"))
    form = HandlingTimesForm(request.POST or None, initial=present)
    if request.method == "POST" and form.is_valid():
        services.save_handling_times(minutes=form.cleaned_data, now=timezone.now())
        say(request, _("Saved."))
        return redirect("organisation:times")
    return render(request, "organisation/times.html", {"tabs": tabs_for(request, "times"), "form": form})


def _load_table(request: HttpRequest, loads: list[SellerLoad]) -> BoundTable:
    kinds = [kind for kind in WorkKind if kind != WorkKind.FOREIGN]
    columns = [
        Column("seller", _("Sales manager"), value="seller.name"),
        Column("team", _("Team"), value="seller.team.name"),
        Column("hours", _("Hours a day"), "number", value="load.hours.estimate", digits=1),
        Column("low", _("at least"), "number", value="load.hours.low", digits=1),
        Column("high", _("at most"), "number", value="load.hours.high", digits=1),
        Column("capacity", _("Hours there are"), "number", value="load.capacity", digits=1),
        Column("share", _("Taken"), "percent", value="load.share"),
        Column("verdict", _("What it means"), value=load_words),
        Column("queue", _("Queue"), value=queue_words),
        *(
            Column(kind, kind.label.capitalize(), "number", value=partial(_hours_of, kind), digits=2, visible=False)
            for kind in kinds
        ),
        *(
            Column(
                f"count_{kind}", _("%(kind)s, pieces") % {"kind": kind.label.capitalize()}, "number",
                value=partial(_count_of, kind), visible=False,
            )
            for kind in kinds
        ),
        Column("foreign", _("Not selling, hours"), "number", value="foreign", digits=1, visible=False),
        Column("days", _("Working days"), "number", visible=False),
    ]  # fmt: skip
    empty = _("No sellers, or no working days in this period.")
    table = Table(
        key="load", title=_("Load by sales manager"), columns=columns, default_sort="-hours", empty_title=empty
    )
    return table.bind(request, loads)


def _hours_of(kind: str, one: SellerLoad) -> float:
    return one.hours[kind]


def _count_of(kind: str, one: SellerLoad) -> int:
    return one.counts[kind]


def _chart(loads: list[SellerLoad]) -> Chart:
    ordered = sorted(loads, key=lambda one: -(one.load.hours.estimate or 0))
    return Chart(
        key="load",
        kind="bars",
        title=_finding(loads),
        note=_("Hours of work a working day with what chance may do to them; dashed: the hours there are."),
        labels=[one.seller.name for one in ordered],
        label_title=_("Sales manager"),
        unit=Unit(suffix=_("h")),
        series=(
            Series(
                _("Work"),
                [round(one.load.hours.estimate or 0, 2) for one in ordered],
                low=[round(one.load.hours.low or 0, 2) for one in ordered],
                high=[round(one.load.hours.high or 0, 2) for one in ordered],
            ),
            Series(_("Hours there are"), [round(one.load.capacity, 2) for one in ordered], role="plan"),
        ),
    )


def _finding(loads: list[SellerLoad]) -> str:
    if not loads:
        return ""
    over = [one.seller.name for one in loads if one.load.verdict == "over"]
    full = [one.seller.name for one in loads if one.load.verdict == "full"]
    if over:
        return _("%(names)s: more work than hours") % {"names": ", ".join(over)}
    if full:
        return _("%(names)s: so full that answers become late") % {"names": ", ".join(full)}
    if all(one.load.verdict == "free" for one in loads):
        return _("Everybody has room: nobody's day is more than 85 % taken")
    return _("Nobody's day is overfull beyond chance")


def _division_table(request: HttpRequest, found: list[Share], by: str) -> BoundTable:
    name = channel_words if by == "channel" else str
    columns = [
        Column("seller", _("Sales manager")),
        Column("value", _dimensions()[by], value=lambda one: name(one.value) if one.value else _("not told")),
        Column("count", _("Leads"), "number"),
        Column("share", _("Share of own leads"), "rate", value=lambda one: Rate(one.count, one.total, *one.bounds)),
    ]
    table = Table(
        key="division", title=_("Who gets what"), columns=columns, default_sort="seller", search=("seller", "value")
    )
    return table.bind(request, sorted(found, key=lambda one: (one.seller, -one.count)))


def _dimensions() -> dict[str, str]:
    return {"project": _("Project"), "product_type": _("Product"), "channel": _("Channel")}


def _times(period: Any) -> list[Handling]:
    return list(handling_times(period).values())


def _changed(request: HttpRequest, by: str) -> str:
    parameters = request.GET.copy()
    parameters["by"] = by
    for gone in ("page", "sort", "q", "export"):
        parameters.pop(gone, None)
    return f"{request.path}?{parameters.urlencode()}"


def tabs_for(request: HttpRequest, current: str) -> list[Tab]:
    """Return the pages of the room the reader may open, with the current one marked."""
    user: Any = request.user
    pages = [("teams", _("Teams"), True), ("load", _("Load"), has_right(user, Right.ASSIGN)),
             ("division", _("Division of work"), has_right(user, Right.ASSIGN)),
             ("stability", _("Stability"), has_right(user, Right.ASSIGN)),
             ("times", _("Handling times"), has_right(user, Right.SET_DESK))]  # fmt: skip
    return [Tab(label, reverse(f"organisation:{name}"), name == current) for name, label, may in pages if may]
