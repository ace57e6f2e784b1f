"""What changed since the last version: touches, conversions and whose identities are whose, as columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from onegoal.attribution.marts.closed import Owned
from onegoal.attribution.marts.merging import distinct
from onegoal.attribution.marts.touch_runs import TouchRows
from onegoal.core.attribution.cutting import NO_LEAD, Conversions
from onegoal.core.attribution.journeys import Ints


def _nothing() -> Ints:
    return np.empty(0, np.int64)


class ChangeRefused(ValueError):
    """A change that does not fit what the mart holds; `code` says how, and nothing was written."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Touched:
    """Touches, (n,) each: `identity` is any whole number, `at` microseconds since 1970 UTC, `group` codes into `names`."""

    identity: Ints = field(default_factory=_nothing)
    at: Ints = field(default_factory=_nothing)
    group: Ints = field(default_factory=_nothing)
    names: tuple[str, ...] = ()
    sequence: Ints | None = None

    @classmethod
    def from_arrow(cls, table: pa.Table) -> Touched:
        """Return the touches of a table with identity, at (timestamp, UTC), channel and, if there is one, sequence."""
        channel = table["channel"].combine_chunks()
        if not pa.types.is_dictionary(channel.type):
            channel = channel.dictionary_encode()
        named = "sequence" in table.column_names
        return cls(
            _numbers(table["identity"]),
            _numbers(table["at"].cast(pa.timestamp("us")).cast(pa.int64())),
            channel.indices.to_numpy(zero_copy_only=False),
            tuple(channel.dictionary.to_pylist()),
            _numbers(table["sequence"].fill_null(0)) if named else None,
        )

    def coded(self, code_of: Callable[[str], int]) -> TouchRows:
        """Return them with the codes of the mart. Raises: ChangeRefused."""
        if not len(self.identity) == len(self.at) == len(self.group):
            raise ChangeRefused("ragged", "Columns of touches differ in length.")
        codes = np.array([code_of(name) for name in self.names], np.int16)
        sequence = np.broadcast_to(np.int64(0), len(self.identity)) if self.sequence is None else self.sequence
        group = codes[self.group] if len(self.group) else codes[:0]
        return TouchRows(_whole(self.identity), _whole(self.at), _whole(sequence), group)


@dataclass(frozen=True, slots=True)
class Converted:
    """Conversions, (n,) each: of which identity, when, worth what, known by which key (one of its own for each).

    lead_at: microseconds since 1970, NO_LEAD where none is known.
    """

    identity: Ints = field(default_factory=_nothing)
    at: Ints = field(default_factory=_nothing)
    value: Ints = field(default_factory=_nothing)
    key: Ints = field(default_factory=_nothing)
    lead_at: Ints | None = None

    def owned(self) -> Owned:
        """Return them as the mart keeps them, not yet told whose they are."""
        lead_at = np.full(len(self.identity), NO_LEAD) if self.lead_at is None else self.lead_at
        owner = _whole(self.identity)
        columns = (_whole(column) for column in (self.at, self.value, lead_at, self.key))
        return Owned(owner, Conversions(owner, *columns))


@dataclass(frozen=True, slots=True)
class Dropped:
    """Conversions that are no more, by the identity they were told of and their key."""

    identity: Ints = field(default_factory=_nothing)
    key: Ints = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Known:
    """Identities and the persons they belong to from now on; the last row of an identity counts.

    An identity that is its own person again, because a merge was undone, stands with itself.
    """

    identity: Ints = field(default_factory=_nothing)
    person: Ints = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one new version brings. A conversion that changed is dropped and converted again.

    gone: touches that never were, equal to ones held, each taken away once; only for touches held before, not for
    `touches` of the same change. forgotten: identities whose every conversion is void before `converted` are added.
    ends_at: how far the data goes; by default the latest moment ever seen.
    """

    touches: Touched = Touched()
    gone: Touched = Touched()
    converted: Converted = Converted()
    dropped: Dropped = Dropped()
    forgotten: Ints = field(default_factory=_nothing)
    known: Known = Known()
    ends_at: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nobody's journeys change."""
        return not any(len(column) for column in self._told())

    def identities(self) -> Ints:
        """Return whose journeys may change, each once and in order."""
        return distinct(*(_whole(column) for column in self._told()))

    def _told(self) -> Sequence[Ints]:
        return (
            self.touches.identity, self.gone.identity, self.converted.identity, self.dropped.identity, self.forgotten,
            self.known.identity, self.known.person,
        )  # fmt: skip

    def latest(self) -> int:
        """Return the latest moment of touches and conversions, 0 where there are none."""
        found = [int(column.max()) for column in (self.touches.at, self.converted.at) if len(column)]
        return max(found, default=0)


def changed(held: Owned, changes: Changes) -> Owned:
    """Return the conversions of some identities after a change. Raises: ChangeRefused."""
    if len(changes.forgotten):
        held = held.taken(~np.isin(held.owner, changes.forgotten))
    if len(changes.dropped.identity):
        gone = set(zip(changes.dropped.identity.tolist(), changes.dropped.key.tolist(), strict=True))
        mine = list(zip(held.owner.tolist(), held.conversions.key.tolist(), strict=True))
        if missing := gone - set(mine):
            raise ChangeRefused("unknown_conversion", f"{len(missing)} conversions to be dropped are not held.")
        held = held.taken(np.array([pair not in gone for pair in mine], bool))
    return Owned.joined([held, changes.converted.owned()])


def _numbers(column: pa.ChunkedArray) -> Ints:
    return _whole(column.to_numpy())


def _whole(column: Ints) -> Ints:
    return np.asarray(column, np.int64)
