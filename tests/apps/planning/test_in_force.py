"""What the versions in force plan: by month, by day, by dimension, for the company and for a project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from tests.world import NOW

from onegoal.apps.planning.queries.in_force import planned_by, planned_by_day, planned_figures, version_in_force
from onegoal.apps.planning.services.cells import set_cells
from onegoal.apps.planning.services.plans import make_plan
from onegoal.core.plan_grid import Place

JANUARY, FEBRUARY, MARCH = (dt.date(2026, month, 1) for month in (1, 2, 3))


def test_months_planned_in_part_are_no_plan_of_their_sum(plan_version: Any, put_in_force: Callable[..., Any]) -> None:
    values = {
        Place(JANUARY, "leads"): 30,
        Place(FEBRUARY, "leads"): 40,
        Place(JANUARY, "deals_won", "River Park", "flat"): 0,
    }
    set_cells(version=plan_version, values=values, now=NOW)
    assert planned_figures(JANUARY, FEBRUARY) == {} and version_in_force(month=JANUARY) is None  # a draft is no plan
    put_in_force(plan_version)
    assert planned_figures(JANUARY, FEBRUARY) == {"leads": 70}
    assert planned_figures(JANUARY, JANUARY) == {"leads": 30, "deals_won": 0}
    assert planned_figures(JANUARY, dt.date(2026, 7, 1)) == {}  # July is in no plan
    assert version_in_force(month=dt.date(2026, 2, 14)) == plan_version


def test_a_project_has_its_own_plan_or_its_part_of_the_companys(
    world: Any, plan_version: Any, put_in_force: Callable[..., Any]
) -> None:
    values = {
        Place(JANUARY, "deals_won", "River Park", "flat"): 5,
        Place(JANUARY, "deals_won", "River Park", "parking"): 2,
        Place(JANUARY, "deals_won", "Old Mill", "flat"): 3,
    }
    set_cells(version=plan_version, values=values, now=NOW)
    put_in_force(plan_version)
    assert planned_figures(JANUARY, JANUARY)["deals_won"] == 10
    assert planned_figures(JANUARY, JANUARY, project="River Park") == {"deals_won": 7}
    assert planned_by("deals_won", JANUARY, "project") == {"Old Mill": 3, "River Park": 7}
    assert planned_by("deals_won", JANUARY, "product_type", project="River Park") == {"flat": 5, "parking": 2}

    own = make_plan(
        name="Mill", first_month=JANUARY, last_month=JANUARY, author=world.hanna, now=NOW, project=world.old_mill
    )
    set_cells(version=own, values={Place(JANUARY, "deals_won"): 4}, now=NOW)
    put_in_force(own)
    assert planned_figures(JANUARY, JANUARY, project=world.old_mill) == {"deals_won": 4}
    assert planned_figures(JANUARY, JANUARY)["deals_won"] == 10
    assert version_in_force(month=JANUARY, project=world.old_mill) == own


def test_of_two_plans_of_a_month_the_later_signed_holds(
    world: Any, plan_version: Any, put_in_force: Callable[..., Any]
) -> None:
    set_cells(version=plan_version, values={Place(FEBRUARY, "leads"): 40, Place(MARCH, "leads"): 50}, now=NOW)
    put_in_force(plan_version)
    spring = make_plan(name="Spring", first_month=MARCH, last_month=MARCH, author=world.hanna, now=NOW)
    set_cells(version=spring, values={Place(MARCH, "leads"): 99}, now=NOW)
    put_in_force(spring, NOW + dt.timedelta(days=1))
    assert planned_figures(FEBRUARY, MARCH) == {"leads": 139}


def test_the_days_of_a_month_add_up_to_it_and_free_days_have_nothing(
    plan_version: Any, put_in_force: Callable[..., Any]
) -> None:
    set_cells(version=plan_version, values={Place(JANUARY, "deals_won"): 10, Place(FEBRUARY, "deals_won"): 3}, now=NOW)
    put_in_force(plan_version)
    days = planned_by_day("deals_won", JANUARY, dt.date(2026, 3, 31))
    assert sum(days.values()) == 13 and max(days) == dt.date(2026, 2, 28)  # March is not planned
    assert sum(value for day, value in days.items() if day.month == 1) == 10
    assert all(days[day] == 0 for day in days if day.weekday() > 4 or day == JANUARY)
    part = planned_by_day("deals_won", dt.date(2026, 1, 12), dt.date(2026, 1, 18))
    assert part == {day: value for day, value in days.items() if dt.date(2026, 1, 12) <= day <= dt.date(2026, 1, 18)}
