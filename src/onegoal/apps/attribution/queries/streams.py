"""All touches of one question by person: those of the sites, of leads that no site has seen, and steps if wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onegoal.apps.attribution.queries import following
from onegoal.apps.attribution.queries.asked import AGENCY, CALL, NOT_SET, VISIT, Asked, Dimension
from onegoal.apps.attribution.queries.columns import (
    EMPTY,
    UNKNOWN,
    bisect,
    changed_rows,
    ints,
    lookup,
    unmatched,
)
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.apps.attribution.queries.following import CannotFollow, followers, require_few
from onegoal.apps.attribution.queries.sources import lead_columns, touch_tables
from onegoal.apps.attribution.queries.steps import Steps, joined_steps, labels_of, span, steps_of, worked_steps
from onegoal.apps.attribution.queries.web import Web, web_of, web_touches
from onegoal.apps.attribution.queries.web_base import WebTouches
from onegoal.attribution.marts.merging import distinct, members, spread
from onegoal.core.attribution.cutting import Touches
from onegoal.core.attribution.journeys import Ints
from onegoal.metrics.tables import table

OTHER = "(other)"
"""The group of all groups beyond the largest MOST_GROUPS."""
MOST_GROUPS = 60
_PART = 16
"""The part of all touches, as a divisor, up to which those that were read again stand beside the others."""
_MOST_STEPS = 32
_DENSE = 1 << 20
_NONE = Touches(EMPTY, EMPTY, np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class Sources:
    """What a stream is made of. `origins` are the rows of the table by id; `worked` are the steps that are no leads."""

    web: Web | WebTouches
    origins: pa.Table
    leads: dict[str, Ints]
    worked: Steps

    def of(self, persons: Ints) -> Sources:
        """Return what concerns some persons, who are sorted. Raises: CannotFollow."""
        if isinstance(self.web, WebTouches):
            raise CannotFollow("touches were read in full")
        is_theirs = members(self.leads["person"], persons)
        leads = {name: column[is_theirs] for name, column in self.leads.items()}
        worked = self.worked.taken(members(self.worked.person, persons))
        return replace(self, web=self.web.of(persons), leads=leads, worked=worked)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a stream: whose touches became others, and these persons' touches before it."""

    number: int
    persons: Ints
    before: Touches


@dataclass(frozen=True, slots=True)
class Stream:
    """All touches of one question with their groups.

    `folded` are the names that stand under "(other)", `unseen` the groups that no site has seen: only leads tell of them.
    `base` holds everybody's touches as they were read in full; of the persons `restated` only those in `own` count.
    `seen` are touches of the sites by name, `told` the steps. Streams of one `lineage` followed one another; `changes`
    are the latest steps between them.
    """

    groups: tuple[str, ...]
    folded: frozenset[str]
    base: Touches
    seen: Mapping[str, int]
    told: Mapping[str, int]
    sources: Sources | None = None
    restated: Ints = field(default_factory=lambda: EMPTY)
    own: Touches = _NONE
    number: int = 0
    changes: tuple[Change, ...] = ()
    lineage: object = None

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        parts = (self.base, self.own, *(change.before for change in self.changes))
        return sum(part.person.nbytes + part.at.nbytes + part.group.nbytes for part in parts)

    @property
    def unseen(self) -> frozenset[str]:
        """The groups that no site has seen."""
        return frozenset(self.groups) - {OTHER if name in self.folded else name for name in self.seen}

    @property
    def touches(self) -> Touches:
        """Everybody's touches."""
        if not len(self.restated):
            return self.base
        first, last = (np.searchsorted(self.base.person, self.restated, side) for side in ("left", "right"))
        gone = spread(first, last - first)
        kept_columns = [np.delete(column, gone) for column in _columns(self.base)]
        where = np.searchsorted(kept_columns[0], self.own.person)
        return Touches(*map(np.insert, kept_columns, [where] * 3, _columns(self.own)))  # type: ignore[arg-type]

    def of(self, persons: Ints) -> Touches:
        """Return the touches of some persons, who are sorted."""
        old = persons[~members(persons, self.restated)]
        first, last = (np.searchsorted(self.base.person, old, side) for side in ("left", "right"))
        theirs = self.base.taken(spread(first, last - first))
        return merged(theirs, self.own.taken(members(self.own.person, persons)))

    def since(self, number: int) -> Change:
        """Return everything that changed after a step, as one. Raises: CannotFollow when that is too long ago."""
        later = [change for change in self.changes if change.number > number]
        if len(later) != self.number - number:
            raise CannotFollow("too many steps")
        persons, before = EMPTY, _NONE
        for change in later:
            earlier = change.before.taken(~members(change.before.person, persons))
            persons, before = distinct(persons, change.persons), merged(before, earlier)
        return Change(self.number, persons, before)


