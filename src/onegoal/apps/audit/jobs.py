"""The one job queue: work that outlives a request, and work that returns every few seconds; no broker needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from huey import SqliteHuey

queue = SqliteHuey(
    "onegoal", filename=str(settings.HOME / "jobs.sqlite3"), immediate=settings.JOBS_IMMEDIATE, results=False
)


@dataclass(frozen=True)
class Job:
    """Work asked for by name; what it is given must be plain values."""

    function: Callable[..., None]
    task: Callable[..., Any]

    def later(self, **arguments: Any) -> None:
        """Queue the work once the present transaction is committed."""
        transaction.on_commit(partial(self.task, **arguments))

    def __call__(self, **arguments: Any) -> None:
        """Do the work now, in this process."""
        self.function(**arguments)


def job(function: Callable[..., None]) -> Job:
    """Register a function of a `jobs` module as work that can be queued."""
    return Job(function=function, task=queue.task()(function))


@dataclass(frozen=True)
class Recurring:
    """Work that returns `seconds` after it last began; it is never run twice at once."""

    function: Callable[[], None]
    seconds: float


RECURRING: list[Recurring] = []


def every(*, seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function of a `jobs` module as recurring work of the jobs process."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        RECURRING.append(Recurring(function=function, seconds=seconds))
        return function

    return register
