"""Credits of all models in one frame: the chosen one, and every other as its difference with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import Found, credits_of
from onegoal.apps.attribution.queries.intervals import Intervals, intervals_of
from onegoal.apps.attribution.views.credit_columns import Bounded
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.words import group_name


@dataclass(frozen=True)
class Line:
    """One group: its credit by the chosen model, and by how much the other models that are shown differ from that."""

    group: str
    name: str
    url: str
    main: Bounded
    share: float | None
    others: Mapping[str, Bounded]
    is_unattributed: bool = False

    def credit(self, model: str) -> float:
        """The credit by a model that is shown."""
        other = self.others.get(model)
        return (self.main.value or 0) + ((other.value or 0) if other else 0)


def side_by_side(
    wanted: Wanted, found: Found, measure: Measure, present: Sequence[str], models: Sequence[str]
) -> list[Line]:
    """Put some models beside the chosen one, for groups that are `present` in journeys or given anything.

    The last line is what no touch explains.
    """
    credit = credits_of(wanted.asked, wanted.scope, models)
    intervals = intervals_of(wanted.asked, wanted.scope, wanted.model, models)
    total = measure.total(found)
    values = {model: measure.of(own).tolist() for model, own in credit.items()}
    groups, shown = found.journeys.groups, frozenset(present)
    lines = [
        _line(wanted, measure, place, name, values, intervals, total)
        for place, name in enumerate(groups)
        if name in shown or any(own[place] for own in values.values())
    ]
    without = measure.total(found, attributed=False)
    rest = Line(
        "", _("Unattributed"), "", Bounded(without), without / total if total else None,
        dict.fromkeys(models, Bounded(0)), is_unattributed=True,
    )  # fmt: skip
    return [*lines, rest]


def _line(
    wanted: Wanted, measure: Measure, place: int, name: str, values: Mapping[str, list[float]],
    intervals: Intervals, total: int,
) -> Line:  # fmt: skip
    main = values[wanted.model][place]
    low, high = intervals.of_main(place, is_money=measure.is_money)
    others = {}
    for model, own in values.items():
        if model != wanted.model:
            bounds = intervals.of_difference(model, place, is_money=measure.is_money)
            others[model] = Bounded(own[place] - main, *bounds)
    return Line(
        group=name,
        name=group_name(wanted.asked.dimension, name),
        url=reverse("attribution:group") + wanted.shared(group=name),
        main=Bounded(main, low, high),
        share=main / total if total else None,
        others=others,
    )
