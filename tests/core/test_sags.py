"""Sags: a quiet year raises as many alarms as is said, a planted drop is found within so many days."""

from __future__ import annotations

import numpy as np
import pytest

from onegoal.core import sags
from onegoal.core.sags import DAYS, Series

WEEK = [0, 1, 2, 3, 4, 7, 7]


def _company(chance: np.random.Generator, days: int) -> dict[str, tuple[list[float], list[float] | None]]:
    """Twenty-four series of all sizes with a quiet weekend, weeks that differ by more than chance, and rates."""
    kinds = np.resize(WEEK, days)
    found: dict[str, tuple[list[float], list[float] | None]] = {}
    for at, size in enumerate([0.3, 0.7, 1.5, 4, 9, 25] * 3):
        uneven = chance.gamma(25, 1 / 25, days // 7 + 1).repeat(7)[:days] if at % 3 == 2 else 1.0
        found[f"count {at}"] = (list(chance.poisson(np.where(kinds == 7, 0.3, 1.28) * size * uneven)), None)
    for at, size in enumerate([2, 10, 40] * 2):
        bases = chance.poisson(size, days)
        found[f"rate {at}"] = (list(chance.binomial(bases, 0.3)), list(bases))
    return found


def _at(name: str, own: tuple[list[float], list[float] | None], day: int) -> Series:
    counts, bases = own
    window = slice(day - DAYS, day)
    days = list(np.resize(WEEK, day)[window])
    return Series(name, counts[window], bases[window] if bases else None, None if bases else days)


def test_a_quiet_year_raises_about_as_many_alarms_as_is_said() -> None:
    """Two years of twenty-four series through the very steps of the watch, looked at every third day; 8 are said a year."""
    chance, alarms = np.random.default_rng(11), 0
    for _year in range(2):
        company = _company(chance, DAYS + 365)
        limits = sags.limits_for([_at(name, own, DAYS) for name, own in company.items()], 8)
        is_open = dict.fromkeys(company, False)
        for day in range(DAYS, DAYS + 365, 3):
            for name, own in company.items():
                series = _at(name, own, day)
                if is_open[name]:
                    is_open[name] = sags.watch(series, limits[name] / 2) is not None
                elif name in limits and sags.watch(series, limits[name]):
                    is_open[name], alarms = True, alarms + 1
    assert 6 <= alarms <= 27  # 16 expected; a Poisson count of 16 lies there in 99 of 100 cases


@pytest.mark.parametrize(("size", "days"), [(4.0, 24), (20.0, 8)])
def test_a_drop_by_forty_per_cent_is_found_in_days(size: float, days: int) -> None:
    """With 80 series and 4 alarms a year, half of the drops are found within so many days, and the day is about right."""
    chance, limit = np.random.default_rng(2), sags.limit_for(size, 0.05)
    found_after = []
    for _ in range(40):
        counts = np.concatenate([chance.poisson(size, DAYS), chance.poisson(size * 0.6, 60)])
        after = next((d for d in range(1, 57) if sags.watch(Series("s", list(counts[d : DAYS + d])), limit)), 57)
        found_after.append(after)
    assert np.median(found_after) <= days


def test_a_sag_says_since_when_and_how_much_is_missing() -> None:
    counts = [4.0, 5.0, 3.0, 4.0] * 57 + [1.0] * 10
    found = sags.watch(Series("leads", counts[-DAYS:]), limit=6)
    assert found is not None
    assert 10 <= found.days <= 12
    assert found.normal == pytest.approx(4, rel=0.05)
    assert found.expected == pytest.approx(4 * found.days, rel=0.05)
    assert found.value < 2


def test_a_rise_is_found_the_other_way_and_a_rate_is_told_as_a_share() -> None:
    calls, answered = [20.0] * DAYS, [10.0] * (DAYS - 14) + [4.0] * 14
    found = sags.watch(Series("answered", answered, calls), limit=7)
    assert found is not None and found.value == pytest.approx(0.2) and found.normal == pytest.approx(0.5)
    assert sags.watch(Series("answered", answered, calls), 7, "up") is None
    rising = Series("leads", [2.0] * (DAYS - 14) + [6.0] * 14)
    assert sags.watch(rising, 7, "up") is not None and sags.watch(rising, 7) is None


def test_what_is_too_small_to_tell_is_not_watched() -> None:
    assert sags.normal_of(Series("rare", ([1.0] + [0.0] * 9) * 23 + [0.0] * 8)) is None
    assert sags.limits_for([Series("rare", [0.0] * DAYS)], 4) == {}


def test_more_series_or_fewer_wanted_alarms_raise_the_limit() -> None:
    assert sags.limit_for(4.0, 0.05) > sags.limit_for(4.0, 0.2) > sags.limit_for(4.0, 1.0) > 0
    # Read off the fitted tail, far beyond what was simulated, and still what a longer simulation of other years finds.
    limit = sags.limit_for(4.0, 0.05)
    assert 0.02 <= sags.quiet_alarms(4.0, limit, seed=77, years=400) <= 0.1
