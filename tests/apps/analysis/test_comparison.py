"""Differences against another period."""

from __future__ import annotations

from decimal import Decimal

from onegoal.apps.analysis.queries.comparison import change_between


def test_a_count_changes_by_a_share_of_what_it_was() -> None:
    assert change_between(118, 100, "count").amount == Decimal("0.18")


def test_a_share_changes_by_points() -> None:
    change = change_between(Decimal("0.25"), Decimal("0.5"), "share")
    assert (change.amount, change.is_points) == (Decimal("-0.25"), True)


def test_nothing_is_told_of_a_change_from_nought_or_from_the_unknown() -> None:
    assert change_between(5, 0, "count").amount is None
    assert change_between(5, None, "money").amount is None
    assert change_between(None, 5, "money").amount is None
