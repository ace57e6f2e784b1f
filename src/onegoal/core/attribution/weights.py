"""How much of its conversion each touch gets, by the models that look at one journey at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution.cents import Floats, owners
from onegoal.core.attribution.journeys import Ints, Journeys
from onegoal.core.attribution.settings import CustomWeights, ModelSettings

_SCATTERED = 1 << 24
"""Cells of (journey, group) looked at together when first appearances are found."""
_BLOCK = 1 << 14
"""Touches worked on together, unless a journey has more."""


@dataclass(frozen=True)
class Attributed:
    """Journeys with at least one touch: N journeys with all T touches, and the columns that several models share.

    starts: (N+1,).  group, age: (T,).  conversions, value, lead_age, bucket: (N,).
    """

    groups: tuple[str, ...]
    starts: Ints
    group: NDArray[np.int32]
    age: Ints
    conversions: Ints
    value: Ints
    lead_age: Ints
    bucket: NDArray[np.int16]

    @cached_property
    def lengths(self) -> Ints:
        """Touches of each journey, (N,)."""
        return np.diff(self.starts)

    @cached_property
    def owner(self) -> Ints:
        """The journey of each touch, (T,)."""
        return owners(self.starts)

    @cached_property
    def place(self) -> Ints:
        """The place of each touch in its journey, from 0, (T,)."""
        return np.arange(len(self.group)) - self.starts[:-1][self.owner]

    @property
    def first(self) -> Ints:
        """The first touch of each journey, (N,)."""
        return self.starts[:-1]

    @property
    def last(self) -> Ints:
        """The last touch of each journey, (N,)."""
        return self.starts[1:] - 1

    def part(self, first: int, last: int) -> Attributed:
        """Return the journeys from one place up to, not with, another, as views where that can be."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        return Attributed(
            groups=self.groups,
            starts=self.starts[first : last + 1] - begin,
            group=self.group[begin:end],
            age=self.age[begin:end],
            conversions=self.conversions[first:last],
            value=self.value[first:last],
            lead_age=self.lead_age[first:last],
            bucket=self.bucket[first:last],
        )

    @cached_property
    def blocks(self) -> tuple[Attributed, ...]:
        """The same journeys in parts of some thousand touches: what is worked out of each stays in the processor's cache,
        and memory is not asked for again and again."""
        if len(self.group) <= _BLOCK:
            return (self,)
        borders = np.searchsorted(self.starts, np.arange(0, len(self.group), _BLOCK))
        ends = np.unique(np.append(borders, len(self.value))).tolist()
        return tuple(self.part(first, last) for first, last in pairwise(ends))

    @cached_property
    def distinct(self) -> Attributed:
        """The same journeys with only the first touch of each group."""
        kept = _is_first_of_group(self)
        counts = np.add.reduceat(kept.astype(np.int64), self.first) if len(self.value) else self.lengths
        return Attributed(
            groups=self.groups,
            starts=np.concatenate(([0], np.cumsum(counts))),
            group=self.group[kept],
            age=self.age[kept],
            conversions=self.conversions,
            value=self.value,
            lead_age=self.lead_age,
            bucket=self.bucket,
        )


def attributed_of(journeys: Journeys | Attributed) -> Attributed:
    """Return the journeys with at least one touch."""
    if isinstance(journeys, Attributed):
        return journeys
    kept = journeys.starts[1:] > journeys.starts[:-1]
    return Attributed(
        groups=journeys.groups,
        starts=np.append(journeys.starts[:-1][kept], len(journeys.group)),
        group=journeys.group,
        age=journeys.age,
        conversions=journeys.conversions[kept],
        value=journeys.value[kept],
        lead_age=journeys.lead_age[kept],
        bucket=journeys.bucket[kept],
    )


def last_non_direct(attributed: Attributed, settings: ModelSettings) -> Ints:
    """Return the last touch that is not direct of each journey, (N,); the last one where all are direct."""
    is_direct = np.array([settings.is_direct(name) for name in attributed.groups], bool)
    if not is_direct.any():
        return attributed.last
    places = np.where(is_direct[attributed.group], -1, np.arange(len(attributed.group)))
    found = np.maximum.reduceat(places, attributed.first) if len(attributed.value) else attributed.last
    return np.where(found >= 0, found, attributed.last)


def linear(attributed: Attributed, settings: ModelSettings) -> Floats:
    """Return the same share for every touch, (T,)."""
    return (1.0 / attributed.lengths)[attributed.owner]


def time_decay(attributed: Attributed, settings: ModelSettings) -> Floats:
    """Return shares that halve with each half-life before the conversion, (T,).

    Ages are counted from the last touch of the journey, which changes no share and keeps old journeys from vanishing.
    """
    younger = attributed.age[attributed.last][attributed.owner]
    np.subtract(attributed.age, younger, out=younger)
    halvings = younger / -float(settings.half_life)
    return _scaled(np.exp2(halvings, out=halvings), attributed)


