"""What a journey is, and the columns in which journeys travel from every engine to every model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

MICROSECONDS = 1_000_000
DAY = 86_400 * MICROSECONDS
BUCKETS = 128
"""Random groups of people for bootstrap intervals: a person always falls into the same one."""

START, CONVERSION, NULL = 0, -1, -2
"""State codes of a chain beside the states made of groups."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JourneyRule:
    """Which touches belong to a conversion: those in (conversion - window, conversion], oldest first.

    Order is by (moment, sequence number, name of the group). `window` is in microseconds. Unless `is_overlapping`, a
    journey begins after the person's previous conversion, whose own moment still belongs to that previous one. Touches
    older than the window before a conversion drop out. Touches after a person's last conversion are an open journey: a
    null path, counted as censored while its last touch is younger than the window at the end of the data.
    """

    window: int = 30 * DAY
    is_overlapping: bool = False


@dataclass(frozen=True, slots=True)
class Journeys:
    """Journeys that ended in a conversion; J journeys with T touches in all, those of one journey together, oldest first.

    starts: (J+1,) offsets into the touches; a journey without touches is an unattributed conversion.
    group: (T,) codes into `groups`, which are sorted by name.
    age: (T,) microseconds from the touch to the conversion, never negative.
    at: (J,) moment of the conversion, microseconds since 1970 UTC.
    value: (J,) integer minor units, may be negative (a refund).
    conversions: (J,) how many conversions the row stands for: 1, or more for an aggregated path.
    lead_age: (J,) microseconds from the lead to the conversion, -1 where no lead is known.
    key: (J,) the record or row of the conversion.  person: (J,) whose it is.
    bucket: (J,) the person's random group, 0 to BUCKETS - 1.
    """

    groups: tuple[str, ...]
    starts: Ints
    group: NDArray[np.int32]
    age: Ints
    at: Ints
    value: Ints
    conversions: Ints
    lead_age: Ints
    key: Ints
    person: Ints
    bucket: NDArray[np.int16]

    @property
    def lengths(self) -> Ints:
        """Touches of each journey, (J,)."""
        return np.diff(self.starts)

    @property
    def owner(self) -> Ints:
        """The journey each touch belongs to, (T,)."""
        return np.repeat(np.arange(len(self.value)), self.lengths)


@dataclass(frozen=True, slots=True)
class Moves:
    """How often journeys stepped from one state to the next, at one order of the chain.

    A state of order k is the last k groups, written in base len(groups) + 1 with digits group + 1, oldest first; while
    fewer groups were seen, leading digits are 0, so START is 0. A path shorter than k is one state of its own: START goes
    to the first k groups at once. `target` may also be CONVERSION or NULL. All columns are (m,); `bucket` is the group of
    people, so that one row stands for one (bucket, source, target); a sum over rows of the same pair is what counts.
    """

    order: int
    source: Ints
    target: Ints
    count: Ints
    bucket: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Coalitions:
    """How many open journeys saw exactly each set of groups; bit g of `mask` stands for group g. Columns are (m,)."""

    mask: Ints
    count: Ints
    bucket: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class NullJourneys:
    """Open journeys, aggregated: never one row each.

    paths: open journeys whose window is over.  censored: those whose window is not over yet.
    moves: by order of the chain, of all open journeys together, each from START to NULL.
    coalitions: None unless they were asked for.
    """

    paths: int = 0
    censored: int = 0
    moves: Mapping[int, Moves] = field(default_factory=dict)
    coalitions: Coalitions | None = None
