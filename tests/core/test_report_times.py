"""Regular reports are due at an hour of the company's clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from onegoal.core.periods import Period
from onegoal.core.report_times import latest_due

ZONE = ZoneInfo("Europe/Bucharest")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rhythm", "now", "due", "first", "last"),
    [
        ("daily", "2026-03-04T06:00", "2026-03-04T06:00", "2026-03-03", "2026-03-03"),
        ("daily", "2026-03-04T05:59", "2026-03-03T06:00", "2026-03-02", "2026-03-02"),
        ("weekly", "2026-03-04T12:00", "2026-03-02T06:00", "2026-02-23", "2026-03-01"),
        ("monthly", "2026-03-01T05:00", "2026-02-01T06:00", "2026-01-01", "2026-01-31"),
        ("monthly", "2026-03-01T06:00", "2026-03-01T06:00", "2026-02-01", "2026-02-28"),
        ("daily", "2026-07-01T05:00", "2026-07-01T05:00", "2026-06-30", "2026-06-30"),
    ],
)
def test_a_report_at_eight_is_due_at_eight_in_summer_and_winter(
    rhythm: str, now: str, due: str, first: str, last: str
) -> None:
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    found = latest_due(rhythm, 8, now=moment, zone=ZONE)  # type: ignore[arg-type]
    assert found == (dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC), Period(day(first), day(last)))
