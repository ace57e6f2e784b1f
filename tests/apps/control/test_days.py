"""Plan and fact of days, months, sellers and teams: the same figures for pages, wall screens and messages."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from tests.apps.goal.conftest import stored_kpi
from tests.world import World, make_trade

from onegoal.apps.control.queries.days import (
    by_seller,
    by_team,
    days_of_month,
    plan_of_day,
    plan_of_month,
    planned_days,
)
from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion, VersionState
from onegoal.core.periods import Period

FEBRUARY = dt.date(2026, 2, 1)


@pytest.fixture
def _own_facts(settings: pytest.FixtureRequest, tmp_path: object) -> None:
    settings.WAREHOUSE_DIRECTORY = tmp_path  # type: ignore[attr-defined]


def _plan_in_force(world: World, month: dt.date, deals: int) -> None:
    plan = Plan.objects.create(
        name="Spring", first_month=month, last_month=month, author=world.hanna, created_at=dt.datetime.now(dt.UTC)
    )
    version = PlanVersion.objects.create(
        plan=plan, number=1, state=VersionState.IN_FORCE, created_at=plan.created_at, in_force_from=plan.created_at
    )
    PlanCell.objects.create(version=version, month=month, metric="deals_won", value=deals)


@pytest.mark.usefixtures("_own_facts")
def test_months_days_and_people_are_held_against_the_plan(world: World) -> None:
    make_trade()
    kpi = stored_kpi(world)  # 6 deals at 1,000.00 and 6,000.00 of cash in the quarter
    month = plan_of_month(month=FEBRUARY)
    assert (month["deals_won"].fact, month["money_signed"].fact, month["money_received"].fact) == (3, 3000_00, 1500_00)
    assert month["deals_won"].plan == 2
    assert month["deals_won"].share == Fraction(3, 2)
    assert plan_of_month(month=FEBRUARY, until=dt.date(2026, 2, 9))["deals_won"].fact == 0

    quarter = planned_days("money_received", Period(kpi.starts_on, kpi.ends_on))
    assert sum(quarter.values()) == 6000_00
    assert quarter[dt.date(2026, 2, 1)] == 0  # a Sunday
    assert plan_of_day(day=dt.date(2026, 2, 10))["deals_won"].fact == 3

    lines = days_of_month(FEBRUARY, today=dt.date(2026, 2, 10))
    assert (lines[9].fact, lines[8].fact, lines[10].fact) == (3, 0, None)
    assert sum(line.plan or 0 for line in lines) == 2

    assert [(one.name, one.fact, one.plan) for one in by_seller(FEBRUARY)] == [("Nora", 3, None)]
    assert [(one.name, one.fact) for one in by_team(FEBRUARY, metric="money_signed")] == [("North", 3000_00)]


@pytest.mark.usefixtures("_own_facts")
def test_the_plan_in_force_comes_before_the_target_of_the_kpi(world: World) -> None:
    stored_kpi(world)
    _plan_in_force(world, FEBRUARY, 40)
    assert plan_of_month(month=FEBRUARY)["deals_won"].plan == 40
    assert plan_of_month(month=dt.date(2026, 3, 1))["deals_won"].plan == 2
    assert plan_of_month(month=dt.date(2026, 7, 1))["deals_won"].plan is None
