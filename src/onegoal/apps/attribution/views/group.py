"""One group: what it starts, assists and closes, who stands beside it, what it costs, and what would go without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.attribution.forms import Wanted, read_wanted
from onegoal.apps.attribution.queries.costs import CostLine, Costs, costs_of
from onegoal.apps.attribution.queries.figures import MODELS, Found, credits_of, journeys_of
from onegoal.apps.attribution.queries.intervals import intervals_of, losses
from onegoal.apps.attribution.queries.paths import ages_of, parts_of, paths_of, steps_of
from onegoal.apps.attribution.views.common import before_any_data, nothing_found, page_context, summary
from onegoal.apps.attribution.views.cost_columns import cost_columns
from onegoal.apps.attribution.views.credit_columns import Bounded, MainColumn
from onegoal.apps.attribution.views.findings import role_words
from onegoal.apps.attribution.views.lag import bar_chart, day_bars, days_text
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.views.notes import flattered_words
from onegoal.apps.attribution.views.paths import path_table
from onegoal.apps.attribution.views.steps import places_of, step_table, steps_from, steps_to
from onegoal.apps.attribution.words import SHOWN, conversions_text, group_name, model_name, model_words
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series
from onegoal.apps.shell.figures import Rate
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.attribution.journeys import DAY
from onegoal.core.attribution.roles import Roles
from onegoal.core.statistics import wilson


@dataclass(frozen=True)
class Line:
    """What one model gives the group, and what its spend comes to by that model."""

    model: str
    name: str
    credit: Bounded
    share: float | None
    cost: CostLine | None


@requires(Right.SEE_FIGURES)
@require_GET
def group(request: HttpRequest) -> HttpResponseBase:
    """Everything that is known of one group in the journeys of these days."""
    wanted = read_wanted(request, now=timezone.now())
    name = wanted.params.get("group", "")
    heading = group_name(wanted.asked.dimension, name)
    if wanted.address.recorded is None:
        return before_any_data(request, wanted, _("One group"))
    found = journeys_of(wanted.asked, wanted.scope)
    if name not in found.journeys.groups:
        return _no_group(request, wanted, found)
    place = found.journeys.groups.index(name)
    roles = parts_of(wanted.asked, wanted.scope)
    if not roles.present[place]:
        return nothing_found(request, wanted, found, heading)
    measure = Measure(wanted.asked, found.currency)
    costs = costs_of(wanted.asked, wanted.scope, sees_costs=wanted.sees_costs)
    lines = _model_lines(wanted, found, measure, place, costs)
    credit = _credit_table(request, wanted, measure, lines, costs.currency if costs else "")
    tables = (credit, *_tables(request, wanted, found, place))
    context = page_context(
        request, wanted, found, heading=heading, summary=summary(wanted, found),
        sentence=role_words(wanted, name, roles, place),
        flattered=flattered_words(wanted, found, MODELS, name), parts=_parts(roles, place), credit_table=tables[0],
        neighbours=tables[1:3], path_table=tables[3], chart=_chart(measure, lines, heading),
        lag_chart=_lag_chart(wanted, found, name, heading), off=_off_words(wanted, found, measure, place, heading),
        models_url=reverse("attribution:models") + wanted.shared(),
    )  # fmt: skip
    return respond(request, "attribution/group.html", context, *tables)


def _no_group(request: HttpRequest, wanted: Wanted, found: Found) -> HttpResponse:
    context = page_context(
        request, wanted, found, heading=_("One group"), none_title=_("No such group in these journeys"),
        none_text=_("It may have another name in this cut, or no touch in these days."),
    )  # fmt: skip
    return render(request, "attribution/nothing.html", context, status=404)


def _parts(roles: Roles, place: int) -> list[dict[str, Any]]:
    """The four parts a group can play, as shares of the conversions with a touch."""
    counted = (
        (_("Stands in"), roles.present), (_("Starts"), roles.starts), (_("Assists"), roles.assists),
        (_("Closes"), roles.closes), (_("Alone"), roles.alone),
    )  # fmt: skip
    found = []
    for label, counts in counted:
        count = int(counts[place])
        bounds = wilson(count, roles.attributed)
        share = Rate(count, roles.attributed, bounds.low, bounds.high)
        found.append({"label": label, "value": figures.show_percent(share.value), "note": figures.show_counts(share)})
    return found


def _model_lines(wanted: Wanted, found: Found, measure: Measure, place: int, costs: Costs | None) -> list[Line]:
    credit = credits_of(wanted.asked, wanted.scope, MODELS)
    name, total = found.journeys.groups[place], measure.total(found)
    lines = []
    for model, own in credit.items():
        value = float(measure.of(own)[place])
        low, high = intervals_of(wanted.asked, wanted.scope, model, ()).of_main(place, is_money=measure.is_money)
        cost = costs.by_model.get(model, {}).get(name) if costs else None
        lines.append(Line(model, model_name(model), Bounded(value, low, high), value / total if total else None, cost))
    return lines


def _tables(request: HttpRequest, wanted: Wanted, found: Found, place: int) -> tuple[BoundTable, ...]:
    name = found.journeys.groups[place]
    counts, places = steps_of(wanted.asked, wanted.scope), places_of(wanted, found)
    before, after = steps_to(counts, places, place), steps_from(counts, places, place)
    through = [path for path in paths_of(wanted.asked, wanted.scope) if name in path.groups]
    return (
        step_table(request, before, key="before", title=_("What comes before it"), hides="target"),
        step_table(request, after, key="after", title=_("What comes after it"), hides="source"),
        path_table(request, wanted, found, through),
    )


def _credit_table(
    request: HttpRequest, wanted: Wanted, measure: Measure, lines: list[Line], currency: str
) -> BoundTable:
    costs = cost_columns(wanted.asked, currency, lambda line: line.cost)
    table = Table(
        key="credit",
        title=_("Its credit by model"),
        columns=[
            Column("name", _("Model"), sortable=False),
            MainColumn(
                "credit", measure.title, measure.kind, value=lambda line: line.credit, currency=measure.currency, measure=measure
            ),
            Column("share", _("Share of all"), "percent"),
            *(costs if any(line.cost and line.cost.spend for line in lines) else []),
            Column(
                "words", _("How it shares"), value=lambda line: model_words(line.model, wanted.asked), sortable=False,
                visible=False,
            ),
        ],
        prefixed=True,
        keeps_views=False,
    )  # fmt: skip
    return table.bind(request, lines)


def _chart(measure: Measure, lines: list[Line], name: str) -> Chart:
    drawn = [line for line in lines if line.model in SHOWN]
    least, most = (
        min(drawn, key=lambda line: line.credit.value or 0),
        max(drawn, key=lambda line: line.credit.value or 0),
    )
    parts = {
        "most": most.name, "group": name, "least": least.name, "much": measure.words(most.credit.value or 0),
        "little": measure.text(least.credit.value or 0),
    }  # fmt: skip
    differs = most.credit.value != least.credit.value
    title = (
        _("%(most)s gives %(group)s %(much)s, %(least)s %(little)s") if differs else _("All models agree on %(group)s")
    )
    return Chart(
        key="credit",
        kind="bars",
        title=title % parts,
        labels=[line.name for line in drawn],
        label_title=_("Model"),
        unit=measure.unit,
        is_horizontal=True,
        series=(
            Series(
                measure.title, [line.credit.value for line in drawn],
                low=[line.credit.low for line in drawn], high=[line.credit.high for line in drawn],
            ),
        ),
    )  # fmt: skip


def _lag_chart(wanted: Wanted, found: Found, name: str, heading: str) -> Chart:
    ages = ages_of(found, name)
    half = float(np.median(ages)) / DAY
    title = _("Half of its conversions come within %(days)s of the last touch of %(group)s")
    return bar_chart(
        "group-lag", day_bars(ages, wanted.asked.window_days), title % {"days": days_text(half), "group": heading},
        "", _("Days"),
    )  # fmt: skip


def _off_words(wanted: Wanted, found: Found, measure: Measure, place: int, name: str) -> list[str]:
    """What the chain of Markov expects to be lost without the group, and why that is no promise."""
    credit, bounds = credits_of(wanted.asked, wanted.scope, MODELS)["markov"], losses(wanted.asked, wanted.scope)
    effects, money_effects = credit.removal_effects, credit.value_removal_effects
    if effects is None or money_effects is None:
        return []
    journeys = found.journeys
    touched = journeys.lengths > 0
    lost = float(effects[place]) * int(journeys.conversions[touched].sum())
    said = _("Without %(group)s, %(lost)s would be lost (%(low)s–%(high)s).") % {
        "group": name,
        "lost": conversions_text(wanted.asked, round(lost, 1), digits=1),
        "low": _number(float(bounds.conversions_low[place])),
        "high": _number(float(bounds.conversions_high[place])),
    }
    if measure.is_money:
        money = float(money_effects[place]) * int(journeys.value[touched].sum())
        said += " " + _("In money: %(lost)s (%(low)s–%(high)s).") % {
            "lost": measure.text(round(money)),
            "low": measure.text(round(float(bounds.value_low[place]))),
            "high": measure.text(round(float(bounds.value_high[place]))),
        }
    caveat = _(
        "This is what the paths say, not an experiment. It assumes that everybody who met this group would simply have"
        " stopped there. In truth some would have come another way, and some saw it only because they were going to buy"
        " anyway. To know, switch it off in one region or for a few weeks and compare."
    )
    return [said, caveat]


def _number(count: float) -> str:
    """Write a number of conversions with one decimal, below nought as nought."""
    return numbers.write_number(round(max(count, 0.0), 1), figures.language(), digits=1)
