"""What each group cost and brought by every model: spend joined to credits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.data import Data, present_data
from onegoal.apps.attribution.queries.figures import MODELS, Found, credits_of, journeys_of, spent_of
from onegoal.core.attribution.models import Credits
from onegoal.metrics.attributed import (
    COST_OF,
    Shares,
    cost_per_conversion,
    money_per_spend,
    return_on_spend,
    shares_of,
)
from onegoal.metrics.question import Scope


@dataclass(frozen=True, slots=True)
class CostLine:
    """One group by one model: `spend`, `value` and `would_move` in minor units, `cost` of one conversion, shares 0 to 1.

    `romi` only where the value is gross margin, `roas` where it is other money. Every figure stands in the catalogue of
    attributed figures under its name here, `cost` under the name `metric`.
    """

    model: str
    group: str
    conversions: float
    value: int
    spend: int
    share_of_spend: Decimal | None
    share_of_credit: Decimal | None
    cost: Decimal | None
    romi: Decimal | None
    roas: Decimal | None
    would_move: int | None
    metric: str


@dataclass(frozen=True, slots=True)
class Costs:
    """Lines by model and group, groups by name, in one currency; groups without a share or a cost have none.

    `elsewhere` are the currencies of spend that could not be joined, for its worth in `currency` is not known.
    """

    currency: str
    by_model: Mapping[str, Mapping[str, CostLine]]
    elsewhere: tuple[str, ...] = ()

    @property
    def lines(self) -> list[CostLine]:
        """Every line, model by model."""
        return [line for own in self.by_model.values() for line in own.values()]


def costs_of(
    asked: Asked, scope: Scope, models: Sequence[str] = MODELS, *, sees_costs: bool, data: Data | None = None
) -> Costs | None:
    """Return what each group cost by each model; None where the asker may not see costs.

    Where money and spend are in different currencies, none of the spend can be joined and there are no lines.
    """
    data = data or present_data()
    spent = spent_of(asked, scope, sees_costs=sees_costs, data=data)
    if spent is None:
        return None
    found = journeys_of(asked, scope, data=data)
    elsewhere = tuple(currency for currency, _minor in spent.elsewhere)
    if asked.has_money and spent.currency != found.currency and any(spent.by_group.values()):
        return Costs(found.currency, {}, tuple(sorted({*elsewhere, spent.currency})))
    credits = credits_of(asked, scope, tuple(models), data=data)
    by_model = {model: _lines(asked, own, found, spent.by_group) for model, own in credits.items()}
    return Costs(spent.currency, by_model, elsewhere)


def _lines(asked: Asked, credits: Credits, found: Found, spend: Mapping[str, int]) -> dict[str, CostLine]:
    groups = found.journeys.groups
    conversions = dict(zip(groups, credits.conversions.tolist(), strict=True))
    value = dict(zip(groups, credits.value.tolist(), strict=True))
    shares = shares_of(spend, value if asked.has_money else conversions)
    lines = {
        group: _line(
            asked, credits.model, group, conversions.get(group, 0.0), value.get(group, 0), spend.get(group, 0), own
        )
        for group, own in sorted(shares.items())
    }
    return {group: line for group, line in lines.items() if line.conversions or line.value or line.spend}


def _line(
    asked: Asked, model: str, group: str, conversions: float, value: int, spend: int, shares: Shares
) -> CostLine:  # fmt: skip
    return CostLine(
        model=model,
        group=group,
        conversions=conversions,
        value=value,
        spend=spend,
        share_of_spend=shares.spend,
        share_of_credit=shares.credit,
        cost=cost_per_conversion(spend, conversions),
        romi=return_on_spend(value, spend) if asked.has_margin else None,
        roas=money_per_spend(value, spend) if asked.has_money and not asked.has_margin else None,
        would_move=shares.move,
        metric=COST_OF[asked.conversion],
    )