def merged(some: Touches, others: Touches) -> Touches:
    """Return the touches of some persons and of others, in order."""
    if not len(some) or not len(others):
        return some if len(some) else others
    person, at = np.concatenate((some.person, others.person)), np.concatenate((some.at, others.at))
    group = np.concatenate((some.group, others.group))
    return Touches(person, at, group).taken(np.argsort(person, kind="stable"))


def stream_of(asked: Asked, data: Data) -> Stream:
    """Return the touches a question is about."""
    state = data.state(*touch_tables(asked))
    key = ("stream", data.place, asked.dimension, asked.steps)
    if data.is_present:
        try:
            return followers.follow(key, state, lambda: _first(asked, data), lambda old: _next(asked, data, old))
        except CannotFollow:
            pass
    elif (found := followers.at(key, state)) is not None:
        return found
    return kept.remember((*key, state), lambda: _stream(_sources(asked, data, web_touches(data)), asked.dimension))


def _first(asked: Asked, data: Data) -> Stream:
    return replace(_stream(_sources(asked, data, web_of(data)), asked.dimension), lineage=object())


def _next(asked: Asked, data: Data, old: Stream) -> Stream:
    """Return a stream in which only the persons concerned are read again. Raises: CannotFollow."""
    if old.sources is None:
        raise CannotFollow("nothing to compare with")
    sources, dimension = _sources(asked, data, web_of(data)), asked.dimension
    persons = _concerned(old.sources, sources)
    before = old.of(persons)
    if not len(persons):
        return replace(old, sources=sources)
    mine, had = _rows(sources.of(persons), dimension), _rows(old.sources.of(persons), dimension)
    require_few(len(before) + len(mine.web), of=len(old.base))
    seen = _changed_counts(old.seen, had.seen(), mine.seen())
    told = _changed_counts(old.told, had.told(), mine.told())
    groups, places, folded = _folded(_sums(seen, told))
    if groups != old.groups or folded & (old.seen.keys() | old.told.keys()) - old.folded:
        raise CannotFollow("other groups")
    change = Change(old.number + 1, persons, before)
    own = merged(old.own.taken(~members(old.own.person, persons)), mine.touches(places))
    found = replace(
        old, folded=folded, seen=seen, told=told, sources=sources, own=own, restated=distinct(old.restated, persons),
        number=change.number, changes=(*old.changes, change)[-_MOST_STEPS:],
    )  # fmt: skip
    if len(own) > following.FEW + len(old.base) // _PART:
        return replace(found, base=found.touches, own=_NONE, restated=EMPTY)
    return found


def _concerned(old: Sources, new: Sources) -> Ints:
    """Return whose touches may be others than they were. Raises: CannotFollow."""
    if isinstance(old.web, WebTouches) or isinstance(new.web, WebTouches):
        raise CannotFollow("touches were read in full")
    origins = _changed_origins(old.origins, new.origins)
    names = ("id", "person", "created_at", "origin")
    was, now = changed_rows([old.leads[name] for name in names], [new.leads[name] for name in names])
    now = now | members(new.leads["origin"], origins)
    codes = {name: code for code, name in enumerate((CALL, VISIT, AGENCY))}
    worked = [(one.person, one.at, np.array([codes[name] for name in one.label], np.int64))
              for one in (old.worked, new.worked)]  # fmt: skip
    gone, fresh = unmatched(*worked)
    return distinct(
        new.web.concerned(old.web), new.web.persons_of_origins(origins), old.leads["person"][was],
        new.leads["person"][now], old.worked.person[gone], new.worked.person[fresh],
    )  # fmt: skip


def _changed_origins(old: pa.Table, new: pa.Table) -> Ints:
    """Return the origins that are new, gone or say something else, in order."""
    was, now = ints(old, "origin_id"), ints(new, "origin_id")
    both, at_old, at_new = np.intersect1d(was, now, assume_unique=True, return_indices=True)
    differs = np.zeros(len(both), bool)
    for name in old.column_names[1:]:
        pair = [rows[name].take(pa.array(places)).fill_null("") for rows, places in ((old, at_old), (new, at_new))]
        nulls = [rows[name].take(pa.array(places)).is_null() for rows, places in ((old, at_old), (new, at_new))]
        differs |= np.asarray(pc.or_(pc.not_equal(*pair), pc.not_equal(*nulls)))
    return distinct(np.setxor1d(was, now, assume_unique=True), both[differs])


