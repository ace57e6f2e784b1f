"""A small plan and a small history for the tests of the joint plan: one channel, one type, five in a hundred sign."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from onegoal.core.joint_plan.figures import Basis, PlanFigures, Price, Rate
from onegoal.core.periods import add_months

MARCH = dt.date(2026, 3, 1)
FIVE_PER_CENT = Rate(5_000.0, 95_000.0, 5_000, 100_000, best=0.06)
DELAY = np.array([0.2, 0.5, 0.3])


def plan_of(months: int = 1, **figures: float) -> PlanFigures:
    """Plan the same figures every month from March on, in the channel `google` and the type `flat`."""
    sales = {"deals_won", "money_signed", "money_received"}
    shape = (months, 1, 1)
    return PlanFigures(
        tuple(add_months(MARCH, at) for at in range(months)), ("",), ("flat",), ("google",),
        {name: np.full(shape, float(value)) for name, value in figures.items() if name in sales},
        {name: np.full(shape, float(value)) for name, value in figures.items() if name not in sales},
    )  # fmt: skip


def basis_of(house: float = 100.0, **said: Any) -> Basis:
    """Five of a hundred leads sign: one in five in the lead's month, half in the next, three in ten in the one after."""
    usual: dict[str, Any] = {
        "won": {"": FIVE_PER_CENT, "google": FIVE_PER_CENT}, "delays": {"": DELAY, "google": DELAY},
        "house": {"google": np.full(3, house)}, "prices": {"": Price(1000.0, 10.0, 200.0, 400)},
        "mix": {"flat": 100.0},
    }  # fmt: skip
    return Basis(**(usual | said))
