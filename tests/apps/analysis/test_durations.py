"""Curves read at common days."""

from __future__ import annotations

from onegoal.apps.analysis.queries.durations import common_days, read_curve
from onegoal.metrics.results import CurvePoint, Survival


def curve(*points: tuple[float, float]) -> Survival:
    """A curve through days and shares, with bounds that do not matter here."""
    found = tuple(CurvePoint(day, share, share, share) for day, share in points)
    return Survival({}, 10, 5, 5, None, None, None, None, None, found)


def test_a_step_holds_until_the_next_one_and_is_unknown_after_the_last() -> None:
    assert read_curve(curve((2, 0.1), (5, 0.4)), [0, 2, 4, 5, 6]).reached == [0.0, 0.1, 0.1, 0.4, None]


def test_common_days_reach_the_longest_curve() -> None:
    assert common_days([curve((3, 0.1)), curve((10, 0.2))])[-1] == 10
