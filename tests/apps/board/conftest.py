"""A little deal board: stages, flats of River Park, and deals of Nora and Nick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.file_database import records_in_file
from tests.world import NOW, World, at

from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.people.models import Person
from onegoal.apps.products.models import Product
from onegoal.apps.sales.models import Deal

PRICE = 100_000_01


@dataclass
class Board:
    """Stages by kind, two flats, and a deal each of Nora and Nick."""

    world: World
    stages: dict[str, Stage]
    flat: Product
    other_flat: Product
    nora_deal: Deal
    nick_deal: Deal

    def deal(self, **said: Any) -> Deal:
        """Another deal of Nora's."""
        return make_deal(self.world, said.pop("stage", self.stages["open"]), "Ana Ionescu", **said)


def make_deal(world: World, stage: Stage, name: str, **said: Any) -> Deal:
    person = Person.objects.create(name=name, created_at=NOW, search_text=name.lower())
    told = {"seller": world.nora, "team": world.north, "project": world.river_park, "stage": stage}
    return Deal.objects.create(person=person, opened_at=at("2026-02-01"), **(told | said))


@pytest.fixture
def board(world: World) -> Board:
    """The stages of deals with two flats for sale and two open deals."""
    names = [
        ("Talks", StageKind.OPEN),
        ("Reserved", StageKind.RESERVED),
        ("Signed", StageKind.WON),
        ("Lost", StageKind.LOST),
    ]
    stages = {
        kind.value: Stage.objects.create(pipeline=Pipeline.DEAL, name=name, kind=kind, position=place)
        for place, (name, kind) in enumerate(names)
    }
    flats = [
        Product.objects.create(
            name=name,
            project=world.river_park,
            product_type="2 rooms",
            rooms=2,
            floor=3,
            price_minor=PRICE,
            currency="EUR",
        )
        for name in ("Flat 1", "Flat 2")
    ]
    nora = make_deal(world, stages["open"], "Ion Pop")
    nick = make_deal(world, stages["open"], "Dan Rusu", seller=world.nick)
    return Board(world, stages, *flats, nora, nick)


@pytest.fixture
def file_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The test's records in a file: threads then wait for one another instead of failing at once."""
    with records_in_file(tmp_path):
        yield