def position(attributed: Attributed, settings: ModelSettings) -> Floats:
    """Return the shares of the first and the last touch, and of the middle ones, (T,)."""
    begin, end = settings.position
    lengths = attributed.lengths
    middle = np.divide(_rest(settings.position), lengths - 2, out=np.zeros(len(lengths)), where=lengths > 2)
    shares = middle[attributed.owner]
    shares[attributed.first] = begin
    shares[attributed.last] = end
    shares[attributed.first[lengths == 1]] = 1.0
    return _scaled(shares, attributed)


def w_shaped(attributed: Attributed, settings: ModelSettings) -> Floats:
    """Return the shares of first touch, touch before the lead, last touch, and of the others, (T,).

    A lead before every touch gives its share to the first one; a journey without a lead is shared by `position`.
    """
    size = len(attributed.group)
    known = attributed.lead_age >= 0
    if not known.any():
        return position(attributed, settings)
    lead = _touch_before_lead(attributed)
    shares = np.zeros(size)
    others = np.ones(size, bool)
    for touch, share in zip((attributed.first, lead, attributed.last), settings.w_shape, strict=True):
        shares[touch] += share
        others[touch] = False
    number = np.add.reduceat(others.astype(np.int64), attributed.first)
    rest = np.divide(_rest(settings.w_shape), number, out=np.zeros(len(number)), where=number > 0)
    shares += rest[attributed.owner] * others
    return np.where(known[attributed.owner], _scaled(shares, attributed), position(attributed, settings))


def custom(attributed: Attributed, weights: CustomWeights) -> Floats:
    """Return the shares by weights of one's own, (T,)."""
    place, lengths = attributed.place, attributed.lengths[attributed.owner]
    found = _by_place(weights.first, place) + _by_place(weights.last[::-1], lengths - 1 - place)
    inner = (place >= len(weights.first)) & (lengths - 1 - place >= len(weights.last))
    found[inner] = weights.middle
    by_group = dict(weights.groups)
    factor = np.array([by_group.get(name, 1.0) for name in attributed.groups])
    return _scaled(found * factor[attributed.group], attributed)


SHARES: dict[str, Callable[[Attributed, ModelSettings], Floats]] = {
    "linear": linear,
    "time_decay": time_decay,
    "position": position,
    "w_shaped": w_shaped,
}
"""Models that give every touch a share."""


def by_weight_of_group(distinct: Attributed, weight: Floats) -> Floats:
    """Return shares in proportion to a weight of each group, (T,); equal ones where a journey's weights are all 0."""
    return _scaled(weight[distinct.group], distinct)


def _touch_before_lead(attributed: Attributed) -> Ints:
    """Return the last touch at or before the lead of each journey, the first touch where none is, (N,)."""
    before = attributed.age >= attributed.lead_age[attributed.owner]
    count = np.add.reduceat(before.astype(np.int64), attributed.first)
    return attributed.first + np.maximum(count - 1, 0)


def _scaled(weights: Floats, attributed: Attributed) -> Floats:
    """Return weights scaled to add up to 1 in each journey; equal shares where all are 0."""
    if not len(weights):
        return weights
    total = np.bincount(attributed.owner, weights=weights, minlength=len(attributed.value))
    empty = total <= 0
    if empty.any():
        weights = np.where(empty[attributed.owner], 1.0, weights)
        total = np.where(empty, attributed.lengths, total)
    whole = total[attributed.owner]
    return np.divide(weights, whole, out=whole)


def _rest(shares: Sequence[float]) -> float:
    """Return 1 minus the shares without the noise of binary fractions: 0.2 of (0.4, 0.4)."""
    return max(float(1 - sum(Fraction(str(share)) for share in shares)), 0.0)


def _by_place(weights: tuple[float, ...], place: Ints) -> Floats:
    padded = np.array([*weights, 0.0])
    return padded[np.minimum(place, len(weights))]


def _is_first_of_group(attributed: Attributed) -> NDArray[np.bool_]:
    """Return which touches are the first of their group in their journey, (T,).

    Places are written back to front into one cell for each (journey, group), so that the first one stays.
    """
    size = max(len(attributed.groups), 1)
    kept = np.empty(len(attributed.group), bool)
    step = max(_SCATTERED // size, 1)
    for begin in range(0, len(attributed.value), step):
        end = min(begin + step, len(attributed.value))
        touches = slice(int(attributed.starts[begin]), int(attributed.starts[end]))
        cell = (attributed.owner[touches] - begin) * size + attributed.group[touches]
        number = np.arange(len(cell))
        seen = np.empty((end - begin) * size, np.int64)
        seen[cell[::-1]] = number[::-1]
        kept[touches] = seen[cell] == number
    return kept
