"""Conversions, delays and what leads bring, against hand counts, brute force and known truths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from tests.core.joint_plan.planned import DELAY, basis_of, plan_of

from onegoal.core.joint_plan.chain import deals_after, feed_of, gamma_interval, missing_leads
from onegoal.core.joint_plan.conversions import best_of, prior_strength, shrunk
from onegoal.core.joint_plan.delays import MONTH_DAYS, arrivals, blended, from_before, reached_by_month, shares_of
from onegoal.core.joint_plan.swings import swing_of


def test_deals_signed_a_month_and_a_half_after_the_lead_fall_into_the_next_month_and_the_one_after() -> None:
    reached = reached_by_month([1.5 * MONTH_DAYS], [0.04], 4 * MONTH_DAYS)
    shares = shares_of(reached)
    assert shares is not None
    assert shares[:4] == pytest.approx([0, 0.5, 0.5, 0])
    assert reached[-1] == pytest.approx(0.04)


def test_months_after_the_lead_agree_with_leads_thrown_at_random_days() -> None:
    rng = np.random.default_rng(7)
    waits, starts = rng.gamma(2.0, 20.0, 40_000), rng.uniform(0, MONTH_DAYS, 40_000)
    days = np.sort(waits)
    reached = np.arange(1, days.size + 1) / days.size
    brute = np.bincount(((starts + waits) // MONTH_DAYS).astype(int), minlength=24)[:24] / days.size
    shares = shares_of(reached_by_month(days.tolist(), reached.tolist(), float(days[-1]) + 31))
    assert shares is not None
    assert shares[:6] == pytest.approx(brute[:6], abs=0.006)


def test_a_channel_without_deals_has_the_companys_delays_and_one_with_many_its_own() -> None:
    quick = np.array([1.0])
    assert blended(None, 0, DELAY) is DELAY
    assert blended(quick, 10_000, DELAY)[0] > 0.99
    assert blended(quick, 30, DELAY) == pytest.approx([0.6, 0.25, 0.15])


def test_leads_before_the_plan_and_in_it_bring_deals_by_their_delay() -> None:
    # March has a fifth of its own 40 leads, half of February's 100 and three tenths of January's 60, and five in a hundred sign.
    basis = replace(basis_of(), house={"google": np.array([100.0, 60.0])})
    feed = feed_of(plan_of(3, leads=40), basis)
    assert feed.expected == pytest.approx([0.05 * (8 + 50 + 18), 0.05 * (8 + 20 + 30), 0.05 * (8 + 20 + 12)])
    assert deals_after(plan_of(3, leads=40), basis, feed) == pytest.approx(0.05 * (40 * 0.8 + 40 * 0.3))


def test_every_lead_of_the_house_and_the_plan_is_worth_one_lead_in_all() -> None:
    months = 30
    total = (np.full(months, 10.0) @ arrivals(DELAY, months)).sum() + from_before(np.full(5, 10.0), DELAY, months).sum()
    late = 10 * (0.8 + 0.3)
    gone = 10 * (0.2 * 5 + 0.5 * 4 + 0.3 * 3)
    assert total + late + gone == pytest.approx(10 * months + 50)


def test_missing_leads_stand_in_the_months_their_deals_come_from() -> None:
    plan, basis = plan_of(1, deals_won=500, leads=100), basis_of()
    within, before = missing_leads(plan, basis, feed_of(plan, basis), np.array([495.0]))
    assert within == pytest.approx([0.2 * 9_900])
    assert before == pytest.approx([0.5 * 9_900, 0.3 * 9_900])


def test_the_closed_interval_holds_what_chance_brings_when_the_conversion_is_learnt_from_a_sample() -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(300):
        truth = rng.beta(20, 380, size=4)
        seen = rng.integers(100, 600, size=4)
        events = rng.binomial(seen, truth)
        names = [f"c{at}" for at in range(4)]
        groups = {name: (float(e), float(n)) for name, e, n in zip(names, events, seen, strict=True)}
        rates = shrunk(groups, (float(events.sum()), float(seen.sum())))
        planned = rng.integers(50, 400, size=4)
        mean = float(sum(n * rates[name].mean for name, n in zip(names, planned, strict=True)))
        spread = float(sum(n**2 * rates[name].variance for name, n in zip(names, planned, strict=True)))
        held += not gamma_interval(mean, mean + spread).excludes(float(rng.binomial(planned, truth).sum()))
    assert 0.92 <= held / 300 <= 0.99


def test_gamma_bounds_are_those_of_the_distribution_with_that_mean_and_variance() -> None:
    found = gamma_interval(20.0, 50.0)
    assert (found.low, found.high) == pytest.approx(stats.gamma(a=8, scale=2.5).ppf([0.025, 0.975]))


def test_channels_that_are_alike_are_trusted_to_be_alike_and_those_that_differ_keep_their_own() -> None:
    alike = [(50.0, 1000.0), (52.0, 1000.0), (49.0, 1000.0), (51.0, 1000.0)]
    apart = [(10.0, 1000.0), (150.0, 1000.0), (40.0, 1000.0), (90.0, 1000.0)]
    assert prior_strength(alike) > 1_000
    assert prior_strength(apart) < 100
    rates = shrunk({f"c{at}": one for at, one in enumerate(apart)}, (290.0, 4000.0))
    assert rates["c1"].mean == pytest.approx(0.15, abs=0.005)


def test_a_channel_never_seen_is_as_uncertain_as_channels_differ() -> None:
    groups = {"a": (10.0, 1000.0), "b": (150.0, 1000.0), "c": (40.0, 1000.0), "new": (0.0, 0.0)}
    rates = shrunk(groups, (200.0, 3000.0))
    assert rates["new"].mean == pytest.approx(200 / 3000)
    assert rates["new"].variance > 10 * rates["a"].variance


def test_without_a_single_signed_deal_there_is_no_conversion() -> None:
    assert shrunk({"a": (0.0, 100.0)}, (0.0, 100.0)) == {}


def test_three_lucky_deals_of_ten_leads_are_no_record() -> None:
    months = [(50.0, 1000.0), (48.0, 1000.0), (55.0, 1000.0), (3.0, 10.0)]
    best = best_of(months)
    assert best is not None
    assert 0.055 < best < 0.1
    assert best_of([]) is None


def test_months_that_only_chance_moves_have_no_swing_and_others_theirs() -> None:
    rng = np.random.default_rng(3)
    expected = np.full(4_000, 50.0)
    assert swing_of(rng.poisson(expected), expected) < 0.002
    assert swing_of(rng.poisson(expected * rng.gamma(25, 1 / 25, 4_000)), expected) == pytest.approx(0.04, rel=0.15)
    assert swing_of([10, 12], [10, 10]) == 0
