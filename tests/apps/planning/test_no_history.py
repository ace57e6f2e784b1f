"""A company that has recorded nothing yet: its plans are checked against nothing, and nothing is made up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from tests.world import World

from onegoal.apps.planning.models import Plan, PlanCell, PlanVersion
from onegoal.apps.planning.queries.checks import checks_of

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
MARCH = dt.date(2026, 3, 1)


def test_a_company_without_history_is_told_that_there_is_none(
    world: World, client: Any, settings: Any, tmp_path: Path
) -> None:
    settings.WAREHOUSE_DIRECTORY = tmp_path
    plan = Plan.objects.create(name="First", first_month=MARCH, last_month=MARCH, created_at=NOW)
    version = PlanVersion.objects.create(plan=plan, number=1, created_at=NOW)
    for metric, value in (("deals_won", 500), ("leads", 100)):
        PlanCell.objects.create(version=version, month=MARCH, metric=metric, value=value)
    outlook = checks_of(version, NOW)
    assert not outlook.has_history
    assert not outlook.is_red
    assert {one.level for one in outlook.checks} == {"unknown"}
    assert outlook.chances == ()
    client.force_login(world.hanna)
    assert "No history to check against yet" in client.get("/plan/basis/").content.decode()
