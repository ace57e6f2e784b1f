"""Planted conflicts are found with their numbers, aligned schemes are left alone, and what mends is shown to mend."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tests.core.kpi_conflicts.companies import company, part, scheme

from onegoal.core.kpi_conflicts import ASSUMPTIONS, Audit, attention_of, audit, goal_of_months, pools_of
from onegoal.core.kpi_conflicts.history import Effect
from onegoal.core.kpi_conflicts.levers import LEVERS, Ground
from onegoal.core.kpi_conflicts.paid import paid

FIXED = part("fixed", "fixed", "base")
GOAL = part("goal", "shared", "600 * attainment_pace", "attainment_pace >= 70 %")
PER_LEAD = part("lead_bonus", "personal", "company_leads * 2")
MONEY = part("money", "personal", "0.5 % * money_received")


def _audit(history: object, *schemes: object, draws: int = 2_000) -> Audit:
    return audit(history, schemes, ASSUMPTIONS, seed=7, draws=draws)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def planted() -> Iterator[Audit]:
    history = company()
    marketing = scheme(history, "Marketing", "marketing", FIXED, PER_LEAD)
    sales = scheme(history, "Sales", "sales", FIXED, MONEY, GOAL, people=3)
    yield _audit(history, marketing, sales)


def test_pay_per_lead_is_found_and_nothing_else(planted: Audit) -> None:
    assert [(one.tested.lever, one.part) for one in planted.conflicts] == [("cheap_leads", "lead_bonus")]
    found = planted.conflicts[0]
    assert found.tested.pay.low > 0 > found.tested.kpi.high  # type: ignore[operator]
    assert sum(gain for _who, gain in found.people) == pytest.approx(found.tested.pay.estimate)
    assert sum(found.parts.values()) == pytest.approx(found.tested.kpi.estimate)


def test_the_gain_is_what_the_leads_bring_at_their_rate(planted: Audit) -> None:
    history = company()
    pools = pools_of(history.channels)
    assert pools is not None
    added = 0.5 * pools.dear.spend / pools.cheap.cost * ASSUMPTIONS["returns"].estimate - 0.5 * pools.dear.leads
    people, cents = 2, 200
    assert planted.conflicts[0].tested.pay.estimate == pytest.approx(added / history.size * people * cents, rel=0.001)


def test_the_change_mends_it_and_pays_the_same(planted: Audit) -> None:
    history, mended = company(), planted.conflicts[0].mended
    assert mended is not None
    assert (mended.mend.code, mended.mend.replaced[0].by) == ("later_link", "company_qualified_leads")
    assert (mended.pay.estimate or 0) < 0
    before = scheme(history, "Marketing", "marketing", FIXED, PER_LEAD)
    after = before.with_parts(mended.mend.parts)
    assert paid(after, history).by_month.sum() == pytest.approx(paid(before, history).by_month.sum(), rel=0.01)
    assert not _audit(history, after).conflicts


def test_the_same_months_and_seed_give_the_same_report(planted: Audit) -> None:
    history = company()
    marketing = scheme(history, "Marketing", "marketing", FIXED, PER_LEAD)
    sales = scheme(history, "Sales", "sales", FIXED, MONEY, GOAL, people=3)
    assert _audit(history, marketing, sales) == planted


def test_pay_for_money_signed_conflicts_with_a_goal_of_money_received() -> None:
    history = company()
    signed = part("signed_bonus", "personal", "1 % * money_signed")
    found = _audit(history, scheme(history, "Sales", "sales", signed))
    late = next(one for one in found.conflicts if one.tested.lever == "late_cash")
    assert late.parts["cash"] < -0.03
    assert late.mended is not None
    assert late.mended.mend.replaced[0].by == "money_received"


def test_pay_for_leads_is_no_conflict_where_cheap_leads_are_good() -> None:
    history = company(cheap_rate=0.09, dear_rate=0.05)
    assert not _audit(history, scheme(history, "Marketing", "marketing", PER_LEAD)).conflicts


def test_aligned_companies_raise_no_alarm_in_at_least_ninety_five_of_a_hundred() -> None:
    """Twelve companies here, all quiet; the hundred of the document took minutes and were quiet as well."""
    random = np.random.default_rng(3)
    alarms = 0
    for seed in range(12):
        cheap, dear = random.uniform(0.01, 0.12), random.uniform(0.03, 0.12)
        history = company(seed, cheap_rate=float(cheap), dear_rate=float(dear))
        marketing = scheme(
            history, "Marketing", "marketing", part("q", "personal", "company_qualified_leads * 4"), GOAL
        )
        sales = scheme(history, "Sales", "sales", FIXED, MONEY, GOAL)
        alarms += bool(_audit(history, marketing, sales, draws=600).conflicts)
    assert alarms == 0


def test_wholly_fixed_pay_is_no_conflict_and_not_counted_as_a_test() -> None:
    history = company()
    found = _audit(history, scheme(history, "Quality", "sales", FIXED))
    assert (found.tested, found.conflicts) == ((), ())


def test_without_a_goal_or_with_two_months_nothing_is_told() -> None:
    history = company(months=2)
    assert not _audit(history, scheme(history, "Marketing", "marketing", PER_LEAD)).tested


def test_the_goal_of_months_is_that_of_the_shared_kpi() -> None:
    """Brute force beside core.shared_kpi, which counts a period by exact fractions."""
    from onegoal.core.shared_kpi import Fact, attain

    history = company(months=3)
    deals = {name: round(float(row.sum())) for name, row in zip(history.types, history.deals, strict=True)}
    fact = Fact(sum(deals.values()), round(history.signed.sum()), deals, round(history.received.sum()))
    expected = attain(history.terms.parts, history.terms.mix, fact)
    assert goal_of_months(history, Effect(), np.ones((1, 3)))[""][0] == pytest.approx(float(expected.total), abs=1e-6)


def test_a_discount_answers_as_assumed() -> None:
    history = company()
    effect = LEVERS[3].effect(Ground(history, ASSUMPTIONS, None), 1.0, {})
    assert effect.factors["sold"][0, 0] == pytest.approx(1 + 0.03 * 1.5)
    assert effect.factors["signed"][0, 0] == pytest.approx((1 + 0.03 * 1.5) * 0.97)


def test_own_months_sharpen_the_worth_of_attention() -> None:
    calls = [2.0, 2.2, 2.5, 2.8, 3.0, 3.4, 3.8, 4.0]
    sharp, months = attention_of(calls, [0.2 * c**0.5 for c in calls], ASSUMPTIONS["attention"])
    assert months == 8
    assert sharp.estimate == pytest.approx(0.5, abs=0.02)
    assert attention_of(calls[:5], [0.2] * 5, ASSUMPTIONS["attention"]) == (ASSUMPTIONS["attention"], 0)
