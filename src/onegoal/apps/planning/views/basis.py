"""The page that shows what plans are checked against: the company's own conversions, delays, costs, hours and units."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.queries import project_limit
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company, visible_projects
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.organisation.models import WorkKind
from onegoal.apps.planning.queries.basis import OwnHistory
from onegoal.apps.planning.queries.checks import present_history
from onegoal.apps.shell import figures
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series, Unit
from onegoal.apps.shell.figures import Rate as ShownRate
from onegoal.apps.shell.numbers import write_money
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.joint_plan.conversions import bounds_of
from onegoal.core.joint_plan.figures import Cost, Rate
from onegoal.core.statistics import ratio_interval


@dataclass(frozen=True)
class Line:
    """One channel's row; the company's has no channel."""

    channel: str
    won: ShownRate | None
    qualified: ShownRate | None
    visited: ShownRate | None
    months: float | None
    cost: Cost | None

    @property
    def name(self) -> str:
        """The channel in words."""
        return capfirst(channel_words(self.channel)) if self.channel else _("All channels")


@requires(Right.SEE_PLAN)
@require_GET
def basis(request: HttpRequest) -> HttpResponseBase:
    """Every figure that plans are checked against, with what it was counted from."""
    user: Any = request.user
    project, projects = _project(request, user)
    told = present_history(project=project.name if project else "", now=timezone.now())
    currency = current_company().currency
    table = _channels(request, told, currency)
    context = {
        "told": told, "table": table, "project": project, "projects": projects,
        "has_history": "" in told.basis.won, "figures": _figures(told, currency),
        "charts": [chart for chart in (_delays(told), _tested(told), _habit(told)) if chart],
        "stock": sorted(told.basis.stock.items()) if told.basis.stock is not None else None,
        "work": _work(told),
    }  # fmt: skip
    return respond(request, "planning/basis.html", context, table)


def _project(request: HttpRequest, user: User) -> tuple[Project | None, list[Project]]:
    """The project asked for; whoever is limited to some begins with the first of them."""
    projects = list(visible_projects(user))
    asked = request.GET.get("project", "")
    chosen = next((one for one in projects if str(one.pk) == asked), None)
    if asked and chosen is None:
        raise Http404
    if chosen is None and project_limit(user) is not None:
        if not projects:
            raise Http404
        chosen = projects[0]
    return chosen, projects


def _figures(told: OwnHistory, currency: str) -> list[tuple[str, Any, str]]:
    """The company's own figures as (label, value, note)."""
    found, own = [], told.basis
    if "" in own.won:
        rate = _shown(own.won[""])
        note = str(figures.show_counts(rate)) if rate else ""
        found.append((_("Lead to signed deal"), figures.show_percent(own.won[""].mean), note))
        months = float(own.delays[""] @ range(own.delays[""].size))
        found.append((_("Months from lead to signature"), figures.show_number(months, 1), _("of those who sign")))
    if cost := own.costs.get(""):
        found.append((_("Cost of a lead"), figures.show_money(round(cost.each), currency), _cost_note(cost, currency)))
    if price := own.prices.get(""):
        note = ngettext("%(count)s signed deal", "%(count)s signed deals", int(price.count)) % {
            "count": int(price.count)
        }
        found.append((_("Average price"), figures.show_money(round(price.mean), currency), note))
    return found


def _cost_note(cost: Cost, currency: str) -> str:
    bounds = ratio_interval(cost.spend, int(cost.count))
    return _("%(low)s to %(high)s") % {
        "low": write_money(round(bounds.low or 0), currency, figures.language()),
        "high": write_money(round(bounds.high or 0), currency, figures.language()),
    }  # fmt: skip


