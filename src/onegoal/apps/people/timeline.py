"""What happened with one person, gathered from every app that knows something of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from onegoal.apps.accounts.models import User
from onegoal.apps.people.models import Person

MOST_MOMENTS = 2_000  # of one source: a robot's million visits must not become one page


@dataclass(frozen=True)
class Moment:
    """One thing that happened: when, of which kind, in words; `is_key` marks the steps of the chain."""

    at: dt.datetime
    kind: str
    title: str
    detail: str = ""
    url: str = ""
    is_key: bool = False
    has_time: bool = True


@dataclass(frozen=True)
class Source:
    """Where moments of one kind come from; `find(user, person)` returns only what the user may see."""

    kind: str
    label: str | Promise
    find: Callable[[User, Person], Iterable[Moment]]


_sources: dict[str, Source] = {}


def register_moments(*sources: Source) -> None:
    """Add sources to the timeline; called from an app's `ready`."""
    _sources.update((source.kind, source) for source in sources)


def moment_kinds() -> list[tuple[str, str | Promise]]:
    """Return the kinds of moments a timeline may hold, with their names."""
    return [(source.kind, source.label) for source in _sources.values()]


def timeline(user: User, person: Person, *, kind: str = "") -> list[Moment]:
    """Return what happened with the person as far as the user may see it, newest first; `kind` narrows it to one."""
    sources = [source for source in _sources.values() if kind in ("", source.kind)]
    moments = [moment for source in sources for moment in source.find(user, person)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)
