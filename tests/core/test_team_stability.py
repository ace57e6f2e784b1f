"""Turnover, tenure and ramp, held against figures worked out by hand and against a simulated company."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from onegoal.core.team_stability import MONTH_DAYS, Stay, ramp_of, tenure, turnover

START, END = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
DAY = dt.timedelta(days=1)


def test_turnover_is_leavers_over_the_average_headcount() -> None:
    """Nine stay all year, one leaves after half of it: 1 / 9.5 a year, bounded like a count of one."""
    stays = [Stay(f"S{n}", dt.date(2020, 1, 1)) for n in range(9)] + [
        Stay("Gone", dt.date(2020, 1, 1), dt.date(2025, 7, 1))
    ]
    found = turnover(stays, START, END)
    assert (found.left, found.joined) == (1, 0)
    assert found.headcount == pytest.approx(9 + 182 / 365)
    assert found.rate.estimate == pytest.approx(1 / 9.4986 * 365.25 / 365, rel=1e-4)
    # Garwood's bounds of a count of one: 0.0253 to 5.572.
    assert found.rate.low == pytest.approx(0.0253 * found.rate.estimate, rel=1e-3)
    assert found.rate.high == pytest.approx(5.572 * found.rate.estimate, rel=1e-3)


def test_nobody_there_gives_no_rate_and_one_who_left_before_counts_nowhere() -> None:
    assert turnover([], START, END).rate.estimate is None
    found = turnover([Stay("Long ago", dt.date(2019, 1, 1), dt.date(2024, 12, 31))], START, END)
    assert (found.left, found.headcount) == (0, 0.0)


def test_half_have_left_on_the_day_the_curve_says() -> None:
    """Two leave after 100 and 200 days, two are there for 300: the curve falls to 3/4, then to 1/2."""
    today = dt.date(2025, 10, 28)
    began = today - 300 * DAY
    stays = [
        Stay("A", began, began + 100 * DAY),
        Stay("B", began, began + 200 * DAY),
        Stay("C", began),
        Stay("D", began),
    ]
    found = tenure(stays, today)
    assert (found.count, found.events) == (4, 2)
    assert [(point.day, point.waiting) for point in found.curve if point.day] == [(100, 0.75), (200, 0.5)]
    assert found.median.estimate == 200


def test_a_simulated_ramp_is_found_where_it_was_put() -> None:
    """New people bring nothing for three months, then all of it: two deals a month."""
    random = np.random.default_rng(11)
    settled = [Stay(f"Old {n}", dt.date(2022, 1, 1)) for n in range(12)]
    fresh = [Stay(f"New {n}", START + 10 * n * DAY) for n in range(8)]
    daily = 2 / MONTH_DAYS

    def results(name: str) -> list[tuple[dt.date, int]]:
        stay = next(one for one in (*settled, *fresh) if one.name == name)
        begins = stay.joined_on + (91 * DAY if name.startswith("New") else 0 * DAY)
        days = [START + at * DAY for at in range(365)]
        return [(day, int(count)) for day, count in zip(days, random.poisson(daily, 365), strict=True) if day >= begins]

    found = ramp_of([*settled, *fresh], results, START, END)
    assert (found.newcomers, found.is_told) == (8, True)
    assert found.settled.person_months == pytest.approx(12 * 365 / MONTH_DAYS)
    assert [month.results for month in found.months[:2]] == [0, 0]
    assert found.reached in (3, 4)
    # Eight people went without two deals a month for three months: about 48, and the bounds hold it.
    assert (found.missing.low or 0) < 48 < (found.missing.high or 0)


def test_few_people_tell_nothing_and_it_is_said() -> None:
    found = ramp_of([Stay("New", dt.date(2025, 6, 1))], lambda _name: [(dt.date(2025, 7, 1), 1)], START, END)
    assert (found.is_told, found.reached) == (False, None)
    assert found.missing.estimate is None
    assert found.months[0].results == 1 and found.months[0].people == 1
