"""Paths, parts and steps of the journeys of one question, remembered while the data stays as it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.figures import Found, journeys_of
from onegoal.apps.facts.engine import reading
from onegoal.core.attribution.journeys import DAY, Ints
from onegoal.core.attribution.pathways import Pathway, first_steps, pathways
from onegoal.core.attribution.roles import Roles, moves_between, roles_of
from onegoal.metrics.question import Scope

STEPS_SHOWN = 4
GROUPS_SHOWN = 6
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Converted:
    """One conversion: whose, when, what it was worth in minor units, days since its first touch (None without one)."""

    person_id: int
    at: dt.datetime
    value: int
    days: float | None
    touches: int


def paths_of(asked: Asked, scope: Scope) -> list[Pathway]:
    """Return the different paths of the journeys that converted, those with most conversions first."""

    def compute() -> list[Pathway]:
        found = journeys_of(asked, scope)
        return pathways(found.journeys, found.nulls)

    return reading().remember(("attribution paths", asked, scope), compute)


def parts_of(asked: Asked, scope: Scope) -> Roles:
    """Return what each group starts, assists and closes."""
    return reading().remember(("attribution parts", asked, scope), lambda: roles_of(journeys_of(asked, scope).journeys))


def steps_of(asked: Asked, scope: Scope) -> Ints:
    """Return the counts of steps between groups, as `moves_between` does."""

    def compute() -> Ints:
        found = journeys_of(asked, scope)
        return moves_between(found.journeys, found.nulls)

    return reading().remember(("attribution steps", asked, scope), compute)


def always_converting(found: Found) -> tuple[str, ...]:
    """Return the groups that journeys with a conversion hold and no open journey does, by name.

    Nobody is known to have met them in vain: models that learn from open journeys take them for sure to convert.
    """
    size, moves = len(found.journeys.groups), found.nulls.moves.get(1)
    holds = np.bincount(found.journeys.group, minlength=size) > 0
    if moves is not None:
        holds[moves.source[moves.source > 0] - 1] = False
    return tuple(found.journeys.groups[place] for place in np.flatnonzero(holds))


def known_from_leads(found: Found) -> tuple[str, ...]:
    """Return the groups of journeys that only leads tell of, by name, without those that seem to convert always."""
    held = np.bincount(found.journeys.group, minlength=len(found.journeys.groups)) > 0
    own = [found.journeys.groups[place] for place in np.flatnonzero(held)]
    certain = frozenset(always_converting(found))
    return tuple(name for name in own if name in found.unseen and name not in certain)


def flows_of(asked: Asked, scope: Scope) -> Counter[tuple[int, str, str]]:
    """Return the moves between the first touches of journeys, the largest groups by name."""

    def compute() -> Counter[tuple[int, str, str]]:
        return first_steps(journeys_of(asked, scope).journeys, steps=STEPS_SHOWN, most=GROUPS_SHOWN)

    return reading().remember(("attribution flows", asked, scope), compute)


def path_key(groups: Sequence[str]) -> str:
    """Return a short mark of a path for addresses; it depends on the names alone and so outlives the data."""
    return blake2b("\x1f".join(groups).encode(), digest_size=8).hexdigest()


def conversions_behind(found: Found, rows: Ints) -> list[Converted]:
    """Return the conversions in these places of the journeys, newest first."""
    journeys = found.journeys
    lengths = journeys.lengths
    listed = [
        Converted(
            person_id=int(journeys.person[row]),
            at=_EPOCH + dt.timedelta(microseconds=int(journeys.at[row])),
            value=int(journeys.value[row]),
            days=float(journeys.age[journeys.starts[row]]) / DAY if lengths[row] else None,
            touches=int(lengths[row]),
        )
        for row in rows
    ]
    return sorted(listed, key=lambda one: one.at, reverse=True)


def ages_of(found: Found, group: str = "") -> Ints:
    """Return for each conversion with a touch its age in microseconds: since its first touch, or a group's last touch."""
    journeys = found.journeys
    if not group:
        touched = journeys.lengths > 0
        return np.repeat(journeys.age[journeys.starts[:-1][touched]], journeys.conversions[touched])
    places = np.flatnonzero(journeys.group == journeys.groups.index(group))
    owner = journeys.owner[places]
    is_last = np.append(owner[1:] != owner[:-1], True) if len(owner) else np.zeros(0, bool)
    return np.repeat(journeys.age[places[is_last]], journeys.conversions[owner[is_last]])
