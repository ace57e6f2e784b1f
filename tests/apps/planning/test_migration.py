"""What was planned in the settings before there was a joint plan is carried over into plans in force."""

from __future__ import annotations

import datetime as dt
import importlib
from types import SimpleNamespace
from typing import Any

from django.apps import apps

from onegoal.apps.planning.models import Plan, VersionState
from onegoal.apps.planning.queries.in_force import planned_figures
from onegoal.apps.planning.queries.versions import cells_of
from onegoal.core.plan_grid import Place

JANUARY, MARCH = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
MIGRATION = importlib.import_module("onegoal.apps.planning.migrations.0002_plans_from_settings")


class _Former:
    """The apps as the migration finds them: today's, with the figures that stood in the settings."""

    def __init__(self, figures: list[Any]) -> None:
        self.figures = figures

    def get_model(self, label: str, name: str) -> Any:
        if name == "PlannedFigure":
            return SimpleNamespace(objects=SimpleNamespace(order_by=lambda *_names: self.figures))
        return apps.get_model(label, name)


def figure(month: dt.date, metric: str, value: int, project_id: int | None = None) -> Any:
    return SimpleNamespace(month=month, metric=metric, value=value, project_id=project_id)


def test_old_figures_become_a_plan_in_force_of_the_company_and_of_each_project(world: Any) -> None:
    former = [
        figure(JANUARY, "leads", 30), figure(MARCH, "deals_won", 500), figure(MARCH, "leads", 100),
        figure(MARCH, "money_received", 2_000_00, world.old_mill.pk),
    ]  # fmt: skip
    MIGRATION.carry_over(_Former(former), None)
    company, mill = Plan.objects.order_by("pk")
    assert (company.name, company.project, company.first_month, company.last_month) == ("Plan", None, JANUARY, MARCH)
    assert (mill.name, mill.project) == ("Plan Old Mill", world.old_mill)
    version = company.versions.get()
    assert version.state == VersionState.IN_FORCE
    assert cells_of(version) == {
        Place(JANUARY, "leads"): 30, Place(MARCH, "deals_won"): 500, Place(MARCH, "leads"): 100,
    }  # fmt: skip
    assert planned_figures(MARCH, MARCH) == {"deals_won": 500, "leads": 100}
    assert planned_figures(MARCH, MARCH, project="Old Mill") == {"money_received": 2_000_00}


def test_an_installation_without_figures_gets_no_plan(world: Any) -> None:
    MIGRATION.carry_over(_Former([]), None)
    assert not Plan.objects.exists()