def _channels(request: HttpRequest, told: OwnHistory, currency: str) -> BoundTable:
    own = told.basis
    names = sorted({name for name in (*own.won, *own.qualified, *own.costs) if name}, key=channel_words)
    lines = [_line(told, name) for name in ([""] if "" in own.won else []) + names]
    columns = [
        Column("name", _("Channel"), sortable=False),
        Column("visited", _("Visitor to lead"), "rate", sortable=False),
        Column("qualified", _("Lead to qualified lead"), "rate", sortable=False),
        Column("won", _("Lead to signed deal"), "rate", sortable=False,
               hint=_("Leads still open count for what they are worth so far; few leads are drawn to the company's level.")),
        Column("months", _("Months to signature"), "number", digits=1, sortable=False),
        Column("cost", _("Cost of a lead"), "money", value=_each,
               currency=currency, sortable=False),
    ]  # fmt: skip
    table = Table(key="basis", title=_("By channel"), columns=columns, keeps_views=False, stacks=True,
                  empty_title=_("No history to check against yet"),
                  empty_text=_("Plans are checked as soon as leads and signed deals are recorded."))  # fmt: skip
    return table.bind(request, lines)


def _each(row: Line) -> int | None:
    """What a lead costs; nothing where the channel has no spend on record."""
    return round(row.cost.each) if row.cost and not row.cost.is_free else None


def _line(told: OwnHistory, name: str) -> Line:
    own = told.basis
    delay = own.delays.get(name)
    months = float(delay @ range(delay.size)) if delay is not None else None
    cost = own.costs.get(name)
    return Line(
        name, _shown(own.won.get(name)), _shown(own.qualified.get(name)), _shown(own.visited.get(name)), months, cost
    )


def _shown(rate: Rate | None) -> ShownRate | None:
    """A conversion with its counts and the bounds of its distribution."""
    return ShownRate(round(rate.events), round(rate.exposure), *bounds_of(rate)) if rate and rate.exposure else None


def _delays(told: OwnHistory) -> Chart | None:
    shares = told.basis.delays.get("")
    if shares is None:
        return None
    labels = [
        _("the same month"),
        *(ngettext("%(n)s month later", "%(n)s months later", n) % {"n": n} for n in range(1, shares.size)),
    ]
    late = round(float(shares[1:].sum()) * 100)
    title = _("%(share)s %% of deals are signed in a later month than their lead came") % {"share": late}
    return Chart(
        key="delays", kind="bars", title=title,
        labels=labels, label_title=_("Signed"), unit=Unit("percent"), starts_at_zero=True,
        note=_("Of the deals that leads of two years brought; leads still open are counted as open (Kaplan-Meier)."),
        series=(Series(_("Share of deals"), [round(float(share), 4) for share in shares]),),
    )  # fmt: skip


def _tested(told: OwnHistory) -> Chart | None:
    if not told.tested:
        return None
    return Chart(
        key="tested", kind="line", title=_("Deals that the leads behind each month were worth, and deals signed"),
        labels=[one.month.isoformat() for one in told.tested], label_kind="month", unit=Unit(),
        note=_("The same conversions and delays that plans are checked with, held against what happened."),
        series=(
            Series(_("Signed"), [one.fact for one in told.tested]),
            Series(_("Worth of the leads"), [round(one.expected, 1) for one in told.tested], role="forecast"),
        ),
    )  # fmt: skip


def _habit(told: OwnHistory) -> Chart | None:
    paid = told.basis.paid
    if paid is None:
        return None
    shown = paid[: max((1 + at for at, share in enumerate(paid) if share > 0.0005), default=1)]
    labels = [
        _("the same month"),
        *(ngettext("%(n)s month later", "%(n)s months later", n) % {"n": n} for n in range(1, shown.size)),
    ]
    return Chart(
        key="habit", kind="bars", title=_("How the price of a signed deal comes in"), labels=labels, label_title=_("Received"),
        unit=Unit("percent"), series=(Series(_("Share of the price"), [round(float(share), 4) for share in shown]),),
        note=_("As buyers have paid so far; beyond what has been watched, as schedules promise."),
    )  # fmt: skip


def _work(told: OwnHistory) -> dict[str, Any] | None:
    hours = told.basis.hours
    if hours is None:
        return None
    month: dt.date = told.months[0]
    return {
        "per_lead": hours.per_lead, "sellers": hours.sellers, "month": month, "capacity": float(hours.capacity[0]),
        "leads": float(hours.capacity[0]) / hours.per_lead.estimate if hours.per_lead.estimate else None,
        "assumed": [str(WorkKind(kind).label) for kind in hours.assumed],
    }  # fmt: skip
