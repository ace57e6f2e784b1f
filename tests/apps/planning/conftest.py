"""A joint plan of the little company for the first half of 2026, divided by project, type and channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from tests.world import NOW

JANUARY, MARCH, JUNE = dt.date(2026, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 6, 1)


@pytest.fixture
def plan_version(world: Any) -> Any:
    """The first scenario of a plan of January to June, still empty."""
    from onegoal.apps.planning.services.plans import make_plan

    return make_plan(
        name="Half a year", first_month=JANUARY, last_month=JUNE, author=world.hanna, now=NOW,
        projects=["River Park", "Old Mill"], product_types=["flat", "parking"], channels=["search", "social"],
    )  # fmt: skip


@pytest.fixture
def put_in_force() -> Callable[..., Any]:
    """Put a version in force without asking anybody."""

    def put(version: Any, at: dt.datetime = NOW) -> Any:
        from onegoal.apps.planning.models import VersionState

        version.state, version.in_force_from = VersionState.IN_FORCE, at
        version.save()
        return version

    return put
