"""Periods of whole days and what they are compared with."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.periods import GRAINS, PRESETS, Period, add_months, bucket_label, bucket_start, preset
from onegoal.core.problems import ValueProblem

TODAY = date(2026, 11, 21)


def days(text: str) -> Period:
    start, _, end = text.partition("..")
    return Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("period", "previous"),
    [
        ("2026-10-01..2026-10-31", "2026-09-01..2026-09-30"),
        ("2026-03-01..2026-03-31", "2026-02-01..2026-02-28"),
        ("2026-07-01..2026-09-30", "2026-04-01..2026-06-30"),
        ("2025-01-01..2025-12-31", "2024-01-01..2024-12-31"),
        ("2026-11-01..2026-11-21", "2026-10-01..2026-10-21"),
        ("2026-03-01..2026-03-30", "2026-02-01..2026-02-28"),
        ("2026-10-01..2026-11-21", "2026-07-01..2026-08-21"),
        ("2026-01-01..2026-11-21", "2025-01-01..2025-11-21"),
        ("2026-11-15..2026-11-21", "2026-11-08..2026-11-14"),
        ("2026-11-01..2026-11-01", "2026-10-31..2026-10-31"),
        ("2026-02-10..2026-03-11", "2026-01-11..2026-02-09"),
    ],
)
def test_a_period_is_compared_with_its_like(period, previous):
    assert days(period).previous() == days(previous)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2025-02-01..2025-02-28", "2024-02-01..2024-02-29"),
        ("2024-02-01..2024-02-29", "2023-02-01..2023-02-28"),
        ("2024-02-29..2024-02-29", "2023-02-28..2023-02-28"),
        ("2026-11-15..2026-11-21", "2025-11-15..2025-11-21"),
    ],
)
def test_a_year_before_has_the_same_dates(period, before):
    assert days(period).year_before() == days(before)


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("today", "2026-11-21..2026-11-21"),
        ("yesterday", "2026-11-20..2026-11-20"),
        ("last_7_days", "2026-11-15..2026-11-21"),
        ("last_30_days", "2026-10-23..2026-11-21"),
        ("this_week", "2026-11-16..2026-11-21"),
        ("this_month", "2026-11-01..2026-11-21"),
        ("last_month", "2026-10-01..2026-10-31"),
        ("this_quarter", "2026-10-01..2026-11-21"),
        ("last_quarter", "2026-07-01..2026-09-30"),
        ("this_year", "2026-01-01..2026-11-21"),
        ("last_year", "2025-01-01..2025-12-31"),
    ],
)
def test_presets_of_a_known_day(name, period):
    assert preset(name, today=TODAY) == days(period)


def test_a_preset_nobody_knows_is_refused():
    with pytest.raises(ValueProblem, match="period_unknown"):
        preset("someday", today=TODAY)


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueProblem, match="period_ends_before_it_starts"):
        Period(TODAY, TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("grain", "label"),
    [("day", "2024-12-30"), ("week", "2025-W01"), ("month", "2024-12"), ("quarter", "2024-Q4"), ("year", "2024")],
)
def test_labels_of_a_monday_before_new_year(grain, label):
    assert bucket_label(date(2024, 12, 30), grain) == label


def test_a_month_added_to_its_last_day_stays_within_the_month():
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2025, 12, 31), -13) == date(2024, 11, 30)


DAYS = st.dates(date(1991, 1, 1), date(2099, 12, 31))


@given(DAYS, st.integers(0, 800), st.sampled_from(GRAINS))
def test_buckets_cover_a_period_without_gap_or_overlap(start, length, grain):
    period = Period(start, start + timedelta(days=length))
    buckets = list(period.buckets(grain))
    assert buckets[0].start == period.start and buckets[-1].end == period.end
    for one, following in pairwise(buckets):
        assert following.start == one.end + timedelta(days=1) == bucket_start(following.start, grain)
    assert len({bucket_label(bucket.start, grain) for bucket in buckets}) == len(buckets)


@given(DAYS, st.integers(0, 800))
def test_the_previous_period_never_overlaps(start, length):
    period = Period(start, start + timedelta(days=length))
    assert period.previous().end < period.start


@given(DAYS, st.sampled_from(PRESETS))
def test_no_preset_reaches_into_the_future(today, name):
    assert preset(name, today=today).end <= today


def test_the_period_after_whole_months_is_as_many_whole_months() -> None:
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).following() == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert Period(date(2026, 12, 1), date(2026, 12, 31)).following() == Period(date(2027, 1, 1), date(2027, 1, 31))
    assert Period(date(2026, 2, 3), date(2026, 2, 9)).following() == Period(date(2026, 2, 10), date(2026, 2, 16))
