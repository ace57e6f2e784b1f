"""Figures that attribution shares out: declared once with their words, unit and formula, for every model alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from onegoal.core.money import ratio
from onegoal.metrics.errors import gettext_noop

BILLION = 1_000_000_000


@dataclass(frozen=True)
class AttributedMetric:
    """One figure of a group by one model; `needs_costs` where spend is a part of it."""

    name: str
    title: str
    words: str
    unit: Literal["count", "money", "ratio"]
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
    AttributedMetric("attributed_romi", _("Attributed ROMI"),
                     _("The group's share of the money less its spend of these days, divided by the spend."), "ratio",
                     needs_costs=True),
)  # fmt: skip
ATTRIBUTED: dict[str, AttributedMetric] = {metric.name: metric for metric in _ALL}
COST_OF: dict[str, str] = {
    "lead": "attributed_cpl", "qualified": "attributed_cost_per_qualified", "deal": "attributed_cac",
    "money": "attributed_cac",
}  # fmt: skip
"""The metric that tells what one conversion of each kind cost."""


def cost_per_conversion(spend_minor: int, conversions: float) -> Decimal | None:
    """Return spend divided by a share of conversions, in minor units; None where the group has no share.

    Shares are rounded to billionths first, so that a share of nothing is nothing.
    """
    shares = round(conversions * BILLION)
    return ratio(spend_minor * BILLION, shares) if shares > 0 else None


def return_on_spend(value_minor: int, spend_minor: int) -> Decimal | None:
    """Return (money - spend) / spend; None where nothing was spent."""
    return ratio(value_minor - spend_minor, spend_minor) if spend_minor > 0 else None
