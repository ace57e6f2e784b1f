"""What a model would mean for the budget: what each group cost for what it is credited, and what would move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import MODELS, Found, credits_of
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.words import COST_WORDS, group_name, model_name
from onegoal.apps.shell import figures
from onegoal.apps.shell.cells import Column, Kind
from onegoal.apps.shell.tables import BoundTable, Table
from onegoal.core.attribution.models import Credits

FEWEST = 1.0
"""Below one credited conversion a cost of one says nothing."""
MANIFOLD = 10
"""From so many times the spend on, a tenth of a per cent says nothing."""
BESIDE = ("first", "last")
"""Models whose costs stand beside those of the chosen one until the reader chooses others."""


@dataclass(frozen=True)
class Cost:
    """What one model says about one group's spend; money in minor units, None where it cannot be told."""

    per_conversion: float | None
    return_on_spend: float | None
    share: float | None
    move: float | None


@dataclass(frozen=True)
class Line:
    """One group with its spend and what each model says of it."""

    name: str
    url: str
    spend: int
    spend_share: float | None
    by_model: Mapping[str, Cost]


def budget_lines(wanted: Wanted, found: Found, measure: Measure, spend: Mapping[str, int] | None) -> list[Line]:
    """One line for every group that cost anything or is credited anything; none where costs are not to be seen."""
    if not spend:
        return []
    credit = credits_of(wanted.asked, wanted.scope, MODELS)
    places = {name: place for place, name in enumerate(found.journeys.groups)}
    names = [*places, *(name for name in spend if name not in places)]
    costs = {model: costs_of(own, places, spend, measure) for model, own in credit.items()}
    whole = sum(spend.values())
    page = reverse("attribution:group")
    return [
        Line(
            group_name(wanted.asked.dimension, name),
            page + wanted.shared(group=name) if name in places else "",
            spend.get(name, 0),
            spend.get(name, 0) / whole if whole else None,
            {model: own[name] for model, own in costs.items()},
        )
        for name in names
        if spend.get(name) or any(float(own.conversions[places[name]]) for own in credit.values())
    ]


def costs_of(credit: Credits, places: Mapping[str, int], spend: Mapping[str, int], measure: Measure) -> dict[str, Cost]:
    """What a model says of every group's spend; the budget is thought to move only between groups that have one."""
    names = [*places, *(name for name in spend if name not in places)]
    credited = measure.of(credit)
    paid = {name: max(float(credited[places[name]]), 0.0) if name in places else 0.0 for name in spend if spend[name]}
    whole, budget = sum(paid.values()), sum(spend.values())
    found = {}
    for name in names:
        own, place = spend.get(name, 0), places.get(name)
        conversions = float(credit.conversions[place]) if place is not None else 0.0
        value = int(credit.value[place]) if place is not None else 0
        share = paid[name] / whole if name in paid and whole else None
        found[name] = Cost(
            per_conversion=own / conversions if own and conversions >= FEWEST else None,
            return_on_spend=(value - own) / own if own and measure.is_money else None,
            share=share,
            move=share * budget - own if share is not None else None,
        )
    return found


def budget_table(request: HttpRequest, wanted: Wanted, measure: Measure, lines: list[Line]) -> BoundTable:
    """The table of spend against credit, the chosen model first; costs and moves by any other model can be chosen."""
    main, currency = wanted.model, measure.currency
    beside = [model for model in BESIDE if model != main]
    others = [*beside, *(model for model in MODELS if model not in (main, *beside))]
    cost_words = str(COST_WORDS[wanted.asked.conversion])
    columns = [
        Column("name", _("Group"), link=lambda line: line.url or None),
        Column("spend", _("Spend"), "money", currency=currency),
        Column("spend_share", _("Share of spend"), "percent"),
        _column("share", main, _("Share of credit"), "percent", hint=_("Of the credit of groups that cost something.")),
        _cost_column(cost_words, main, currency),
        *([_return_column(main)] if measure.is_money else []),
        MoveColumn(
            f"move_{main}", _("Would move"), "money", value=partial(_move, main), currency=currency,
            hint=_("If the same budget were shared out as this model shares out credit."),
        ),
        *(_cost_column(cost_words, model, currency, visible=model in beside) for model in others),
        *(_return_column(model, visible=model in beside) for model in others if measure.is_money),
        *(
            MoveColumn(
                f"move_{model}", _("Would move, %(model)s") % {"model": model_name(model)}, "money", visible=False,
                value=partial(_move, model), currency=currency,
            )
            for model in others
        ),
    ]  # fmt: skip
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


class ReturnColumn(Column):
    """A return on spend: whole per cent where it is manifold."""

    def show_value(self, value: float | None, *, is_too_few: bool = False) -> str:
        """Return the share as per cent."""
        return (
            super().show_value(None)
            if value is None
            else figures.show_percent(value, 1 if abs(value) < MANIFOLD else 0)
        )


class MoveColumn(Column):
    """Money with its sign: how much a group would gain or lose."""

    def show_value(self, value: float | None, *, is_too_few: bool = False) -> str:
        """Return the amount with a plus where it would grow."""
        if value is None:
            return super().show_value(None)
        shown = figures.show_money(round(value), self.currency, style="whole")
        return shown if value <= 0 else type(shown)(shown.replace(">", ">+", 1))


def _move(model: str, line: Line) -> float | None:
    return line.by_model[model].move


def _column(key: str, model: str, label: str, kind: Kind, *, visible: bool = True, hint: str = "") -> Column:
    return Column(
        f"{key}_{model}", label, kind, value=lambda line: getattr(line.by_model[model], key), visible=visible, hint=hint,
    )  # fmt: skip


def _cost_column(words: str, model: str, currency: str, *, visible: bool = True) -> Column:
    def read(line: Line) -> int | None:
        cost = line.by_model[model].per_conversion
        return None if cost is None else round(cost)

    label = _("%(figure)s, %(model)s") % {"figure": words, "model": model_name(model)}
    return Column(f"cost_{model}", label, "money", value=read, visible=visible, currency=currency)


def _return_column(model: str, *, visible: bool = True) -> Column:
    return ReturnColumn(
        f"return_{model}", _("ROMI, %(model)s") % {"model": model_name(model)}, "percent", value=partial(_return, model),
        visible=visible, hint=_("The credited value less the spend, divided by the spend."),
    )  # fmt: skip


def _return(model: str, line: Line) -> float | None:
    return line.by_model[model].return_on_spend
