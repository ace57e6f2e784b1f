"""Figures that attribution shares out: declared once with their words, unit and formula, for every model alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from onegoal.core.money import ratio, split_largest_remainder
from onegoal.metrics.errors import gettext_noop

BILLION = 1_000_000_000
FEWEST = BILLION
"""Below one conversion, in billionths, a cost of one says nothing."""


@dataclass(frozen=True)
class AttributedMetric:
    """One figure of a group by one model; `needs_costs` where spend is a part of it."""

    name: str
    title: str
    words: str
    unit: Literal["count", "money", "ratio", "multiple"]
    needs_costs: bool = False
    less_is_better: bool = False


_ = gettext_noop
_ALL = (
    AttributedMetric("attributed_conversions", _("Attributed conversions"),
                     _("The group's share of the conversions of these days."), "count"),
    AttributedMetric("attributed_value", _("Attributed money"),
                     _("The group's share of what these conversions are worth."), "money"),
    AttributedMetric("attributed_cpl", _("Cost per attributed lead"),
                     _("Spend of these days divided by the group's share of their leads."), "money",
                     needs_costs=True, less_is_better=True),
    AttributedMetric("attributed_cost_per_qualified", _("Cost per attributed qualified lead"),
                     _("Spend of these days divided by the group's share of their qualified leads."), "money",
                     needs_costs=True, less_is_better=True),
    AttributedMetric("attributed_cac", _("Cost per attributed deal"),
                     _("Spend of these days divided by the group's share of their deals."), "money",
                     needs_costs=True, less_is_better=True),
    AttributedMetric("attributed_cost_per_paying_deal", _("Cost per attributed paying deal"),
                     _("Spend of these days divided by the group's share of the deals that were paid for in them."),
                     "money", needs_costs=True, less_is_better=True),
    AttributedMetric("attributed_romi", _("Attributed ROMI"),
                     _("The group's share of the gross margin less its spend of these days, divided by the spend."),
                     "ratio", needs_costs=True),
    AttributedMetric("attributed_roas", _("Money per unit of spend"),
                     _("The group's share of the money divided by its spend of these days."), "multiple",
                     needs_costs=True),
    AttributedMetric("share_of_spend", _("Share of spend"), _("The group's part of the spend of these days."), "ratio",
                     needs_costs=True),
    AttributedMetric("share_of_credit", _("Share of credit"), _("Of the credit of groups that cost something."),
                     "ratio", needs_costs=True),
    AttributedMetric("would_move", _("Would move"),
                     _("If the same budget were shared out as this model shares out credit."), "money",
                     needs_costs=True),
)  # fmt: skip
ATTRIBUTED: dict[str, AttributedMetric] = {metric.name: metric for metric in _ALL}
COST_OF: dict[str, str] = {
    "lead": "attributed_cpl", "qualified": "attributed_cost_per_qualified", "deal": "attributed_cac",
    "money": "attributed_cost_per_paying_deal",
}  # fmt: skip
"""The metric that tells what one conversion of each kind cost."""


@dataclass(frozen=True, slots=True)
class Shares:
    """One group's part of the spend and of the credit, 0 to 1, and by how much its budget would move, in minor units.

    `credit` and `move` are None where the group cost nothing or nothing is credited at all.
    """

    spend: Decimal | None
    credit: Decimal | None
    move: int | None


def cost_per_conversion(spend_minor: int, conversions: float) -> Decimal | None:
    """Return spend divided by a share of conversions, in minor units.

    None where nothing was spent or less than one conversion is credited. Shares are rounded to billionths first, so
    that one conversion in many parts is one.
    """
    shares = round(conversions * BILLION)
    return ratio(spend_minor * BILLION, shares) if spend_minor > 0 and shares >= FEWEST else None


def return_on_spend(margin_minor: int, spend_minor: int) -> Decimal | None:
    """Return ROMI, (gross margin - spend) / spend; None where nothing was spent."""
    return ratio(margin_minor - spend_minor, spend_minor) if spend_minor > 0 else None


def money_per_spend(value_minor: int, spend_minor: int) -> Decimal | None:
    """Return how many times the spend came as money, value / spend; None where nothing was spent."""
    return ratio(value_minor, spend_minor) if spend_minor > 0 else None


def shares_of(spend: Mapping[str, int], credit: Mapping[str, float]) -> dict[str, Shares]:
    """Return the shares of every group; `credit` is in conversions or minor units, what is below nought counts as nought.

    The budget is thought to move only between groups that cost something: moves add up to nought to the cent.
    """
    budget = sum(spend.values())
    paid = {group: max(round(credit.get(group, 0) * BILLION), 0) for group, own in spend.items() if own > 0}
    whole = sum(paid.values())
    own_budget = sum(spend[group] for group in paid)
    parts = dict(zip(paid, split_largest_remainder(own_budget, list(paid.values())), strict=True)) if whole else {}
    return {
        group: Shares(
            ratio(spend.get(group, 0), budget),
            ratio(paid[group], whole) if group in parts else None,
            parts[group] - spend[group] if group in parts else None,
        )
        for group in {**spend, **credit}
    }
