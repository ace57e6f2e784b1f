"""What each group cost and brought by every model: spend joined to credits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import Data, present_data
from onegoal.apps.attribution.queries.figures import MODELS, credits_of, journeys_of, spent_of
from onegoal.metrics.attributed import COST_OF, cost_per_conversion, return_on_spend
from onegoal.metrics.question import Scope


@dataclass(frozen=True, slots=True)
class CostLine:
    """One group by one model: `spend` and `value` in minor units, `cost` of one conversion, `romi` where money is asked for.

    What `cost` is called stands in the catalogue under the name `metric`.
    """

    model: str
    group: str
    conversions: float
    value: int
    spend: int
    cost: Decimal | None
    romi: Decimal | None
    metric: str


def costs_of(
    asked: Asked, scope: Scope, models: Sequence[str] = MODELS, *, sees_costs: bool, data: Data | None = None
) -> list[CostLine] | None:
    """Return a line for each model and group that has a share or cost something, groups by name.

    None where the asker may not see costs or money and spend are in different currencies.
    """
    data = data or present_data()
    spent = spent_of(asked, scope, sees_costs=sees_costs, data=data)
    found = journeys_of(asked, scope, data=data)
    if spent is None or (spent.currency != found.currency and any(spent.by_group.values()) and asked.has_money):
        return None
    place = {group: number for number, group in enumerate(found.journeys.groups)}
    lines = []
    for model, credits in credits_of(asked, scope, tuple(models), data=data).items():
        for group in sorted({*place, *spent.by_group}):
            number = place.get(group)
            conversions = float(credits.conversions[number]) if number is not None else 0.0
            value = int(credits.value[number]) if number is not None else 0
            lines.append(_line(asked, model, group, conversions, value, spent.by_group.get(group, 0)))
    return [line for line in lines if line.conversions or line.value or line.spend]


def _line(asked: Asked, model: str, group: str, conversions: float, value: int, spend: int) -> CostLine:
    romi = return_on_spend(value, spend) if asked.has_money else None
    metric = COST_OF[asked.conversion]
    return CostLine(model, group, conversions, value, spend, cost_per_conversion(spend, conversions), romi, metric)
