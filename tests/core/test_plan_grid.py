"""A total typed at any level reaches the cells below it to the last unit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.plan_grid import Place, months_between, split_over_days, spread

MONTHS = months_between(dt.date(2026, 11, 1), dt.date(2027, 2, 1))
PLACES = [
    Place(month, "deals_won", project, kind) for month in MONTHS for project in ("A", "B") for kind in ("x", "y", "z")
]
values = st.dictionaries(st.sampled_from(PLACES), st.integers(0, 10**12), max_size=len(PLACES))
totals = st.integers(0, 10**15)


@given(totals, values, values)
def test_the_shares_always_add_up_to_the_total(total: int, existing: dict[Place, int], past: dict[Place, int]) -> None:
    shares = spread(total, PLACES, existing, past)
    assert sum(shares.values()) == total and min(shares.values()) >= 0
    assert set(shares) == set(PLACES)


@given(totals, values.filter(lambda held: any(held.values())))
def test_every_share_is_its_months_quota_rounded_up_or_down(total: int, existing: dict[Place, int]) -> None:
    shares = spread(total, PLACES, existing, {})
    weights: dict[dt.date, int] = defaultdict(int)
    parts: dict[dt.date, int] = defaultdict(int)
    for place in PLACES:
        weights[place.month] += existing.get(place, 0)
        parts[place.month] += shares[place]
    whole = sum(weights.values())
    for month in MONTHS:
        assert abs(parts[month] - Fraction(total * weights[month], whole)) < 1
    for place in PLACES:
        if weights[place.month]:
            assert abs(shares[place] - Fraction(parts[place.month] * existing.get(place, 0), weights[place.month])) < 1


@given(values.filter(lambda held: any(held.values())))
def test_what_is_typed_over_itself_changes_nothing(existing: dict[Place, int]) -> None:
    assert spread(sum(existing.values()), PLACES, existing, {}) == {p: existing.get(p, 0) for p in PLACES}


def test_existing_figures_come_before_history_and_history_before_equal_shares() -> None:
    two = [Place(MONTHS[0], "leads", "A"), Place(MONTHS[0], "leads", "B")]
    assert list(spread(10, two, {two[0]: 1, two[1]: 4}, {two[0]: 1}).values()) == [2, 8]
    assert list(spread(10, two, {two[0]: 0}, {two[0]: 3, two[1]: 7}).values()) == [3, 7]
    assert list(spread(11, two, {}, {}).values()) == [6, 5]


def test_a_small_total_does_not_gather_in_the_first_row() -> None:
    months = months_between(dt.date(2026, 1, 1), dt.date(2026, 12, 1))
    places = [Place(month, "deals_won", project) for month in months for project in "ABCD"]
    shares = spread(12, places, {}, {})
    assert all(sum(shares[place] for place in places if place.month == month) == 1 for month in months)
    assert {project: sum(v for p, v in shares.items() if p.project == project) for project in "ABCD"} == dict.fromkeys(
        "ABCD", 3
    )


def test_a_negative_total_or_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="total"):
        spread(-1, PLACES, {}, {})
    with pytest.raises(ValueError, match="place"):
        spread(1, [], {}, {})


@given(st.integers(0, 10**9), st.integers(1, 31))
def test_days_get_their_part_evenly(total: int, count: int) -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=at) for at in range(count)]
    shares = split_over_days(total, days)
    assert sum(shares.values()) == total
    done = 0
    for at, day in enumerate(days, start=1):
        done += shares[day]
        assert 0 <= Fraction(total * at, count) - done < 1
