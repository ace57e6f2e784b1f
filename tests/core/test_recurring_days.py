"""Days that come again: the 31st, 29 February, and starts long after the first."""

from __future__ import annotations

import datetime as dt
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.recurring_days import days_from

day = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("first", "repeats", "start", "expected"),
    [
        ("2026-01-31", "month", "2026-02-01", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-02-29", "year", "2026-01-01", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2026-01-02", "week", "2026-03-28", ["2026-04-03", "2026-04-10", "2026-04-17"]),
        ("2026-06-01", "week", "2026-01-01", ["2026-06-01", "2026-06-08", "2026-06-15"]),
        ("2026-06-01", "", "2026-01-01", ["2026-06-01"]),
        ("2026-06-01", "", "2026-06-02", []),
    ],
)
def test_the_next_days(first: str, repeats: str, start: str, expected: list[str]) -> None:
    found = islice(days_from(day(first), repeats, day(start)), 3)  # type: ignore[arg-type]
    assert [one.isoformat() for one in found] == expected


_DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))


@given(_DAYS, st.sampled_from(["week", "month", "year"]), _DAYS)
def test_a_late_start_skips_no_day_and_adds_none(first: dt.date, repeats: str, start: dt.date) -> None:
    every = days_from(first, repeats, first)  # type: ignore[arg-type]
    reached = next(one for one in every if one >= start)
    assert next(days_from(first, repeats, start)) == reached  # type: ignore[arg-type]
