"""Working time is what a clock counts that runs only while the office is open."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onegoal.core.working_hours import Calendar

BUCHAREST = ZoneInfo("Europe/Bucharest")
NINE_TO_SIX = (dt.time(9), dt.time(18))
WEEK = dict.fromkeys(range(5), NINE_TO_SIX)
OFFICE = Calendar(BUCHAREST, WEEK)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BUCHAREST)


def test_a_lead_of_friday_evening_is_due_on_monday_morning():
    assert OFFICE.add(local("2026-03-06T17:45"), 30) == local("2026-03-09T09:15")
    assert OFFICE.between(local("2026-03-06T17:45"), local("2026-03-09T09:15")) == 30


def test_what_ends_when_the_office_closes_is_due_then_and_not_the_next_morning():
    assert OFFICE.add(local("2026-03-06T17:45"), 15) == local("2026-03-06T18:00")


def test_a_holiday_and_a_worked_saturday_move_the_end():
    monday, saturday = dt.date(2026, 3, 9), dt.date(2026, 3, 7)
    calendar = Calendar(BUCHAREST, WEEK, days_off={monday}, worked={saturday})
    assert calendar.add(local("2026-03-06T17:45"), 30) == local("2026-03-07T09:15")
    assert calendar.add(local("2026-03-07T17:45"), 30) == local("2026-03-10T09:15")
    assert not calendar.is_open(local("2026-03-09T12:00"))
    assert calendar.working_day_before(dt.date(2026, 3, 10)) == saturday


def test_a_day_off_that_is_worked_all_the_same_counts():
    day = dt.date(2026, 3, 9)
    assert Calendar(BUCHAREST, WEEK, days_off={day}, worked={day}).is_open(local("2026-03-09T12:00"))


def test_the_night_of_the_clock_change_is_an_hour_shorter_or_longer():
    day_and_night = Calendar(BUCHAREST, dict.fromkeys(range(7), (dt.time(0), dt.time(23, 59))))
    assert day_and_night.between(local("2026-03-29T00:00"), local("2026-03-30T00:00")) == 23 * 60
    assert day_and_night.between(local("2026-10-25T00:00"), local("2026-10-26T00:00")) == 25 * 60


def test_an_office_hour_on_both_sides_of_the_clock_change_stays_nine_hours():
    sunday_too = Calendar(BUCHAREST, dict.fromkeys(range(7), NINE_TO_SIX))
    for day in ("2026-03-28", "2026-03-29", "2026-10-25"):
        assert sunday_too.between(local(f"{day}T00:00"), local(f"{day}T23:00")) == 9 * 60


def test_the_next_opening_of_a_closed_office_and_of_an_open_one():
    assert OFFICE.next_opening(local("2026-03-07T12:00")) == local("2026-03-09T09:00")
    assert OFFICE.next_opening(local("2026-03-09T12:00")) == local("2026-03-09T12:00")


@pytest.mark.parametrize("hours", [{}, {0: (dt.time(18), dt.time(9))}])
def test_hours_that_never_pass_are_refused(hours):
    with pytest.raises(ValueError, match=r"office|week"):
        Calendar(BUCHAREST, hours)


zones = st.sampled_from([ZoneInfo(name) for name in ("Europe/Bucharest", "America/New_York", "Australia/Lord_Howe")])
times = st.tuples(st.integers(4, 22), st.sampled_from([0, 15, 30]))  # clocks change before four


@st.composite
def calendars(draw):
    """Any week around the two clock changes of 2026, with some days off and some worked."""
    hours = {}
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        opens = draw(times)
        hours[weekday] = (dt.time(*opens), dt.time(draw(st.integers(opens[0], 23)), 45))
    days = st.sets(st.dates(dt.date(2026, 3, 20), dt.date(2026, 4, 10)), max_size=5)
    return Calendar(draw(zones), hours, draw(days), draw(days))


moments = st.datetimes(dt.datetime(2026, 3, 21), dt.datetime(2026, 4, 8)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=dt.UTC)
)


def minute_by_minute(calendar: Calendar, first: dt.datetime, last: dt.datetime) -> int:
    """Count the open minutes one after the other, from the wall clock alone."""
    count, at = 0, first
    while at < last:
        there = at.astimezone(calendar.zone)
        hours = calendar.hours.get(there.weekday())
        if there.date() in calendar.worked:
            hours = hours or calendar.hours[min(calendar.hours)]
        elif there.date() in calendar.days_off:
            hours = None
        count += hours is not None and hours[0] <= there.time() < hours[1]
        at += dt.timedelta(minutes=1)
    return count


@settings(max_examples=60, deadline=None)
@given(calendars(), moments, st.integers(0, 4 * 24 * 60))
def test_working_minutes_are_those_counted_minute_by_minute(calendar, first, length):
    last = first + dt.timedelta(minutes=length)
    opens, closes = zip(*calendar.hours.values(), strict=True)
    if dt.time(4) <= min(opens) or max(closes) <= dt.time(
        1
    ):  # a clock that changes while the office is open: see above
        assert calendar.between(first, last) == minute_by_minute(calendar, first, last)
    assert calendar.between(last, first) == -calendar.between(first, last)


@given(calendars(), moments, st.integers(1, 6000))
def test_the_end_is_the_first_moment_with_so_many_minutes_before_it(calendar, start, minutes):
    end = calendar.add(start, minutes)
    assert calendar.between(start, end) == minutes
    assert calendar.between(start, end - dt.timedelta(minutes=1)) == minutes - 1


@given(calendars(), moments, moments, moments)
def test_working_time_adds_up(calendar, one, two, three):
    first, middle, last = sorted([one, two, three])
    assert calendar.between(first, last) == calendar.between(first, middle) + calendar.between(middle, last)
