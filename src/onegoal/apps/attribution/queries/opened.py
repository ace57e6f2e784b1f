"""Open journeys as they stood at the end of some days, counted once and brought up to date person by person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from onegoal.apps.attribution.queries.asked import LONGEST_WINDOW, Asked
from onegoal.apps.attribution.queries.columns import NEVER
from onegoal.apps.attribution.queries.cut import Seen
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.apps.attribution.queries.following import followers, require_few
from onegoal.apps.attribution.queries.sources import Records, conversion_tables, records_of, touch_tables
from onegoal.apps.attribution.queries.streams import Stream, stream_of
from onegoal.attribution.marts.merging import members
from onegoal.core.attribution.cutting import Touches, open_journeys, person_starts
from onegoal.core.attribution.journeys import BUCKETS, DAY, Coalitions, Ints, JourneyRule, Moves, NullJourneys
from onegoal.core.attribution.nulls import combined

ORDERS = (1, 2, 3)
_ENDINGS = 2
"""Targets that are no states, which stand before the states in the keys of moves."""
_WHOLE_BITS = 63
_RULE = JourneyRule(LONGEST_WINDOW * DAY)


@dataclass(frozen=True, slots=True)
class OpenJourneys:
    """Open journeys as they stood at the end of some days, with the sorted moments at which each was touched last.

    `nulls` tell them apart at no moment: all are paths. `ends_at` is how far the data goes, or the days; `latest` is the
    latest moment of the data.
    """

    nulls: NullJourneys
    lasts: Ints
    ends_at: int
    latest: int
    seen: Seen

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        moves = sum(26 * len(one.count) for one in self.nulls.moves.values())
        return moves + self.lasts.nbytes + (18 * len(self.nulls.coalitions.count) if self.nulls.coalitions else 0)

    def within(self, window: int) -> NullJourneys:
        """Return them with those counted apart whose window is not over."""
        censored = len(self.lasts) - int(np.searchsorted(self.lasts, self.ends_at - window, side="right"))
        return replace(self.nulls, paths=len(self.lasts) - censored, censored=censored)


def open_journeys_of(asked: Asked, data: Data, start: int, end: int) -> OpenJourneys:
    """Return the open journeys touched last from `start` on and before `end`, as they stood at `end`."""
    state = data.state(*{*touch_tables(asked), *conversion_tables(asked.conversion)})
    key = ("open", data.place, asked.conversion, asked.dimension, asked.steps, start, end)
    if data.is_present:
        return followers.follow(
            key, state, lambda: _full(asked, data, start, end), lambda old: _next(asked, data, start, end, old)
        )
    found: OpenJourneys | None = followers.at(key, state)
    return found or kept.remember((*key, state), lambda: _full(asked, data, start, end))


def _full(asked: Asked, data: Data, start: int, end: int) -> OpenJourneys:
    stream, records = stream_of(asked, data), records_of(asked.conversion, data)
    touches = stream.touches
    latest = _latest(touches, records)
    nulls, lasts = _counted(touches, records, stream.groups, start, end)
    return OpenJourneys(nulls, np.sort(lasts), min(end - 1, latest), latest, Seen.of(stream, records))


def _next(asked: Asked, data: Data, start: int, end: int, old: OpenJourneys) -> OpenJourneys:
    """Return the open journeys with those of the persons concerned counted again. Raises: CannotFollow."""
    stream, records = stream_of(asked, data), records_of(asked.conversion, data)
    persons, before = old.seen.concerned(stream, records)
    now = stream.of(persons)
    require_few(len(before) + len(now), of=len(stream.base))
    had, mine = (one.taken(members(one.person, persons)) for one in (old.seen.records, records))
    gone, lost = _counted(before, had, stream.groups, start, end)
    fresh, found = _counted(now, mine, stream.groups, start, end)
    nulls = patched(old.nulls, combined([(fresh, 1), (gone, -1)]), len(stream.groups))
    lasts = np.delete(old.lasts, _places(old.lasts, np.sort(lost)))
    found = np.sort(found)
    lasts = np.insert(lasts, np.searchsorted(lasts, found), found)
    latest = _next_latest(old, _latest(before, had), _latest(now, mine), stream, records)
    return OpenJourneys(nulls, lasts, min(end - 1, latest), latest, Seen.of(stream, records))


def _counted(
    touches: Touches, records: Records, groups: tuple[str, ...], start: int, end: int
) -> tuple[NullJourneys, Ints]:
    """Return the open journeys of these touches, and when each was touched last."""
    before = records.at < end
    starts = person_starts(touches.person)
    lengths = np.diff(starts, append=len(touches))
    last = _last_conversion(touches.person[starts], records.person[before], records.at[before])
    is_open = (touches.at > np.repeat(last, lengths)) & (touches.at < end)
    mine = touches.taken(is_open)
    firsts = person_starts(mine.person)
    lasts = mine.at[np.append(firsts[1:], len(mine)) - 1] if len(mine) else mine.at
    if start != NEVER:
        mine = mine.taken(np.repeat(lasts >= start, np.diff(firsts, append=len(mine))))
        lasts = lasts[lasts >= start]
    never_ends = np.iinfo(np.int64).max
    nulls = open_journeys(mine, groups=groups, rule=_RULE, ends_at=never_ends, orders=ORDERS, coalitions=True)
    return nulls, lasts


def patched(nulls: NullJourneys, change: NullJourneys, groups: int) -> NullJourneys:
    """Return the sum of many open journeys and the difference of a few, both as `combined` leaves them."""
    moves = {order: _patched_moves(some, change.moves[order], groups) for order, some in nulls.moves.items()}
    sets, other = nulls.coalitions, change.coalitions
    if sets is None or other is None:
        return replace(nulls, moves=moves)
    bits = BUCKETS.bit_length()
    # A mask and its bucket fit one number up to 55 groups; beyond that they are sorted.
    if groups + bits > _WHOLE_BITS:
        both = combined([(replace(one, moves={}), 1) for one in (nulls, change)])
        return replace(nulls, moves=moves, coalitions=both.coalitions)
    keys, counts = _added(*((one.bucket.astype(np.int64) << groups | one.mask, one.count) for one in (sets, other)))
    sets = Coalitions(keys & ((1 << groups) - 1), counts, (keys >> groups).astype(np.int16))
    return replace(nulls, moves=moves, coalitions=sets)


def _patched_moves(some: Moves, few: Moves, groups: int) -> Moves:
    width = (groups + 1) ** some.order + _ENDINGS
    keys, counts = _added(
        *(
            ((one.bucket.astype(np.int64) * width + one.source) * width + one.target + _ENDINGS, one.count)
            for one in (some, few)
        )
    )
    rest, target = np.divmod(keys, width)
    bucket, source = np.divmod(rest, width)
    return Moves(some.order, source, target - _ENDINGS, counts, bucket.astype(np.int16))


def _added(many: tuple[Ints, Ints], few: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Return the keys of both, each once and in order, with the sums of their counts; sums of 0 are left out."""
    keys, counts = many[0], many[1].copy()
    places = np.searchsorted(keys, few[0])
    known = places < len(keys)
    known[known] = keys[places[known]] == few[0][known]
    counts[places[known]] += few[1][known]
    fresh = ~known
    keys, counts = (
        np.insert(column, places[fresh], extra[fresh]) for column, extra in zip((keys, counts), few, strict=True)
    )
    seen = counts != 0
    return (keys, counts) if seen.all() else (keys[seen], counts[seen])


def _last_conversion(persons: Ints, converts: Ints, at: Ints) -> Ints:
    """Return the last conversion of each person, NEVER where there is none; `converts` and `at` are sorted."""
    last = np.full(len(persons), NEVER)
    if len(converts):
        ends = np.append(person_starts(converts)[1:], len(converts)) - 1
        places = np.minimum(np.searchsorted(converts[ends], persons), len(ends) - 1)
        last = np.where(converts[ends][places] == persons, at[ends][places], NEVER)
    return last


def _places(column: Ints, values: Ints) -> Ints:
    """Return where sorted values stand in a sorted column that holds each as often at least."""
    runs = person_starts(values)
    rank = np.arange(len(values)) - np.repeat(runs, np.diff(runs, append=len(values)))
    return np.searchsorted(column, values) + rank


def _next_latest(old: OpenJourneys, before: int, now: int, stream: Stream, records: Records) -> int:
    """Return the latest moment, looking at everything only if what was latest may be no more."""
    if before < old.latest:
        return max(old.latest, now)
    return now if now >= old.latest else _latest(stream.touches, records)


def _latest(touches: Touches, records: Records) -> int:
    return max(int(touches.at.max(initial=0)), int(records.at.max(initial=0)))
