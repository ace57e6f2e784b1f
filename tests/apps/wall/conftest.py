"""What tests of walls share: a trade in a warehouse of its own, and a screen with its token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.shared_records import SharedFacts, as_at_first, shared_records
from tests.world import NOW, World, make_trade, make_world

from onegoal.apps.wall.models import WallScreen
from onegoal.apps.wall.services.screens import make_screen


@pytest.fixture(scope="module")
def traded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[tuple[World, SharedFacts]]:
    """Nora's three contracts of 10 February 2026 for 1,000 EUR each, half of it paid; published once."""
    folder: Path = tmp_path_factory.mktemp("facts")
    facts = SharedFacts(folder)

    def made() -> World:
        with facts.used():
            world = make_world()
            make_trade()
            return world

    with shared_records(django_db_blocker, made) as world:
        yield world, facts


@pytest.fixture
def trade(traded: tuple[World, SharedFacts], db: None) -> Iterator[World]:
    """The company with its trade, as at first."""
    world, facts = traded
    with facts.used():
        yield as_at_first(world)


def stored_screen(author: Any, **said: Any) -> tuple[WallScreen, str]:
    """A screen with a board of each usual kind, and the token of its link."""
    screen = WallScreen(**({"name": "Sales office", "language": "en"} | said))
    return screen, make_screen(screen=screen, author=author, now=NOW)
