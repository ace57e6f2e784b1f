"""What the incremental marts of attribution cost: a new day on a long history, and the queries of pages."""

from __future__ import annotations

import importlib.util

from bench.figures import Figure

DAY_GOAL_S, QUERY_GOAL_MS = 1.0, 15.0


def is_there() -> bool:
    """Tell whether the product has marts."""
    return importlib.util.find_spec("onegoal.attribution.mart") is not None


def new_day(history: int) -> list[Figure]:
    """Return the seconds a day of 100,000 touches takes on a history of so many."""
    return []


def queries(touches: int) -> list[Figure]:
    """Return the milliseconds of the queries of pages on a mart of so many touches."""
    return []
