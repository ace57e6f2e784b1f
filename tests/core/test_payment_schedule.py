"""Payment schedules: parts that add up to the price to the cent."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.payment_schedule import Part, close_schedule, deposit_then_parts, equal_parts, is_sound, paid_parts

START = dt.date(2026, 1, 31)
totals = st.integers(min_value=1_000, max_value=10**14)


@given(total=totals, count=st.integers(1, 480), months=st.integers(1, 12))
def test_equal_parts_add_up_to_the_cent_and_differ_by_one_at_most(total: int, count: int, months: int) -> None:
    parts = equal_parts(total, count=count, start=START, months=months)
    amounts = [part.amount_minor for part in parts]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert [part.due_on for part in parts] == sorted({part.due_on for part in parts})


@given(total=totals, share=st.integers(1, 9_999), count=st.integers(1, 60))
def test_a_deposit_and_its_parts_add_up_to_the_cent(total: int, share: int, count: int) -> None:
    try:
        parts = deposit_then_parts(total, deposit_bp=share, count=count, start=START, months=3)
    except ValueError:
        # Only where a part would get less than one cent.
        assert total * share < 10_000 or total * (10_000 - share) < 10_000 * (count + 1)
        return
    assert is_sound(parts, total=total)
    assert abs(parts[0].amount_minor * 10_000 - total * share) <= 10_000


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=40), st.integers(-(10**9), 10**9)
)  # fmt: skip
def test_the_last_part_takes_what_lacks(amounts: list[int], change: int) -> None:
    parts = [Part(START + dt.timedelta(days=place), amount) for place, amount in enumerate(amounts)]
    total = sum(amounts) + change
    if amounts[-1] + change < 1:
        with pytest.raises(ValueError):
            close_schedule(parts, total=total)
        return
    closed, rest = close_schedule(parts, total=total)
    assert rest == change
    assert is_sound(closed, total=total)
    assert closed[:-1] == parts[:-1]


def test_the_worked_example_of_the_page() -> None:
    parts = deposit_then_parts(100_000_01, deposit_bp=3_000, count=5, start=dt.date(2026, 1, 31), months=3)
    assert [(part.due_on.isoformat(), part.amount_minor) for part in parts] == [
        ("2026-01-31", 30_000_00), ("2026-04-30", 14_000_01), ("2026-07-30", 14_000_00), ("2026-10-30", 14_000_00),
        ("2027-01-30", 14_000_00), ("2027-04-30", 14_000_00),
    ]  # fmt: skip


def test_money_pays_the_parts_in_the_order_of_their_days() -> None:
    parts = [Part(dt.date(2026, 3, 1), 100), Part(dt.date(2026, 1, 1), 50), Part(dt.date(2026, 2, 1), 70)]
    assert [paid_parts(parts, received=money) for money in (0, 49, 50, 119, 120, 219, 220, 500)] == [
        0, 0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("count", [0, 481])
def test_a_schedule_of_no_or_too_many_parts_is_refused(count: int) -> None:
    with pytest.raises(ValueError):
        equal_parts(1_000_000, count=count, start=START)
