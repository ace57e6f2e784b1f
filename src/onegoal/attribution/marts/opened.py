"""Open journeys as counts that only add up: moves, sets of groups and moments of last touches, each a key and how many."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.manifest import MartSettings
from onegoal.core.attribution.cutting import Touches, bucket_of, person_starts
from onegoal.core.attribution.journeys import BUCKETS, Coalitions, Ints, Moves
from onegoal.core.attribution.steps import CoalitionCounter, MoveCounter, summed

Counted = tuple[Ints, Ints]
"""Keys, each once and in order, and how many of each; fewer than none where a part takes away what older ones hold."""

_BUCKET_BITS = BUCKETS.bit_length() - 1
MOST_SET_GROUPS = 63 - _BUCKET_BITS
_FLUSH = 1 << 21
_BLOCK = 1 << 20
_MOST_CELLS = 1 << 22
_ENDINGS = 2


@dataclass(frozen=True, slots=True)
class Alphabet:
    """Groups by name and by arrival: `names` in order of arrival, `ranks` the place of each among the sorted names."""

    names: tuple[str, ...]
    ranks: NDArray[np.int32]
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> Alphabet:
        """Return the alphabet of names in order of arrival."""
        codes = np.array(sorted(range(len(names)), key=names.__getitem__), np.int32)
        ranks = np.empty(len(names), np.int32)
        ranks[codes] = np.arange(len(names), dtype=np.int32)
        return cls(names, ranks, codes)

    @property
    def is_sorted(self) -> bool:
        """Whether groups arrived in the order of their names, so that keys are in order by name already."""
        return bool(np.all(self.codes[1:] > self.codes[:-1]))

    @property
    def sorted_names(self) -> tuple[str, ...]:
        """The names in order."""
        return tuple(self.names[code] for code in self.codes)


class OpenCounts:
    """Counts open journeys, and takes some away again, as a difference that can be added to what was counted before."""

    def __init__(self, settings: MartSettings, alphabet: Alphabet, *, touches: int) -> None:
        """Begin with nothing; `touches` is about how many will be counted."""
        self._most_cells = min(4 * touches, _MOST_CELLS)
        self._settings = settings
        self._alphabet = alphabet
        self._found: dict[str, list[Counted]] = {}
        self._restart()

    def add(self, touches: Touches, sign: int = 1) -> None:
        """Count the open journeys of these touches, sorted by person; groups are places among the sorted names."""
        starts = person_starts(touches.person)
        borders = np.unique(np.searchsorted(starts, np.arange(0, len(touches), _BLOCK)))
        for begin, end in itertools.pairwise([*np.append(starts, len(touches))[borders].tolist(), len(touches)]):
            self._add(touches.taken(np.arange(begin, end)), sign)

    def _add(self, touches: Touches, sign: int) -> None:
        if not len(touches):
            return
        starts = person_starts(touches.person)
        last = touches.at[np.append(starts[1:], len(touches)) - 1]
        self._keep("last", *_signed(np.unique(last, return_counts=True), sign))
        is_split = self._settings.buckets
        bucket = bucket_of(touches.person[starts]) if is_split else np.zeros(len(starts), np.int16)
        for counter in self._moves:
            counter.add(starts, touches.group, bucket, sign)
        if self._sets is not None:
            self._sets.add(starts, touches.group, bucket, sign)
        self._waiting += len(touches)
        if self._waiting > _FLUSH:
            self._flush()

    def merge(self, other: OpenCounts) -> None:
        """Add what another one of the same kind has counted."""
        other._flush()
        for name, found in other._found.items():
            self._found.setdefault(name, []).extend(found)

    def columns(self) -> Columns:
        """Return the columns of a part that holds what was counted."""
        self._flush()
        return _columns({name: summed(found) for name, found in self._found.items()})

    def _restart(self) -> None:
        settings, size = self._settings, len(self._alphabet.names)
        self._moves = [
            MoveCounter(size, order, is_bucketed=settings.buckets, most_cells=self._most_cells)
            for order in settings.orders
        ]
        self._sets = CoalitionCounter(size, is_bucketed=settings.buckets) if settings.coalitions else None
        self._waiting = 0

    def _flush(self) -> None:
        if not self._waiting:
            return
        for counter in self._moves:
            self._keep(f"moves_{counter.order}", *_packed_moves(counter.moves(), self._alphabet))
        if self._sets is not None:
            self._keep("sets", *_packed_sets(self._sets.coalitions(), self._alphabet))
        self._restart()

    def _keep(self, name: str, keys: Ints, counts: Ints) -> None:
        found = self._found.setdefault(name, [])
        found.append((keys, counts))
        if sum(len(keys) for keys, _ in found[1:]) > max(len(found[0][0]), _FLUSH):
            self._found[name] = [summed(found)]


def merged(parts: Sequence[Columns]) -> Columns:
    """Return one part in the place of several."""
    names = {name.removesuffix("_keys") for part in parts for name in part if name.endswith("_keys")}
    return _columns({name: summed([_counted(part, name) for part in parts]) for name in sorted(names)})


def rows_in(part: Columns) -> int:
    """Return how many keys a part holds."""
    return sum(len(column) for name, column in part.items() if name.endswith("_keys"))


def paths_of(parts: Sequence[Columns], younger_than: int) -> tuple[int, int]:
    """Return how many open journeys there are, and how many of these were touched last after a moment."""
    paths = younger = 0
    for part in parts:
        if "last_keys" in part and len(part["last_keys"]):
            total = part["last_totals"]
            place = int(np.searchsorted(part["last_keys"], younger_than, side="right"))
            paths += int(total[-1])
            younger += int(total[-1]) - (int(total[place - 1]) if place else 0)
    return paths, younger


def moves_of(parts: Sequence[Columns], order: int, alphabet: Alphabet) -> Moves:
    """Return what open journeys did at one order of the chain, groups by their places among the sorted names."""
    return _unpacked_moves(summed([_counted(part, f"moves_{order}") for part in parts]), order, alphabet)


def sets_of(parts: Sequence[Columns], alphabet: Alphabet) -> Coalitions:
    """Return which sets of groups open journeys saw, groups by their places among the sorted names."""
    return _unpacked_sets(summed([_counted(part, "sets") for part in parts]), alphabet)


def most_groups(settings: MartSettings) -> int:
    """Return how many groups can be told apart in the keys."""
    limits = [(1 << _digit_bits(order)) - 1 for order in settings.orders]
    return min([*limits, *([MOST_SET_GROUPS] if settings.coalitions else [])], default=1 << 15)


def _digit_bits(order: int) -> int:
    return (63 - _BUCKET_BITS - 1) // (2 * order)


def _packed_moves(moves: Moves, alphabet: Alphabet) -> Counted:
    base, order, bits = len(alphabet.names) + 1, moves.order, _digit_bits(moves.order)
    digits = np.append(0, alphabet.codes + 1)
    source = _recoded(moves.source, order, base, digits, 1 << bits)
    target = _recoded(np.maximum(moves.target, 0), order, base, digits, 1 << bits)
    target = np.where(moves.target < 0, moves.target, target) + _ENDINGS
    keys = (((moves.bucket.astype(np.int64) << (order * bits)) | source) << (order * bits + 1)) | target
    return _in_order(keys, moves.count)


def _unpacked_moves(found: Counted, order: int, alphabet: Alphabet) -> Moves:
    keys, counts = found
    base, bits = len(alphabet.names) + 1, _digit_bits(order)
    digits = np.append(0, alphabet.ranks + 1)
    target = (keys & ((1 << (order * bits + 1)) - 1)) - _ENDINGS
    rest = keys >> (order * bits + 1)
    source = _recoded(rest & ((1 << (order * bits)) - 1), order, 1 << bits, digits, base)
    target = np.where(target < 0, target, _recoded(np.maximum(target, 0), order, 1 << bits, digits, base))
    bucket = (rest >> (order * bits)).astype(np.int16)
    if not alphabet.is_sorted:
        places = np.lexsort((target, source, bucket))
        source, target, bucket, counts = source[places], target[places], bucket[places], counts[places]
    return Moves(order, source, target, counts, bucket)


def _recoded(states: Ints, order: int, base: int, digits: NDArray[np.integer], new_base: int) -> Ints:
    """Return states whose digits are replaced and written in another base."""
    found, factor = np.zeros(len(states), np.int64), 1
    for _ in range(order):
        states, digit = np.divmod(states, base)
        found += digits[digit].astype(np.int64) * factor
        factor *= new_base
    return found


def _packed_sets(sets: Coalitions, alphabet: Alphabet) -> Counted:
    return _in_order(
        (sets.bucket.astype(np.int64) << MOST_SET_GROUPS) | _rebitted(sets.mask, alphabet.codes), sets.count
    )


def _unpacked_sets(found: Counted, alphabet: Alphabet) -> Coalitions:
    keys, counts = found
    bucket = (keys >> MOST_SET_GROUPS).astype(np.int16)
    masks = _rebitted(keys & ((1 << MOST_SET_GROUPS) - 1), alphabet.ranks)
    if not alphabet.is_sorted:
        places = np.lexsort((masks, bucket))
        masks, counts, bucket = masks[places], counts[places], bucket[places]
    return Coalitions(masks, counts, bucket)


def _rebitted(masks: Ints, places: NDArray[np.int32]) -> Ints:
    """Return masks in which each bit stands in its new place."""
    found = np.zeros_like(masks)
    for bit, place in enumerate(places.tolist()):
        found |= ((masks >> bit) & 1) << place
    return found


def _in_order(keys: Ints, counts: Ints) -> Counted:
    order = np.argsort(keys)
    return keys[order], counts[order]


def _signed(found: tuple[Ints, Ints], sign: int) -> Counted:
    return found[0], sign * found[1]


def _columns(counted: dict[str, Counted]) -> Columns:
    columns = {}
    for name, (keys, counts) in counted.items():
        columns[f"{name}_keys"] = keys
        columns[f"{name}_totals"] = np.cumsum(counts)
    return columns


def _counted(part: Columns, name: str) -> Counted:
    if f"{name}_keys" not in part:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return part[f"{name}_keys"], np.diff(part[f"{name}_totals"], prepend=0)
