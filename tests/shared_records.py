"""Records that the tests of a module share: written once, and what each test changes is taken back after it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.test import override_settings
from tests.world import World

from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import Manifest

Made = TypeVar("Made")


@contextmanager
def shared_records(blocker: Any, make: Callable[[], Made]) -> Iterator[Made]:
    """Hold what `make` writes for as long as the block lasts; `blocker` is the fixture `django_db_blocker`.

    For a fixture of scope "module" that asks for `django_db_setup`. The tests ask for `db` (or `world`'s like) too, which
    puts a savepoint around each; a test that needs `transactional_db` cannot share. What `make` returns is seen by all
    tests of the module: give them ids or copies, or leave the objects as they are.
    """
    with blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            made = make()
        except BaseException:
            _take_back(outer)
            raise
    yield made
    with blocker.unblock():
        _take_back(outer)


def _take_back(outer: transaction.Atomic) -> None:
    transaction.set_rollback(True)
    outer.__exit__(None, None, None)


class SharedFacts:
    """A warehouse that the tests of a module read; one that wrote to it gets the next a new copy of it as it was."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copies = folder, 0
        self._present = folder / "0"
        self._first: Manifest | None = None

    @contextmanager
    def used(self) -> Iterator[None]:
        """Make it the warehouse of the product for the block; what the first block publishes is what the others find."""
        with override_settings(WAREHOUSE_DIRECTORY=self._present):
            yield
        manifest = Lake(self._present).manifest()
        if self._first is None:
            self._first = manifest
            shutil.copytree(self._present, self._folder / "first")
        elif manifest != self._first:
            self._copies += 1
            self._present = self._folder / str(self._copies)
            shutil.copytree(self._folder / "first", self._present)


def as_at_first(world: World) -> World:
    """Copies of the people and projects, so that what a test sets on one is not seen by the next."""
    return replace(world, **{part.name: copy(getattr(world, part.name)) for part in fields(world)})
