"""What control costs and how much of it comes back."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from onegoal.core.money import ratio

_HOUR = 3_600


def control_cost(seconds: int, hour_cost_minor: int) -> int:
    """Return what so many seconds cost at so much an hour, in minor units, halves rounded up."""
    return int((Decimal(seconds) * hour_cost_minor / _HOUR).to_integral_value(ROUND_HALF_UP))


def payback(margin_minor: int, cost_minor: int) -> Decimal | None:
    """Return how many times its cost the gross margin that came back is; None while control has cost nothing."""
    return ratio(margin_minor, cost_minor) if cost_minor > 0 else None
