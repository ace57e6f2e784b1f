"""What a model would mean for the budget: what each group cost for what it is credited, and what would move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.costs import CostLine, Costs, costs_of
from onegoal.apps.attribution.queries.data import Data
from onegoal.apps.attribution.queries.figures import MODELS
from onegoal.apps.attribution.views.cost_columns import LineOf, cost_columns, move_column, share_column
from onegoal.apps.attribution.words import group_name, model_name
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.tables import BoundTable, Table

BESIDE = ("first", "last")
"""Models whose costs stand beside those of the chosen one until the reader chooses others."""

CostsBy = Callable[[str], Mapping[str, CostLine]]
"""What each group cost by a model, computed when a column of that model is shown."""


@dataclass(frozen=True)
class Line:
    """One group with its spend and what each model says of it."""

    group: str
    name: str
    url: str
    spend: int
    costs: CostsBy

    def by(self, model: str) -> CostLine | None:
        """What a model says of the group; nothing where it neither costs nor gets anything by it."""
        return self.costs(model).get(self.group)


def budget_lines(wanted: Wanted, present: Sequence[str], costs: Costs, data: Data) -> list[Line]:
    """One line for every group that cost anything or is `present` in a journey; none where nothing was spent."""
    spend = {line.group: line.spend for line in costs.lines if line.spend}
    if not spend:
        return []

    @cache
    def by(model: str) -> Mapping[str, CostLine]:
        if model in costs.by_model:
            return costs.by_model[model]
        found = costs_of(wanted.asked, wanted.scope, (model,), sees_costs=wanted.sees_costs, data=data)
        return found.by_model[model] if found else {}

    page, places = reverse("attribution:group"), set(present)
    return [
        Line(
            group=name,
            name=group_name(wanted.asked.dimension, name),
            url=page + wanted.shared(group=name) if name in places else "",
            spend=spend.get(name, 0),
            costs=by,
        )
        for name in (*present, *(name for name in spend if name not in places))
    ]


def budget_table(request: HttpRequest, wanted: Wanted, currency: str, lines: list[Line]) -> BoundTable:
    """The table of spend against credit, the chosen model first; costs and moves by any other model can be chosen."""
    main, asked = wanted.model, wanted.asked
    beside = [model for model in BESIDE if model != main]
    others = [*beside, *(model for model in MODELS if model not in (main, *beside))]
    columns = [
        Column("name", _("Group"), link=lambda line: line.url or None),
        Column("spend", _("Spend"), "money", currency=currency),
        share_column("spend_share", "share_of_spend", _by(main)),
        share_column(f"share_{main}", "share_of_credit", _by(main)),
        *cost_columns(asked, currency, _by(main), model=main),
        move_column(currency, _by(main), main, is_main=True),
        *(
            column
            for model in others
            for column in cost_columns(asked, currency, _by(model), model=model, visible=model in beside)
        ),
        *(move_column(currency, _by(model), model, is_main=False) for model in others),
    ]
    table = Table(
        key="budget",
        title=_("What %(model)s would mean for the budget") % {"model": model_name(main)},
        columns=columns,
        default_sort="-spend",
        prefixed=True,
        page_size=100,
    )
    totals = {"spend": sum(line.spend for line in lines), f"move_{main}": 0}
    return table.bind(request, lines, totals=totals)


def budget_words(wanted: Wanted) -> str:
    """What the table must not be taken for."""
    said = _(
        "%(model)s shares out credit for what happened; it does not know what more money would bring. Move budget in"
        " small steps and watch the conversions."
    )
    return said % {"model": model_name(wanted.model)}


def _by(model: str) -> LineOf:
    return lambda line: line.by(model)
