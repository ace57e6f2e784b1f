"""The period of a page: whatever the address says, a usable one comes out."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.apps.shell.period import read_period
from onegoal.core.periods import Period, preset

TODAY = dt.date(2026, 11, 21)


def test_days_in_the_address_are_taken_both_included() -> None:
    choice = read_period({"from": "2026-11-01", "to": "2026-11-10", "compare": "year"}, today=TODAY)
    assert choice.period == Period(dt.date(2026, 11, 1), dt.date(2026, 11, 10))
    assert choice.compared == Period(dt.date(2025, 11, 1), dt.date(2025, 11, 10))
    assert not choice.problem


def test_a_preset_follows_the_calendar() -> None:
    choice = read_period({"period": "last_month"}, today=TODAY)
    assert choice.period == Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    assert choice.preset == "last_month"


def test_no_comparison_may_be_wanted() -> None:
    assert read_period({"compare": "none"}, today=TODAY).compared is None


def test_a_start_alone_runs_until_today() -> None:
    assert read_period({"from": "2026-11-01"}, today=TODAY).period == Period(dt.date(2026, 11, 1), TODAY)


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "2026-02-30", "to": "2026-03-01"},
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "0001-01-01", "to": "2026-01-01"},
        {"from": "2026-01-01", "to": "9999-12-31"},
        {"from": "٢٠٢٦-٠١-٠١", "to": "2026-01-02"},
        {"from": "20260101", "to": "2026-01-02"},
        {"from": "'; drop", "to": "\x00"},
        {"to": "2026-01-01"},
        {"period": "forever"},
    ],
)
def test_a_hostile_address_gives_the_usual_period_and_says_why(parameters: dict[str, str]) -> None:
    choice = read_period(parameters, today=TODAY, default="this_quarter")
    assert choice.period == preset("this_quarter", today=TODAY)
    assert str(choice.problem)


def test_an_unknown_comparison_gives_the_usual_one() -> None:
    assert read_period({"compare": "mars"}, today=TODAY).compare == "previous"


@given(st.dictionaries(st.sampled_from(["from", "to", "period", "compare"]), st.text(max_size=12)))
def test_no_address_breaks_the_period(parameters: dict[str, str]) -> None:
    choice = read_period(parameters, today=TODAY)
    assert choice.period.days() >= 1
    assert choice.compared is None or choice.compared.days() >= 1


@given(st.dates(), st.dates(), st.sampled_from(["previous", "year", "none"]))
def test_every_pair_of_days_can_be_compared(first: dt.date, last: dt.date, compare: str) -> None:
    choice = read_period({"from": first.isoformat(), "to": last.isoformat(), "compare": compare}, today=TODAY)
    assert (choice.compared is None) == (compare == "none")
