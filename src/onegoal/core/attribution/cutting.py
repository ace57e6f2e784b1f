"""Cutting a stream of touches into journeys: which touches stand before which conversion, and what stays open."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution.journeys import (
    BUCKETS,
    Ints,
    JourneyRule,
    Journeys,
    NullJourneys,
)
from onegoal.core.attribution.steps import coalitions_of, open_moves

_WHOLE_BITS = 63


@dataclass(frozen=True, slots=True)
class Touches:
    """Touches sorted by (person, at, sequence, group); columns are (n,), `at` in microseconds since 1970 UTC."""

    person: Ints
    at: Ints
    group: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.person)

    def taken(self, places: NDArray[np.bool_] | Ints) -> Touches:
        """Return the touches in these places."""
        return Touches(self.person[places], self.at[places], self.group[places])


@dataclass(frozen=True, slots=True)
class Conversions:
    """Conversions sorted by (person, at, key); columns are (n,).

    `value` in minor units, `lead_at` in microseconds since 1970, NO_LEAD where no lead is known.
    """

    person: Ints
    at: Ints
    value: Ints
    lead_at: Ints
    key: Ints

    def __len__(self) -> int:
        return len(self.person)


NO_LEAD = np.iinfo(np.int64).min


def bucket_of(person: Ints) -> NDArray[np.int16]:
    """Return the random group of each person: the finaliser of SplitMix64 (Steele, Lea and Flood 2014) of the number."""
    mixed = person.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) % np.uint64(BUCKETS)).astype(np.int16)


def cut_journeys(
    touches: Touches,
    conversions: Conversions,
    *,
    groups: tuple[str, ...],
    rule: JourneyRule,
    ends_at: int,
    orders: Collection[int] = (),
    coalitions: bool = False,
    buckets: Callable[[Ints], NDArray[np.int16]] = bucket_of,
) -> tuple[Journeys, NullJourneys]:
    """Return the journey of each conversion, in the order given, and the open journeys, aggregated.

    `ends_at` is how far the data goes, in microseconds since 1970: an open journey whose last touch is younger than the
    window at that moment is censored. `buckets` tells the random group of each person.
    """
    converts = np.isin(touches.person, conversions.person)
    own = touches.taken(converts)
    first, after = _spans(own, conversions, rule)
    is_open = ~converts
    is_open[converts] = _is_after_all(own, conversions)
    journeys = _journeys(own, conversions, first, after, groups, buckets(conversions.person))
    return journeys, open_journeys(
        touches.taken(is_open), groups=groups, rule=rule, ends_at=ends_at, orders=orders, coalitions=coalitions,
        buckets=buckets,
    )  # fmt: skip


def open_journeys(
    touches: Touches,
    *,
    groups: tuple[str, ...],
    rule: JourneyRule,
    ends_at: int,
    orders: Collection[int] = (),
    coalitions: bool = False,
    buckets: Callable[[Ints], NDArray[np.int16]] = bucket_of,
) -> NullJourneys:
    """Return the open journeys that these touches make, one for each person, aggregated."""
    starts = person_starts(touches.person)
    bucket = buckets(touches.person[starts])
    last = touches.at[np.append(starts[1:], len(touches)) - 1] if len(touches) else touches.at
    censored = int(np.count_nonzero(last > ends_at - rule.window))
    return NullJourneys(
        paths=len(starts) - censored,
        censored=censored,
        moves={order: open_moves(starts, touches.group, bucket, len(groups), order) for order in orders},
        coalitions=coalitions_of(starts, touches.group, bucket, len(groups)) if coalitions else None,
    )


def person_starts(person: Ints) -> Ints:
    """Return the place of the first row of each person in a sorted column."""
    if not len(person):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], person[1:] != person[:-1])))


def _spans(touches: Touches, conversions: Conversions, rule: JourneyRule) -> tuple[Ints, Ints]:
    """Return where the touches of each conversion begin and end: after the bound before it, up to its own moment."""
    bound = conversions.at - rule.window
    if not rule.is_overlapping and len(conversions):
        follows = np.concatenate(([False], conversions.person[1:] == conversions.person[:-1]))
        previous = np.concatenate((conversions.at[:1], conversions.at[:-1]))
        bound = np.where(follows, np.maximum(bound, previous), bound)
    places = _Places(touches, conversions.person, (bound, conversions.at))
    return places.after(conversions.person, bound), places.after(conversions.person, conversions.at)


def _is_after_all(touches: Touches, conversions: Conversions) -> NDArray[np.bool_]:
    """Return which touches of people who convert came after their last conversion."""
    if not len(conversions):
        return np.ones(len(touches), bool)
    is_last = np.concatenate((conversions.person[1:] != conversions.person[:-1], [True]))
    place = np.searchsorted(conversions.person[is_last], touches.person)
    return touches.at > conversions.at[is_last][place]


def _journeys(
    touches: Touches,
    conversions: Conversions,
    first: Ints,
    after: Ints,
    groups: tuple[str, ...],
    bucket: NDArray[np.int16],
) -> Journeys:
    lengths = np.maximum(after - first, 0)
    starts = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(starts[-1]) + np.repeat(first - starts[:-1], lengths)
    known = conversions.lead_at != NO_LEAD
    lead_age = np.where(known, conversions.at - np.where(known, conversions.lead_at, 0), -1)
    return Journeys(
        groups=groups,
        starts=starts,
        group=touches.group[places],
        age=np.repeat(conversions.at, lengths) - touches.at[places],
        at=conversions.at,
        value=conversions.value,
        conversions=np.ones(len(conversions), np.int64),
        lead_age=np.maximum(lead_age, -1),
        key=conversions.key,
        person=conversions.person,
        bucket=bucket,
    )


class _Places:
    """Finds places in the sorted touches of people who convert, by one number that holds person and moment."""

    def __init__(self, touches: Touches, persons: Ints, moments: tuple[Ints, ...]) -> None:
        self._persons = np.unique(persons)
        everything = [touches.at, *moments]
        self._base = min((int(column.min()) for column in everything if len(column)), default=0)
        span = max((int(column.max()) for column in everything if len(column)), default=0) - self._base
        self._moments: Ints | None = None
        self._bits = max(span, 1).bit_length()
        if self._bits + len(self._persons).bit_length() > _WHOLE_BITS:
            self._moments = np.unique(np.concatenate(everything))
            self._bits = len(self._moments).bit_length()
        self._keys = self._key(touches.person, touches.at)

    def after(self, person: Ints, at: Ints) -> Ints:
        """Return the place of the first touch of each person that came later than a moment."""
        return np.searchsorted(self._keys, self._key(person, at), side="right")

    def _key(self, person: Ints, at: Ints) -> Ints:
        offset = at - self._base if self._moments is None else np.searchsorted(self._moments, at)
        return (np.searchsorted(self._persons, person) << self._bits) | offset
