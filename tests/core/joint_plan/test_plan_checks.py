"""What a plan must stand: each check red with the right missing number, and green where the figures fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.core.joint_plan.planned import MARCH, basis_of, plan_of

from onegoal.core.joint_plan.checks import check
from onegoal.core.joint_plan.figures import CODES, Basis, Check, Cost, Hours, PlanFigures, Rate
from onegoal.core.statistics import Interval


def only(plan: PlanFigures, basis: Basis, code: str, **having: Any) -> Check:
    found = [one for one in check(plan, basis) if one.code == code]
    found = [one for one in found if all(getattr(one, name) == value for name, value in having.items())]
    assert len(found) == 1, found
    return found[0]


def closes(one: Check) -> dict[str, float]:
    return {closing.what: closing.amount for closing in one.closes}


def test_five_hundred_deals_on_a_hundred_leads_lack_9900_leads_four_of_five_of_them_already_too_late() -> None:
    costs = {"google": Cost(2_000.0, 0.05, 0.0, 200_000, 100)}
    found = only(plan_of(1, deals_won=500, leads=100), basis_of(costs=costs), "leads_short", month=None)
    # A hundred leads a month bring five deals a month; 495 deals more take 495 / 0.05 leads.
    assert found.is_red
    assert found.possible.estimate == pytest.approx(5)
    assert found.missing == 9_900
    assert dict(found.by_month) == pytest.approx(
        {MARCH.replace(month=1): 2_970, MARCH.replace(month=2): 4_950, MARCH: 1_980}
    )
    assert found.too_late == pytest.approx(7_920)
    assert closes(found)["spend"] == pytest.approx(9_900 * 2_000)
    assert closes(found)["deals_down"] == pytest.approx(495)


def test_a_month_before_the_plan_that_is_not_over_is_not_too_late() -> None:
    found = only(plan_of(1, deals_won=500, leads=100), basis_of(ahead=1), "leads_short")
    assert found.too_late == pytest.approx(2_970)


def test_with_the_leads_that_were_missing_the_same_plan_holds() -> None:
    found = only(plan_of(12, deals_won=500, leads=10_000), basis_of(house=10_000), "leads_short")
    assert found.level == "green"
    assert found.missing == 0


def test_the_conversion_that_would_be_needed_is_told_unless_no_lead_could_be_left_over() -> None:
    tight = only(plan_of(1, deals_won=10, leads=100), basis_of(), "leads_short")
    assert closes(tight)["conversion"] == pytest.approx(0.10)
    assert "conversion" not in closes(only(plan_of(1, deals_won=500, leads=100), basis_of(), "leads_short"))


def test_a_plan_a_little_above_what_is_likely_is_tight_and_not_refused() -> None:
    found = only(plan_of(12, deals_won=52, leads=1_000), basis_of(house=1_000), "leads_short")
    assert found.level == "amber"
    assert found.missing == 12 * 2 / 0.05


def test_months_that_are_over_keep_their_facts_and_lack_nothing() -> None:
    basis = basis_of(
        left=np.array([0.0, 1.0]), done_leads={"google": np.array([100.0, 0.0])}, done_deals=np.array([1.0, 0.0])
    )
    found = only(plan_of(2, deals_won=5, leads=100), basis, "leads_short")
    assert found.planned == 5
    assert found.possible.estimate == pytest.approx(5)


def test_leads_that_cost_more_than_is_planned_to_spend_lack_the_difference() -> None:
    basis = basis_of(costs={"google": Cost(2_000.0, 0.05, 0.0)})
    found = only(plan_of(2, leads=100, spend=100_000), basis, "budget_short")
    assert found.is_red
    assert found.missing == pytest.approx(2 * 100 * 2_000 - 2 * 100_000)
    assert closes(found)["leads_down_share"] == pytest.approx(0.5)
    assert only(plan_of(2, leads=100, spend=200_000), basis, "budget_short").level == "green"


def test_leads_that_come_without_spend_need_no_budget() -> None:
    basis = basis_of(costs={"google": Cost(0.0, 0.0, 0.0, 0.0, 500, is_free=True)})
    assert only(plan_of(1, leads=100, spend=0), basis, "budget_short").level == "green"


def test_a_conversion_above_anything_seen_is_red_and_one_within_the_best_month_is_not() -> None:
    basis = basis_of(qualified={"": Rate(400, 600, 400, 1000, best=0.5)})
    red = only(plan_of(1, leads=1_000, qualified_leads=600), basis, "conversion_unseen", subject="lead_to_qualified")
    assert red.is_red
    assert red.possible.high == pytest.approx(0.5 + 1.96 * (0.25 / 1_000) ** 0.5, abs=1e-4)
    assert closes(red)["end_down"] == pytest.approx(200)
    tight = only(plan_of(1, leads=1_000, qualified_leads=480), basis, "conversion_unseen", subject="lead_to_qualified")
    assert tight.level == "amber"


def test_hours_that_sellers_do_not_have_are_red_and_told_in_sellers() -> None:
    hours = Hours(Interval(1.0, 0.95, 1.05), np.array([160.0]), np.array([160.0]), 1)
    found = only(plan_of(1, leads=400), basis_of(hours=hours), "hours_short")
    assert found.is_red
    assert found.missing == pytest.approx(400 - 0.85 * 160)
    assert closes(found)["sellers"] == 2
    assert only(plan_of(1, leads=100), basis_of(hours=hours), "hours_short").level == "green"


def test_units_that_are_not_there_are_red_from_the_month_they_run_out() -> None:
    found = only(plan_of(3, deals_won=4), basis_of(stock={("", "flat"): 10.0}), "stock_short")
    assert found.is_red
    assert (found.missing, found.month) == (2, MARCH.replace(month=5))
    assert only(plan_of(2, deals_won=4), basis_of(stock={("", "flat"): 10.0}), "stock_short").level == "green"


def test_money_planned_sooner_than_buyers_pay_is_red_by_the_difference() -> None:
    basis = basis_of(paid=np.array([0.3, 0.2]), owed=np.array([100.0, 50.0]), cash_swing=0.01)
    found = only(plan_of(2, money_signed=1_000, money_received=1_000), basis, "cash_late", month=None)
    # 100 + 300 in March, 50 + 300 + 200 in April.
    assert found.possible.estimate == pytest.approx(950)
    assert found.is_red
    assert found.missing == pytest.approx(1_050)
    assert only(plan_of(2, money_signed=1_000, money_received=400), basis, "cash_late").level == "green"


def test_a_company_without_history_is_told_so_and_nothing_is_made_up() -> None:
    plan = plan_of(1, deals_won=500, money_received=10, leads=100, spend=5, visitors=10, qualified_leads=9)
    found = check(plan, Basis())
    assert {one.code for one in found} == set(CODES)
    assert {(one.level, one.missing) for one in found} == {("unknown", 0.0)}
    assert {one.reason for one in found if one.code != "stock_short"} == {"no_history"}


def test_what_is_not_planned_is_not_checked() -> None:
    found = check(plan_of(1), basis_of())
    assert {one.reason for one in found} == {"not_planned"}
