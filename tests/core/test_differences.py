"""Groups are said to differ only when chance does not explain it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from onegoal.core.differences import (
    Difference,
    benjamini_hochberg,
    compare_pairs,
    holm,
    means_differ,
    rates_differ,
    stand_out,
)

# Closed deals of qualified leads by origin, published as the Olist marketing funnel (Kaggle, CC BY-NC-SA 4.0).
OLIST = {"paid": (195, 1586), "organic": (271, 2296), "social": (75, 1350), "email": (15, 493), "unknown": (179, 1099)}


def test_origins_of_olist_differ_and_the_odd_ones_are_named():
    counts = list(OLIST.values())
    assert rates_differ(counts).p < 1e-20
    verdicts = dict(zip(OLIST, stand_out(counts), strict=True))
    assert (verdicts["social"], verdicts["email"], verdicts["unknown"]) == ("below", "below", "above")


def test_the_lady_tasting_tea_has_fisher_s_published_probability():
    # Fisher 1935, The Design of Experiments, chapter 2; two-sided p = 34/70.
    difference = rates_differ([(3, 4), (1, 4)])
    assert difference.method == "fisher"
    assert difference.p == pytest.approx(34 / 70)


def test_the_share_of_smokers_in_four_studies_differs_as_published():
    # R: prop.test(c(83, 90, 129, 70), c(86, 93, 136, 82)), Fleiss 1981, p. 139: X-squared 12.6004, p 0.005585.
    difference = rates_differ([(83, 86), (90, 93), (129, 136), (70, 82)])
    assert difference.p == pytest.approx(0.005585, abs=5e-7)


def test_small_tables_are_simulated_close_to_the_exact_answer():
    counts = [(3, 10), (2, 9), (4, 12), (0, 3)]
    difference = rates_differ(counts)
    assert difference.method == "exact by simulation"
    table = [[s, n - s] for s, n in counts]
    assert difference.p == pytest.approx(
        stats.chi2_contingency(
            table, correction=False, method=stats.MonteCarloMethod(n_resamples=20_000, rng=1)
        ).pvalue,
        abs=0.02,
    )
    assert rates_differ(counts) == difference


@pytest.mark.parametrize("counts", [[], [(1, 2)], [(0, 10), (0, 20)], [(5, 5), (7, 7)], [(1, 2), (0, 0)]])
def test_nothing_to_compare_is_no_difference(counts):
    assert rates_differ(counts) == Difference(1.0, "none")
    assert stand_out(counts) == ["not beyond chance"] * len(counts)


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="successes"):
        rates_differ([(3, 2), (1, 2)])


def test_equal_sellers_are_seldom_told_apart():
    draws = np.random.default_rng(7).binomial(120, 0.15, size=(300, 8))
    named = sum(any(v != "not beyond chance" for v in stand_out([(int(s), 120) for s in row])) for row in draws)
    assert named <= 0.07 * 300


def test_holm_and_benjamini_hochberg_follow_their_definitions():
    # By hand: Holm multiplies by 5, 4, 3, 2, 1 and never falls; Benjamini-Hochberg by 5/1, 5/2, 5/3, 5/4, 5/5.
    tests = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert holm(tests) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert benjamini_hochberg(tests) == pytest.approx([0.05] * 5)
    assert holm([]) == benjamini_hochberg([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_correction_never_makes_a_finding_stronger(tests):
    assert all(adjusted >= p for adjusted, p in zip(holm(tests), tests, strict=True))
    assert max(holm(tests)) <= 1


def test_pairs_come_in_order_with_their_interval():
    pairs = compare_pairs(list(OLIST.values()))
    assert [(pair.first, pair.second) for pair in pairs][:3] == [(0, 1), (0, 2), (0, 3)]
    assert all(pair.p_corrected >= pair.p for pair in pairs)
    assert pairs[0].p_corrected > 0.05 and not pairs[0].difference.excludes(0)
    assert pairs[1].p_corrected < 1e-6 and pairs[1].difference.excludes(0)


def test_welch_s_test_of_the_sleep_data_is_the_published_one():
    # R help page of oneway.test: extra ~ group of Student's sleep data, F = 3.4626, p-value = 0.07939.
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    assert means_differ([one, two]).p == pytest.approx(0.07939, abs=5e-6)


def test_means_of_lonely_or_equal_values_are_no_difference():
    assert means_differ([[1.0], [2.0, 3.0]]) == Difference(1.0, "none")
    assert means_differ([[2.0, 2.0], [2.0, 2.0]]) == Difference(1.0, "none")


def test_a_group_of_equal_values_is_compared_by_ranks():
    assert means_differ([[2.0] * 8, [3.0, 4.0, 5.0, 6.0, 7.0]]).method == "kruskal-wallis"


def test_the_logarithm_of_nothing_is_refused():
    with pytest.raises(ValueError, match="positive"):
        means_differ([[0.0, 1.0], [1.0, 2.0]], scale="log")
