"""When an evening's report is due, and when a source is late."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from onegoal.core.evening_times import due_moment, missed_days
from onegoal.core.late_sources import is_late

BUCHAREST = ZoneInfo(
    "Europe/Bucharest"
)  # 2026: the clock jumps 3:00 -> 4:00 on 29 March, back 4:00 -> 3:00 on 25 October


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        ("2026-03-28", "21:00", "2026-03-28 19:00"), ("2026-03-29", "21:00", "2026-03-29 18:00"),
        ("2026-03-29", "03:30", "2026-03-29 01:00"), ("2026-03-29", "03:00", "2026-03-29 01:00"),
        ("2026-03-29", "02:59", "2026-03-29 00:59"), ("2026-03-29", "04:00", "2026-03-29 01:00"),
        ("2026-10-25", "03:30", "2026-10-25 00:30"), ("2026-10-25", "04:00", "2026-10-25 02:00"),
    ],
)  # fmt: skip
def test_a_skipped_time_is_due_at_the_jump_and_a_doubled_one_the_first_time(day: str, at: str, due: str) -> None:
    assert due_moment(dt.date.fromisoformat(day), dt.time.fromisoformat(at), BUCHAREST) == utc(due)


def test_half_an_hour_is_skipped_on_lord_howe_island() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")  # 2:00 -> 2:30 on 4 October 2026
    assert due_moment(dt.date(2026, 10, 4), dt.time(2, 15), zone) == utc("2026-10-03 15:30")


def test_every_day_of_a_year_has_one_due_moment_and_they_are_in_order() -> None:
    for zone in (BUCHAREST, ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kolkata")):
        for at in (dt.time(0, 0), dt.time(2, 30), dt.time(3, 0), dt.time(21, 0)):
            days = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
            due = [due_moment(day, at, zone) for day in days]
            assert due == sorted(set(due))
            assert [one.astimezone(zone).date() for one in due] == days


def test_days_whose_report_fell_due_meanwhile_are_found_once() -> None:
    since, now = utc("2026-03-27 19:00"), utc("2026-03-30 17:59")
    found = missed_days(since=since, now=now, at=dt.time(21), zone=BUCHAREST, most=31)
    assert [day.day for day in found] == [27, 28, 29]
    assert missed_days(since=since, now=utc("2026-03-30 18:00"), at=dt.time(21), zone=BUCHAREST, most=2) == [
        dt.date(2026, 3, 29), dt.date(2026, 3, 30),
    ]  # fmt: skip


def weekdays(first: str, last: str) -> list[dt.date]:
    day, end, found = dt.date.fromisoformat(first), dt.date.fromisoformat(last), []
    while day <= end:
        found += [day] if day.weekday() < 5 else []
        day += dt.timedelta(days=1)
    return found


def test_a_source_is_late_when_it_is_silent_longer_than_ever() -> None:
    work = weekdays("2026-01-01", "2026-04-30")
    daily = weekdays("2026-02-02", "2026-03-06")  # until a Friday
    assert not is_late(daily, dt.date(2026, 3, 8), work)  # Sunday
    assert not is_late(daily, dt.date(2026, 3, 9), work)  # Monday: it may still come
    assert is_late(daily, dt.date(2026, 3, 10), work)
    assert not is_late(daily, dt.date(2026, 5, 10), work)  # gone for good
    weekly = work[::5][:12]
    assert not is_late(weekly, weekly[-1] + dt.timedelta(days=7), work)
    assert is_late(weekly, weekly[-1] + dt.timedelta(days=8), work)
    assert not is_late(daily[:10], dt.date(2026, 3, 1), work)  # too little is known of it
    assert not is_late([], dt.date(2026, 3, 1), work)


def test_steady_sources_raise_as_few_false_alarms_as_is_said() -> None:
    """Gaps drawn alike: after n of them the next is longer than all with a chance of 1 in n + 1 at most."""
    import random

    draw, work = random.Random(5), [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(2_000)]
    alarms = 0
    for _ in range(2_000):
        gaps = [draw.randint(1, 40) for _ in range(12)]
        places = [sum(gaps[:n]) for n in range(12)]
        alarms += is_late([work[place] for place in places], work[places[-1] + gaps[-1]], work)
    assert alarms / 2_000 < 1 / 12 + 0.015
