"""Models side by side: who gets which part of the conversions, by how much models differ, and what it means for money."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.costs import costs_of
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.figures import MODELS, Found
from onegoal.apps.attribution.queries.paths import parts_of
from onegoal.apps.attribution.views.budget import budget_lines, budget_table, budget_words
from onegoal.apps.attribution.views.common import page_context, page_of_journeys
from onegoal.apps.attribution.views.credit_columns import Bounded, DifferenceColumn, MainColumn
from onegoal.apps.attribution.views.findings import findings_of
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.views.notes import flattered_words, played_as_one_words, spend_words
from onegoal.apps.attribution.views.publishing import publish_context
from onegoal.apps.attribution.views.side_by_side import Line, side_by_side
from onegoal.apps.attribution.words import SHOWN, Text, model_name, model_words
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.charts import Chart, Series
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Table

DRAWN = ("first", "last", "linear", "markov", "shapley")
MOST_DRAWN = 4
MOST_GROUPS = 8


@page_of_journeys(gettext_lazy("Attribution"))
def models(request: HttpRequest, wanted: Wanted, found: Found, heading: Text) -> HttpResponseBase:
    """Credits of every model beside those of the chosen one, and what the budget would look like by it."""
    measure = Measure(wanted.asked, found.currency)
    roles, data, shown = parts_of(wanted.asked, wanted.scope), present_data(), _shown(request, wanted)
    present = [name for name, count in zip(found.journeys.groups, roles.present, strict=True) if count]
    sides = side_by_side(wanted, found, measure, present, shown)
    table = _table(request, wanted, found, measure, sides)
    costs = costs_of(wanted.asked, wanted.scope, (wanted.model,), sees_costs=wanted.sees_costs, data=data)
    spent = budget_lines(wanted, present, costs, data) if costs else []
    budget = budget_table(request, wanted, costs.currency, spent) if costs and spent else None
    context = page_context(
        request, wanted, found, heading=heading, table=table, budget=budget,
        budget_words=budget_words(wanted) if budget else "", joined=spend_words(costs), totals=_totals(measure, found),
        remarks=[*flattered_words(wanted, found, shown), played_as_one_words(wanted, shown)],
        findings=findings_of(wanted, found, measure, sides, roles),
        chart=_chart(wanted, measure, sides), main=model_name(wanted.model), main_words=model_words(wanted.model, wanted.asked),
        **publish_context(request, wanted),
    )  # fmt: skip
    tables = (table, budget) if budget else (table,)
    return respond(request, "attribution/models.html", context, *tables)


def _shown(request: HttpRequest, wanted: Wanted) -> list[str]:
    """The models that are drawn, have a column or are sorted by: others are not computed until they are chosen."""
    chosen = {key for text in request.GET.getlist("models_columns") for key in text.split(",")}
    sorted_by = request.GET.get("models_sort", "").removeprefix("-")
    asked = {*(chosen or SHOWN), sorted_by, wanted.model, *_drawn(wanted), "first", "last"}
    return [model for model in MODELS if model in asked]


def _drawn(wanted: Wanted) -> list[str]:
    return [wanted.model, *(model for model in DRAWN if model != wanted.model)][:MOST_DRAWN]


def _table(request: HttpRequest, wanted: Wanted, found: Found, measure: Measure, sides: Sequence[Line]) -> BoundTable:
    others = [model for model in MODELS if model != wanted.model]
    columns: list[Column] = [
        Column("name", _("Group"), link=lambda line: line.url or None),
        MainColumn(
            wanted.model, model_name(wanted.model), measure.kind, value=lambda line: line.main,
            currency=measure.currency, measure=measure, hint=model_words(wanted.model, wanted.asked),
        ),
        Column("share", _("Share"), "percent"),
        *(
            DifferenceColumn(
                model, model_name(model), measure.kind, value=partial(_other, model),
                visible=model in SHOWN, currency=measure.currency, measure=measure, hint=model_words(model, wanted.asked),
            )
            for model in others
        ),
    ]  # fmt: skip
    table = Table(
        key="models",
        title=_("%(model)s, and how far others are from it") % {"model": model_name(wanted.model)},
        columns=columns,
        default_sort=f"-{wanted.model}",
        search=("name",),
        prefixed=True,
        page_size=100,
    )
    total = measure.total(found)
    nought = Bounded(0)
    totals = {wanted.model: Bounded(total), "share": 1.0 if total else None, **dict.fromkeys(others, nought)}
    return table.bind(request, sides, totals=totals)


def _other(model: str, line: Line) -> Bounded | None:
    return line.others.get(model)


def _totals(measure: Measure, found: Found) -> str:
    """Why the table can be trusted: it adds up to all conversions, in every model."""
    said = _(
        "Every model hands out the same %(all)s to the last unit: %(touched)s by touches, %(without)s unattributed,"
        " for no touch stands in the window."
    )
    return said % {
        "all": measure.words(measure.total(found)),
        "touched": measure.text(measure.total(found, attributed=True)),
        "without": measure.text(measure.total(found, attributed=False)),
    }


def _chart(wanted: Wanted, measure: Measure, sides: Sequence[Line]) -> Chart:
    drawn = _drawn(wanted)
    groups = [line for line in sides if not line.is_unattributed]
    largest = sorted(groups, key=lambda line: -max(line.credit(model) for model in drawn))[:MOST_GROUPS]
    return Chart(
        key="models",
        kind="bars",
        title=_finding(wanted, measure, largest),
        note="" if len(groups) <= MOST_GROUPS else _("The largest groups; all of them are in the table."),
        labels=[line.name for line in largest],
        label_title=_("Group"),
        unit=measure.unit,
        is_horizontal=True,
        size="tall",
        series=tuple(
            Series(
                model_name(model), [line.credit(model) for line in largest],
                links=[line.url for line in largest],
            )
            for model in drawn
        ),
    )  # fmt: skip


def _finding(wanted: Wanted, measure: Measure, largest: Sequence[Line]) -> str:
    """Where the chosen model and the last touch (or the first, where last is chosen) are farthest apart."""
    against = "last" if wanted.model != "last" else "first"
    clear = [line for line in largest if (other := line.others.get(against)) and other.is_clear]
    parts = {"model": model_name(wanted.model), "other": model_name(against)}
    if not clear:
        return _("%(model)s and %(other)s do not differ beyond chance for any of the largest groups") % parts
    line = max(clear, key=lambda one: abs(one.others[against].value or 0))
    parts |= {
        "group": line.name,
        "much": measure.words(line.credit(wanted.model)),
        "little": measure.text(line.credit(against)),
    }
    return _("%(model)s gives %(group)s %(much)s, %(other)s %(little)s") % parts
