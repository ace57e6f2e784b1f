"""The little company with its trade, made once for each module that reads figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from tests.shared_records import shared_records
from tests.world import World, make_trade, make_world


@pytest.fixture(scope="module")
def shared_trade(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """Twelve leads, six deals, three signed for 1,000 EUR each, half of it paid."""
    with (
        override_settings(WAREHOUSE_DIRECTORY=tmp_path_factory.mktemp("warehouse")),
        shared_records(django_db_blocker, _trade) as made,
    ):
        yield made


def _trade() -> World:
    world = make_world()
    make_trade()
    return world
