"""A warehouse of its own for each test of attribution."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_warehouse(settings: Any, tmp_path: Path) -> Path:
    """Figures of one test never see the facts of another."""
    settings.WAREHOUSE_DIRECTORY = tmp_path / "warehouse"
    return settings.WAREHOUSE_DIRECTORY  # type: ignore[no-any-return]
