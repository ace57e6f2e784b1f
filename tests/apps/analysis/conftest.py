"""The little company with a spring of leads, deals, payments and costs in a warehouse of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.world import World, make_trade

SEEN_FROM, SEEN_TO = "2026-01-01", "2026-02-28"
DAYS = f"from={SEEN_FROM}&to={SEEN_TO}"


@pytest.fixture
def empty_warehouse(settings: Any, tmp_path: Path) -> None:
    """Each test reads facts of its own."""
    settings.WAREHOUSE_DIRECTORY = tmp_path


@pytest.fixture
def trading(world: World, empty_warehouse: None) -> World:
    """Twelve leads of Nora's from google, of them six qualified by a deal, three signed for 1,000 EUR and paid by half."""
    make_trade()
    return world


@pytest.fixture
def as_head(client: Client, world: World) -> Client:
    """A browser in which Hanna, the head, has signed in."""
    client.force_login(world.hanna)
    return client
