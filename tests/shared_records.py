"""Records that the tests of a module share: written once, and what each test changes is taken back after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import transaction

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
