"""Plans beside facts: shown for whole months, and held against each other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from tests.apps.analysis.conftest import DAYS
from tests.world import World

from onegoal.apps.planning.models import Plan, PlanVersion, VersionState
from onegoal.apps.planning.services.cells import set_cells
from onegoal.apps.planning.services.plans import make_plan
from onegoal.core.joint_plan.figures import RED, Check
from onegoal.core.plan_grid import Place
from onegoal.core.statistics import Interval

JANUARY, FEBRUARY, MARCH = (dt.date(2026, month, 1) for month in (1, 2, 3))


@pytest.fixture
def plan(trading: World) -> PlanVersion:
    """January and February have a plan of leads only; in March sales plan 500 deals, marketing 100 leads."""
    now = timezone.now()
    version = make_plan(name="Year", first_month=JANUARY, last_month=MARCH, author=None, now=now)
    values: dict[Place, int | None] = {
        Place(JANUARY, "leads"): 30, Place(FEBRUARY, "leads"): 40, Place(JANUARY, "money_received"): 2_000_00,
        Place(MARCH, "leads"): 100, Place(MARCH, "deals_won"): 500,
    }  # fmt: skip
    set_cells(version=version, values=values, now=now)
    version.state, version.in_force_from = VersionState.IN_FORCE, now
    version.save()
    return version


def test_a_plan_stands_beside_the_fact_of_whole_months(as_head: Client, plan: PlanVersion) -> None:
    assert "plan 70" in as_head.get(f"/chain/?{DAYS}").content.decode()
    assert "plan 70" not in as_head.get("/chain/?from=2026-01-02&to=2026-02-28").content.decode()


def test_plans_that_do_not_meet_are_said_to_the_head(
    as_head: Client, plan: PlanVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    likely = Interval(25.0, 20.0, 31.0)
    gap = Check("leads_short", RED, planned=500, possible=likely, missing=1_900)
    monkeypatch.setattr("onegoal.apps.analysis.queries.plan.gap_of_month", lambda *_months, **_about: gap)
    text = as_head.get("/chain/?from=2026-03-01&to=2026-03-31").content.decode()
    assert "The plans of sales and marketing do not meet" in text
    assert "500 deals are planned, but the leads bring about 25 (20 to 31): 1,900 leads are missing." in text
    assert "do not meet" not in as_head.get(f"/chain/?{DAYS}").content.decode()  # no deals are planned there


def test_sellers_are_not_held_against_the_company_plan(client: Client, plan: PlanVersion, trading: World) -> None:
    client.force_login(trading.nora)
    assert Plan.objects.exists()
    assert "plan 70" not in client.get(f"/chain/?{DAYS}").content.decode()
