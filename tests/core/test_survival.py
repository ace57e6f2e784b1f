"""Waiting times with open ones counted as open, against published data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from onegoal.core.differences import Difference
from onegoal.core.statistics import Interval
from onegoal.core.survival import durations_differ, time_to_event

# Freireich et al. 1963, Blood 21:699, weeks of remission in acute leukaemia (Kalbfleisch and Prentice 2002, p. 2).
DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
DRUG_SEEN = [True] * 3 + [False, True, False, True, False, False, True, True] + [False] * 3 + [True, True] + [False] * 5
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
ALL_SEEN = [True] * 21


def test_the_published_medians_are_23_and_8_weeks():
    drug, placebo = time_to_event(DRUG, DRUG_SEEN), time_to_event(PLACEBO, ALL_SEEN)
    assert (drug.count, drug.events, drug.median.estimate) == (21, 9, 23)
    assert placebo.median == Interval(8, 4, 11)  # Venables and Ripley 2002, section 13.1: log-log
    assert (drug.median.low, drug.median.high) == (13, None)


def test_the_published_curve_of_the_drug():
    points = {point.day: round(point.waiting, 3) for point in time_to_event(DRUG, DRUG_SEEN).curve}
    assert points == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_bounds_of_the_curve_are_scipy_s():
    known = stats.ecdf(stats.CensoredData.right_censored(DRUG, ~np.array(DRUG_SEEN))).sf.confidence_interval(
        method="log-log"
    )
    for point in time_to_event(DRUG, DRUG_SEEN).curve:
        assert point.low == pytest.approx(known.low.evaluate(point.day))
        assert point.high == pytest.approx(known.high.evaluate(point.day))


def test_the_published_log_rank_statistic_is_16_79():
    difference = durations_differ([(DRUG, DRUG_SEEN), (PLACEBO, ALL_SEEN)])
    assert stats.chi2.isf(difference.p, 1) == pytest.approx(16.79, abs=0.005)


def test_a_quantile_that_is_not_reached_is_unknown():
    summary = time_to_event([1.0, 2.0, 3.0, 4.0, 5.0], [True, False, False, False, False])
    assert summary.median.estimate is None
    assert summary.first_quarter.estimate is None


def test_open_ones_alone_and_nothing_at_all_say_nothing():
    assert time_to_event([3.0, 4.0], [False, False]).median == Interval(None, None, None)
    assert time_to_event([], []).count == 0


def test_a_deal_won_on_the_day_it_came_counts():
    assert time_to_event([0.0, 0.0, 5.0], [True, True, True]).median.estimate == 0.0


@pytest.mark.parametrize(("days", "seen"), [([-1.0], [True]), ([float("nan")], [True]), ([1.0, 2.0], [True])])
def test_impossible_durations_are_refused(days, seen):
    with pytest.raises(ValueError, match="duration"):
        time_to_event(days, seen)


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    curve = time_to_event(np.arange(1.0, 5001.0), np.ones(5000, dtype=bool)).curve
    assert len(curve) == 200
    assert (curve[0].day, curve[-1].day) == (1.0, 5000.0)


SAMPLE = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=25)


@given(SAMPLE, SAMPLE)
def test_the_log_rank_test_for_two_groups_is_scipy_s(first, second):
    groups = [([d for d, _ in group], [seen for _, seen in group]) for group in (first, second)]
    difference = durations_differ(groups)
    if difference.method == "none":
        return
    left, right = (stats.CensoredData.right_censored(d, ~np.array(seen)) for d, seen in groups)
    assert difference.p == pytest.approx(stats.logrank(left, right).pvalue, abs=1e-7)


def test_a_third_group_like_the_first_changes_the_degrees_of_freedom():
    two = durations_differ([(DRUG, DRUG_SEEN), (PLACEBO, ALL_SEEN)])
    three = durations_differ([(DRUG, DRUG_SEEN), (PLACEBO, ALL_SEEN), (DRUG, DRUG_SEEN)])
    assert three.is_beyond_chance() and three.p != two.p


def test_groups_without_events_or_members_do_not_differ():
    assert durations_differ([([1.0], [False]), ([2.0], [False])]) == Difference(1.0, "none")
    assert durations_differ([(DRUG, DRUG_SEEN), ([], [])]) == Difference(1.0, "none")