@dataclass(frozen=True, slots=True)
class Rows:
    """Touches of the sites and steps, and the name of each origin."""

    web: WebTouches
    steps: Steps
    labels: Mapping[int, str]

    def seen(self) -> dict[str, int]:
        """Return the touches of the sites by name."""
        counts: dict[str, int] = {}
        for origin, count in zip(*_counted(self.web.origin), strict=True):
            name = self.labels.get(int(origin), NOT_SET)
            counts[name] = counts.get(name, 0) + int(count)
        return counts

    def told(self) -> dict[str, int]:
        """Return the steps by name."""
        return dict(Counter(self.steps.label.tolist()))

    def touches(self, places: Mapping[str, int]) -> Touches:
        """Return all of them in order, each with the place of its name."""
        web, steps = self.web, self.steps
        found = _counted(web.origin)[0]
        place = np.array([places[self.labels.get(int(one), NOT_SET)] for one in found], np.int64)
        group = _in_order(web, lookup(found, place, web.origin))
        lo, hi = span(web, steps.person)
        where = bisect(web.at, lo, hi, steps.at)
        own = np.array([places[name] for name in steps.label], np.int64)
        return Touches(
            np.insert(web.person, where, steps.person), np.insert(web.at, where, steps.at),
            np.insert(group, where, own).astype(np.int32),
        )  # fmt: skip


def _stream(sources: Sources, dimension: Dimension) -> Stream:
    web = sources.web.whole() if isinstance(sources.web, Web) else sources.web
    rows = _rows(replace(sources, web=web), dimension)
    seen, told = rows.seen(), rows.told()
    groups, places, folded = _folded(_sums(seen, told))
    return Stream(groups, folded, rows.touches(places), seen, told, sources)


def _rows(sources: Sources, dimension: Dimension) -> Rows:
    """Return the rows of everything that is told."""
    if isinstance(sources.web, Web):
        raise TypeError("touches of a base are taken before")
    labels = labels_of(dimension, sources.origins)
    return Rows(sources.web, steps_of(sources.web, sources.leads, sources.origins, labels, sources.worked), labels)


def _sources(asked: Asked, data: Data, web: Web | WebTouches) -> Sources:
    origins = table("origins")
    names = ("origin_id", "channel", "source", "medium", "campaign", "creative")
    leads, nothing = lead_columns(data), Steps(EMPTY, EMPTY, np.empty(0, object))
    worked = joined_steps(worked_steps(data, leads)) if asked.steps else nothing
    return Sources(web, data.rows(origins.select(*names).order_by("origin_id")), leads, worked)


def _in_order(web: WebTouches, group: Ints) -> Ints:
    """Return the groups with those of touches that nothing else tells apart in the order of their names."""
    if not len(group):
        return group
    follows = (
        (web.person[1:] == web.person[:-1]) & (web.at[1:] == web.at[:-1]) & (web.sequence[1:] == web.sequence[:-1])
    )
    follows = np.concatenate(([False], follows))
    tied = np.flatnonzero(follows | np.append(follows[1:], False))
    run = np.cumsum(~follows)[tied]
    group = group.copy()
    group[tied] = group[tied][np.lexsort((group[tied], run))]
    return group


def _folded(counts: Mapping[str, int]) -> tuple[tuple[str, ...], dict[str, int], frozenset[str]]:
    """Return the sorted names, the place of each name among them, and the names folded into "(other)"."""
    by_size = sorted(counts, key=lambda name: (-counts[name], name))
    large = set(by_size[:MOST_GROUPS])
    folded = frozenset(counts) - large
    groups = tuple(sorted(large | ({OTHER} if folded else set())))
    place = {name: number for number, name in enumerate(groups)}
    return groups, {name: place[name if name in large else OTHER] for name in counts}, folded


def _sums(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    return {name: some.get(name, 0) + others.get(name, 0) for name in some.keys() | others.keys()}


def _changed_counts(old: Mapping[str, int], gone: Mapping[str, int], fresh: Mapping[str, int]) -> dict[str, int]:
    """Return counts without those that are gone and with fresh ones; what nothing is left of is left out."""
    found = _sums(_sums(old, fresh), {name: -count for name, count in gone.items()})
    return {name: count for name, count in found.items() if count}


def _counted(origin: Ints) -> tuple[Ints, Ints]:
    """Return the different origins in order and how often each stands there."""
    if len(origin) and int(origin.max()) < max(len(origin), _DENSE) and int(origin.min()) >= UNKNOWN:
        counts = np.bincount(origin - UNKNOWN)
        found = np.flatnonzero(counts)
        return found + UNKNOWN, counts[found]
    return np.unique(origin, return_counts=True)


def _columns(touches: Touches) -> tuple[Ints, Ints, NDArray[np.int32]]:
    return touches.person, touches.at, touches.group
