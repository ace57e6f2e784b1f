"""Every journey of one kind of conversion, cut once with the longest window and brought up to date person by person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onegoal.apps.attribution.queries.asked import LONGEST_WINDOW, Asked
from onegoal.apps.attribution.queries.columns import changed_rows
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.apps.attribution.queries.following import CannotFollow, followers, require_few
from onegoal.apps.attribution.queries.sources import Records, conversion_tables, records_of, touch_tables
from onegoal.apps.attribution.queries.streams import Stream, merged, stream_of
from onegoal.attribution.marts.merging import distinct, members, offsets, spread
from onegoal.core.attribution.cutting import Touches, cut_journeys
from onegoal.core.attribution.journeys import DAY, Ints, JourneyRule, Journeys


@dataclass(frozen=True, slots=True)
class Seen:
    """What something was computed from: the step of a stream, and the records that converted."""

    lineage: object
    number: int
    records: Records

    @classmethod
    def of(cls, stream: Stream, records: Records) -> Seen:
        """Return the mark of a stream and records."""
        return cls(stream.lineage, stream.number, records)

    def concerned(self, stream: Stream, records: Records) -> tuple[Ints, Touches]:
        """Return whose touches or conversions became others, and their touches before. Raises: CannotFollow."""
        if self.lineage is None or stream.lineage is not self.lineage or stream.number < self.number:
            raise CannotFollow("the touches were read in full")
        change = stream.since(self.number)
        told = [_by_id(self.records), _by_id(records)]
        was, now = changed_rows(*told)
        persons = distinct(change.persons, told[0][1][was], told[1][1][now])
        others = persons[~members(persons, change.persons)]
        return persons, merged(change.before, stream.of(others))


@dataclass(frozen=True, slots=True)
class KeptJourneys:
    """Every journey of one kind with the longest window; its keys are places in the records."""

    journeys: Journeys
    seen: Seen

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        own = self.journeys
        return own.group.nbytes + own.age.nbytes + 8 * own.at.nbytes


def kept_journeys(asked: Asked, data: Data) -> KeptJourneys:
    """Return the journeys of every conversion, whoever's and whenever."""
    state = data.state(*{*touch_tables(asked), *conversion_tables(asked.conversion)})
    key = ("journeys", data.place, asked.conversion, asked.dimension, asked.steps, asked.overlapping)
    if data.is_present:
        return followers.follow(key, state, lambda: _cut(asked, data), lambda old: _next(asked, data, old))
    found: KeptJourneys | None = followers.at(key, state)
    return found or kept.remember((*key, state), lambda: _cut(asked, data))


def _cut(asked: Asked, data: Data) -> KeptJourneys:
    stream, records = stream_of(asked, data), records_of(asked.conversion, data)
    touches = stream.touches
    # Only those who convert: open journeys are counted by days.
    mine = touches.taken(np.isin(touches.person, records.person))
    return KeptJourneys(_journeys(asked, mine, records, stream.groups), Seen.of(stream, records))


def _next(asked: Asked, data: Data, old: KeptJourneys) -> KeptJourneys:
    """Return the journeys with those of the persons concerned cut again. Raises: CannotFollow."""
    stream, records = stream_of(asked, data), records_of(asked.conversion, data)
    persons, _ = old.seen.concerned(stream, records)
    again = members(records.person, persons)
    require_few(int(np.count_nonzero(again)), of=len(records))
    mine = records.taken(again)
    theirs = stream.of(distinct(mine.person))
    fresh = _journeys(asked, theirs, mine, stream.groups)
    stays = ~members(old.journeys.person, persons)
    return KeptJourneys(_woven(old.journeys, stays, fresh, again), Seen.of(stream, records))


def _journeys(asked: Asked, touches: Touches, records: Records, groups: tuple[str, ...]) -> Journeys:
    rule = JourneyRule(LONGEST_WINDOW * DAY, asked.overlapping)
    return cut_journeys(touches, records.conversions(), groups=groups, rule=rule, ends_at=0)[0]


def _woven(old: Journeys, stays: np.ndarray, fresh: Journeys, is_fresh: np.ndarray) -> Journeys:
    """Return some journeys that stay and fresh ones in the places where `is_fresh`; keys are places again."""
    count = len(old.lengths)
    # Rows of one after the other, old ones first, in the order in which they belong.
    rows = np.empty(len(is_fresh), np.int64)
    rows[~is_fresh], rows[is_fresh] = np.flatnonzero(stays), count + np.arange(len(fresh.lengths))
    lengths = np.concatenate((old.lengths, fresh.lengths))[rows]
    first = np.concatenate((old.starts[:-1], old.starts[-1] + fresh.starts[:-1]))[rows]
    touches = spread(first, lengths)
    names = ("at", "value", "conversions", "lead_age", "person", "bucket")
    columns = {name: np.concatenate((getattr(old, name), getattr(fresh, name)))[rows] for name in names}
    return Journeys(
        groups=fresh.groups,
        starts=offsets(lengths).astype(np.int64),
        group=np.concatenate((old.group, fresh.group))[touches],
        age=np.concatenate((old.age, fresh.age))[touches],
        key=np.arange(len(rows)),
        **columns,
    )


def _by_id(records: Records) -> list[Ints]:
    order = np.argsort(records.id)
    return [column[order] for column in (records.id, records.person, records.at, records.lead_at)]
