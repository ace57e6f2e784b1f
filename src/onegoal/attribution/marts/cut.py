"""Cutting some people's touches: journeys that converted, and the touches of those still open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.attribution.marts.closed import Owned
from onegoal.attribution.marts.merging import distinct, members
from onegoal.attribution.marts.opened import Alphabet
from onegoal.attribution.marts.ordering import order_of
from onegoal.attribution.marts.touch_runs import TouchRows
from onegoal.core.attribution.cutting import Conversions, Touches, cut_journeys, person_starts
from onegoal.core.attribution.journeys import Ints, JourneyRule, Journeys


@dataclass(frozen=True, slots=True)
class Ordered:
    """Touches sorted by (person, at, sequence, name of the group), and which row of the given ones each is."""

    touches: Touches
    order: Ints

    def taken(self, kept: np.ndarray) -> Touches:
        """Return those for which the given rows are marked."""
        return self.touches.taken(kept[self.order])


def ordered(rows: TouchRows, persons: Ints, alphabet: Alphabet) -> Ordered:
    """Return touches in the order of the rule; groups become places among the sorted names."""
    ranks = alphabet.ranks[rows.group]
    everybody = distinct(persons)
    order = order_of(np.searchsorted(everybody, persons), rows.at, rows.sequence, ranks.astype(np.int64))
    return Ordered(Touches(persons[order], rows.at[order], ranks[order]), order)


def open_touches(touches: Touches, conversions: Conversions) -> Touches:
    """Return the touches after their persons' last conversions."""
    if not len(conversions):
        return touches
    ends = np.append(person_starts(conversions.person)[1:], len(conversions)) - 1
    persons, last = conversions.person[ends], conversions.at[ends]
    places = np.minimum(np.searchsorted(persons, touches.person), len(persons) - 1)
    return touches.taken((persons[places] != touches.person) | (touches.at > last[places]))


def closed_journeys(touches: Touches, owned: Owned, rule: JourneyRule, alphabet: Alphabet) -> Journeys:
    """Return the journeys of conversions sorted by (person, at, key); groups become codes of the mart again."""
    mine = touches.taken(members(touches.person, distinct(owned.conversions.person)))
    journeys, _ = cut_journeys(mine, owned.conversions, groups=alphabet.sorted_names, rule=rule, ends_at=0)
    return Journeys(
        groups=alphabet.names, starts=journeys.starts, group=alphabet.codes[journeys.group], age=journeys.age,
        at=journeys.at, value=journeys.value, conversions=journeys.conversions, lead_age=journeys.lead_age,
        key=journeys.key, person=journeys.person, bucket=journeys.bucket,
    )  # fmt: skip
