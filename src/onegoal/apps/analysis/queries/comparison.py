"""The difference of a figure against the same figure of another period: the one place where it is worked out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from onegoal.metrics.question import Value

POINTS_UNITS = frozenset({"share"})
"""Units whose change is told in percentage points; every other unit changes by a share of what it was."""


@dataclass(frozen=True)
class Change:
    """How far `now` is from `then`: `amount` is a share of `then`, or a difference of shares when `is_points`.

    `amount` is None where nothing can be told: a side is missing, or `then` is zero or below, so that no share of it
    has a meaning. It is a plain difference and says nothing about chance.
    """

    now: Value
    then: Value
    amount: Decimal | None
    is_points: bool = False


def change_between(now: Value, then: Value, unit: str) -> Change:
    """Compare two values of one metric, exactly (decimals, not binary fractions)."""
    is_points = unit in POINTS_UNITS
    if now is None or then is None:
        return Change(now, then, None, is_points)
    difference = _exact(now) - _exact(then)
    if is_points:
        return Change(now, then, difference, is_points=True)
    return Change(now, then, difference / _exact(then) if then > 0 else None)


def _exact(value: int | float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))
