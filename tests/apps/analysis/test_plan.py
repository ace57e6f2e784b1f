"""Plans beside facts: shown for whole months, and held against each other."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from tests.apps.analysis.conftest import DAYS
from tests.world import World

from onegoal.apps.company.models import PlannedFigure, Project
from onegoal.apps.company.queries import planned_figures

JANUARY, FEBRUARY, MARCH = dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)


@pytest.fixture
def plan(trading: World) -> None:
    """Sales plan 500 deals in March, marketing 100 leads; January and February have a plan of leads only."""
    for month, metric, value in (
        (JANUARY, "leads", 30), (FEBRUARY, "leads", 40), (MARCH, "leads", 100), (MARCH, "deals_won", 500),
        (JANUARY, "money_received", 2_000_00),
    ):  # fmt: skip
        PlannedFigure.objects.create(month=month, metric=metric, value=value)


def test_a_plan_stands_beside_the_fact_of_whole_months(as_head: Client, plan: None) -> None:
    assert "plan 70" in as_head.get(f"/chain/?{DAYS}").content.decode()
    assert "plan 70" not in as_head.get("/chain/?from=2026-01-02&to=2026-02-28").content.decode()


def test_a_figure_planned_for_some_of_the_months_only_is_not_summed(plan: None) -> None:
    assert planned_figures(JANUARY, JANUARY) == {"leads": 30, "money_received": 2_000_00}
    assert planned_figures(JANUARY, FEBRUARY) == {"leads": 70}


def test_plans_that_do_not_meet_are_said_to_the_head(as_head: Client, plan: None) -> None:
    text = as_head.get("/chain/?from=2026-03-01&to=2026-03-31").content.decode()
    assert "sales planned 500 signed deals, marketing 100 leads" in text
    assert "500 deals take about 2,000 leads" in text  # 3 of 12 leads of the year before were signed


def test_a_project_has_a_plan_of_its_own(as_head: Client, plan: None, trading: World) -> None:
    project = Project.objects.order_by("pk").first()
    assert project is not None
    PlannedFigure.objects.create(month=JANUARY, metric="leads", value=11, project=project)
    assert planned_figures(JANUARY, JANUARY, project=project.name) == {"leads": 11}
    assert planned_figures(JANUARY, JANUARY)["leads"] == 30


def test_sellers_are_not_held_against_the_company_plan(client: Client, plan: None, trading: World) -> None:
    client.force_login(trading.nora)
    assert "plan 70" not in client.get(f"/chain/?{DAYS}").content.decode()


def test_a_plan_is_written_in_whole_money_and_kept_in_minor_units(as_head: Client, plan: None) -> None:
    form = {"month": "2026-04", "metric": "money_received", "project": "", "planned": "1500"}
    assert as_head.post("/settings/lists/plans/new/", form).status_code == 302
    assert PlannedFigure.objects.get(month=dt.date(2026, 4, 1)).value == 1500_00
    page = as_head.get("/settings/lists/plans/").content.decode()
    assert "€1,500" in page
