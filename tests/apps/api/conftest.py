"""Programs of the little company's people, with the regulation and the board of the neighbouring tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.apps.board.conftest import board, file_database  # noqa: F401
from tests.apps.pay.conftest import desk as pay_desk  # noqa: F401
from tests.apps.pay.conftest import trade  # noqa: F401
from tests.apps.planning.conftest import plan_version  # noqa: F401
from tests.apps.regulation.conftest import budget, draft, make_lead, signed, stages  # noqa: F401
from tests.apps.wall.conftest import trade as february  # noqa: F401
from tests.apps.wall.conftest import traded  # noqa: F401
from tests.world import World

from onegoal.apps.api import limits


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens of one test do not spend the calls of the next, whose tokens have the same ids."""
    monkeypatch.setattr(limits, "_buckets", limits.Buckets(rate=1e6, burst=1e6))


@pytest.fixture
def head(world: World) -> Api:
    return Api(world.hanna)


@pytest.fixture
def nora(world: World) -> Api:
    return Api(world.nora)


@pytest.fixture
def nick(world: World) -> Api:
    return Api(world.nick)


@pytest.fixture
def quinn(world: World) -> Api:
    return Api(world.quinn)


@pytest.fixture
def lake(settings: Any, tmp_path: Path) -> None:
    """A warehouse of this test's own."""
    settings.WAREHOUSE_DIRECTORY = tmp_path / "warehouse"
