"""The simulation against closed forms, and the same bytes when it is repeated."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.joint_plan.planned import basis_of, plan_of

from onegoal.core.joint_plan.chain import feed_of
from onegoal.core.joint_plan.checks import expected_cash
from onegoal.core.joint_plan.figures import Basis, Chance, Cost, Price, Rate
from onegoal.core.joint_plan.simulation import lives_of, simulate

RUNS = 4_000


def whole(chances: tuple[Chance, ...], metric: str) -> Chance:
    return next(one for one in chances if one.metric == metric and one.month is None)


def test_the_simulated_deals_have_the_mean_and_the_bounds_of_the_closed_form() -> None:
    rate = Rate(40, 760, 40, 800)
    plan, basis = plan_of(6, deals_won=50, leads=1_000), basis_of(1_000.0, won={"": rate, "google": rate}, swing=0.02)
    closed, lived = feed_of(plan, basis).interval(), lives_of(plan, basis, runs=RUNS).figures["deals_won"].sum(axis=1)
    assert closed.estimate is not None
    assert lived.mean() == pytest.approx(closed.estimate, abs=4 * lived.std() / RUNS**0.5)
    assert np.quantile(lived, [0.025, 0.975]) == pytest.approx([closed.low, closed.high], rel=0.04)


def test_money_signed_is_deals_times_price_and_money_received_follows_the_habit() -> None:
    plan = plan_of(4, deals_won=50, leads=1_000, money_signed=50_000, money_received=20_000)
    basis = basis_of(1_000.0, paid=np.array([0.3, 0.2]), owed=np.full(4, 500.0), cash_swing=0.01)
    figures = lives_of(plan, basis, runs=RUNS).figures
    signed, cash = figures["money_signed"].sum(axis=1), figures["money_received"].sum(axis=1)
    assert signed.mean() == pytest.approx(4 * 50 * 1000, abs=4 * signed.std() / RUNS**0.5)
    assert cash.mean() == pytest.approx(expected_cash(plan, basis).sum(), abs=4 * cash.std() / RUNS**0.5)


def test_a_budget_buys_leads_at_the_companys_own_cost() -> None:
    basis = basis_of(costs={"google": Cost(200.0, 0.1, 0.1)})
    lived = lives_of(plan_of(3, leads=100, spend=10_000), basis, runs=RUNS).figures["leads"]
    assert lived.mean() == pytest.approx(50, abs=4 * lived.std() / RUNS**0.5)


def test_leads_taken_as_planned_have_no_chance_of_their_own() -> None:
    assert {one.metric for one in simulate(plan_of(1, leads=100, deals_won=5), basis_of(), runs=200)} == {"deals_won"}


def test_the_chance_of_the_median_is_one_half_and_that_of_five_times_as_many_is_none() -> None:
    even = whole(simulate(plan_of(6, deals_won=50, leads=1_000), basis_of(1_000.0), runs=RUNS), "deals_won")
    assert even.chance == pytest.approx(0.5, abs=0.05)
    assert (
        whole(simulate(plan_of(6, deals_won=250, leads=1_000), basis_of(1_000.0), runs=RUNS), "deals_won").chance == 0
    )


def test_nobody_sells_more_units_than_there_are() -> None:
    lives = lives_of(plan_of(6, deals_won=50, leads=1_000), basis_of(1_000.0, stock={("", "flat"): 120.0}), runs=500)
    assert lives.figures["deals_won"].sum(axis=1).max() == 120


def test_types_are_drawn_as_the_company_sold_them_and_the_mix_is_held_against_the_plan() -> None:
    prices = {"": Price(1000.0, 0, 0, 1), "flat": Price(1000.0, 0, 0, 1), "house": Price(5000.0, 0, 0, 1)}
    basis = basis_of(2_000.0, mix={"flat": 7_500.0, "house": 2_500.0}, prices=prices)
    chances = simulate(plan_of(6, deals_won=100, money_signed=100_000, leads=2_000), basis, runs=500)
    assert whole(chances, "average_price").likely.estimate == pytest.approx(2_000, rel=0.01)
    # All flats planned, three quarters sold: 1 - (0.25 + 0.25) / 2.
    mix = whole(chances, "product_mix")
    assert mix.likely.estimate == pytest.approx(0.75, abs=0.01)
    assert mix.chance is None


def test_months_that_are_over_are_facts_in_every_run() -> None:
    basis = basis_of(
        left=np.array([0.0, 1.0]), done_leads={"google": np.array([80.0, 0.0])}, done_deals=np.array([7.0, 0.0])
    )
    lived = lives_of(plan_of(2, deals_won=5, leads=100), basis, runs=300).figures["deals_won"]
    assert set(lived[:, 0]) == {7.0}


def test_the_same_plan_lives_the_same_lives_to_the_last_bit() -> None:
    plan, basis = plan_of(6, deals_won=50, leads=1_000, spend=10_000), basis_of(costs={"google": Cost(10.0, 0.1, 0.1)})
    first, again = (lives_of(plan, basis, runs=500) for _ in range(2))
    assert first.deals.tobytes() == again.deals.tobytes()
    assert simulate(plan, basis, runs=500) == simulate(plan, basis, runs=500)
    assert simulate(plan, basis, runs=500) != simulate(plan, basis, runs=500, seed=1)


def test_without_history_no_chance_is_told() -> None:
    assert simulate(plan_of(1, deals_won=5, leads=100), Basis()) == ()
