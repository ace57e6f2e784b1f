"""What control costs and brings back."""

from __future__ import annotations

from decimal import Decimal

from onegoal.core.control_cost import control_cost, payback


def test_time_is_paid_by_the_hour_and_rounded_once() -> None:
    assert control_cost(3_600, 20_00) == 20_00
    assert control_cost(9, 200) == 1  # half a hundredth is rounded up
    assert control_cost(0, 20_00) == 0


def test_what_came_back_is_told_as_many_times_its_cost() -> None:
    assert payback(90_000, 6_000) == Decimal(15)
    assert payback(90_000, 0) is None
