"""The mart: journeys of a long history on disk, to which a new day is added in proportion to the new day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from onegoal.attribution.marts import closed, merging, opened, people, touch_runs
from onegoal.attribution.marts.changes import ChangeRefused, Changes, changed
from onegoal.attribution.marts.closed import Owned
from onegoal.attribution.marts.cut import closed_journeys, open_touches, ordered
from onegoal.attribution.marts.files import Columns
from onegoal.attribution.marts.loading import first_parts
from onegoal.attribution.marts.manifest import KINDS, Manifest, MartFolder, MartSettings, Opened, Part
from onegoal.attribution.marts.merging import distinct, members, newest_to_merge
from onegoal.attribution.marts.opened import Alphabet, OpenCounts
from onegoal.attribution.marts.people import People
from onegoal.attribution.marts.reading import Reading
from onegoal.attribution.marts.touch_runs import TouchRows, TouchRun
from onegoal.attribution.scan import THREADS
from onegoal.core.attribution.cutting import Touches
from onegoal.core.attribution.journeys import Ints

_TRIES = 20
_UNKNOWN_TOUCHES = "Touches to be taken away are not held."


class MartDiffers(ValueError):
    """A mart was opened with other settings than it was built for."""


class JourneyMart:
    """A folder with the journeys of one dimension of groups and one kind of conversion.

    Any number of processes read; one at a time writes. A reader keeps the version it has taken.
    """

    def __init__(self, folder: MartFolder, settings: MartSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._seen: tuple[tuple[int, int, int], Reading] | None = None

    @classmethod
    def open(cls, directory: Path, settings: MartSettings | None = None) -> JourneyMart:
        """Open a mart, or an empty one where there is none. Raises: MartDiffers."""
        folder = MartFolder(directory)
        manifest = folder.manifest()
        if manifest is not None and settings is not None and manifest.settings != settings:
            raise MartDiffers(f"{directory} was built for {manifest.settings}")
        return cls(folder, manifest.settings if manifest else settings or MartSettings())

    @property
    def version(self) -> int:
        """The number of the present version, 0 while nothing was written."""
        return self.reading().version

    def reading(self) -> Reading:
        """Return the present version, the same object until there is a newer one."""
        for _ in range(_TRIES):
            mark = self._folder.mark()
            if self._seen and self._seen[0] == mark:
                return self._seen[1]
            manifest = self._manifest()
            try:
                found = Reading(manifest, self._folder.opened(manifest))
            except FileNotFoundError:
                continue
            if mark is not None:
                self._seen = (mark, found)
            return found
        raise FileNotFoundError(f"files of {self._folder.directory} are missing")

    def update(self, changes: Changes) -> int:
        """Write a new version in which only the people concerned were cut anew. Returns its number.

        Raises: ChangeRefused, and the mart stays as it was.
        """
        with self._folder.writing():
            manifest = self._manifest()
            if changes.is_empty and changes.ends_at in (None, manifest.ends_at):
                return manifest.version
            self._folder.sweep(manifest)
            parts = self._folder.opened(manifest)
            added = _Update(manifest, parts, changes).columns()
            names = added.names
            ends_at = changes.ends_at if changes.ends_at is not None else max(manifest.ends_at, changes.latest())
            following = replace(manifest, version=manifest.version + 1, groups=names, ends_at=ends_at)
            for kind, columns in added.parts.items():
                following = self._with_part(following, parts, kind, columns)
            self._folder.commit(following)
            self._folder.sweep(following)
            return following.version

    def tidy(self) -> int:
        """Merge parts that updates left because they were too large to be merged by the way. Returns parts merged."""
        with self._folder.writing():
            manifest = self._manifest()
            parts, merged = self._folder.opened(manifest), 0
            for kind in KINDS:
                count = newest_to_merge([part.rows for part in manifest.parts[kind]], limit=None)
                if count:
                    manifest = self._merged(manifest, parts, kind, count)
                    merged += count
            if merged:
                manifest = replace(manifest, version=manifest.version + 1)
                self._folder.commit(manifest)
            self._folder.sweep(manifest)
            return merged

    def _manifest(self) -> Manifest:
        return self._folder.manifest() or Manifest(self._settings)

    def _with_part(self, manifest: Manifest, parts: Opened, kind: str, columns: Columns) -> Manifest:
        """Return the manifest with one more part, written alone or together with others that are as small."""
        rows = _ROWS[kind](columns)
        if not rows:
            return manifest
        sizes = [*(part.rows for part in manifest.parts[kind]), rows]
        count = newest_to_merge(sizes, limit=merging.AT_ONCE)
        parts[kind].append(dict(columns))
        with_it = {**manifest.parts, kind: (*manifest.parts[kind], Part("", rows))}
        if count:
            return self._merged(replace(manifest, parts=with_it), parts, kind, count)
        with_it[kind] = (*manifest.parts[kind], self._folder.write(kind, rows, columns))
        return replace(manifest, parts=with_it)

    def _merged(self, manifest: Manifest, parts: Opened, kind: str, count: int) -> Manifest:
        """Return the manifest with the newest parts of a kind as one."""
        with_oldest = count == len(manifest.parts[kind])
        columns = _MERGED[kind](parts[kind][-count:], with_oldest)
        part = self._folder.write(kind, _ROWS[kind](columns), columns)
        return replace(manifest, parts={**manifest.parts, kind: (*manifest.parts[kind][:-count], part)})


_ROWS: dict[str, Callable[[Columns], int]] = {
    "touches": lambda part: len(part["at"]) + len(part["restated"]),
    "people": lambda part: len(part["identity"]),
    "closed": lambda part: len(part["age"]) + len(part["at"]) + len(part["restated"]),
    "open": opened.rows_in,
}
_MERGED: dict[str, Callable[[list[Any], bool], Columns]] = {
    "touches": lambda parts, oldest: touch_runs.merged([TouchRun(part) for part in parts], with_oldest=oldest),
    "people": lambda parts, oldest: people.merged(parts, with_oldest=oldest),
    "closed": lambda parts, oldest: closed.merged(parts, with_oldest=oldest),
    "open": lambda parts, oldest: opened.merged(parts),
}


@dataclass(frozen=True, slots=True)
class _Added:
    """What an update adds to each kind, and the groups known after it, in order of arrival."""

    names: tuple[str, ...]
    parts: dict[str, Columns]


class _Update:
    """One change of a mart, from the parts there are to the parts to be added."""

    def __init__(self, manifest: Manifest, parts: Opened, changes: Changes) -> None:
        self._settings = manifest.settings
        self._runs = [TouchRun(part) for part in parts["touches"]]
        self._closed = parts["closed"]
        self._changes = changes
        self._before = People(parts["people"])
        known = changes.known
        self._told = people.people_columns(np.asarray(known.identity, np.int64), np.asarray(known.person, np.int64))
        self._after = self._before.with_run(self._told) if len(known.identity) else self._before
        names = list(manifest.groups)
        codes = {name: code for code, name in enumerate(names)}

        def code_of(name: str) -> int:
            if name not in codes:
                codes[name] = len(names)
                names.append(name)
            return codes[name]

        self._added = changes.touches.coded(code_of)
        self._gone = changes.gone.coded(code_of)
        if len(names) > min(touch_runs.MOST_GROUPS, opened.most_groups(self._settings)):
            raise ChangeRefused("too_many_groups", f"A mart that counts these steps cannot hold {len(names)} groups.")
        self._alphabet = Alphabet.of(tuple(names))

    def columns(self) -> _Added:
        """Return what is added. Raises: ChangeRefused."""
        if not self._runs and not self._closed:
            return self._first()
        touched = self._changes.identities()
        persons = distinct(self._before.persons_of(touched), self._after.persons_of(touched))
        identities = self._identities(persons)
        held = touch_runs.found_in(self._runs, identities)
        had = closed.conversions_of(self._closed, persons)
        kept = self._kept(held)
        now = changed(had, self._changes)
        now = now.of(self._after.persons_of(now.owner))
        had = had.of(had.conversions.person)
        counts = OpenCounts(self._settings, self._alphabet, touches=len(held) + len(self._added))
        after = self._count(counts, held, kept, had, now)
        journeys = closed_journeys(after, now, self._settings.rule, self._alphabet)
        restated = distinct(had.conversions.person, now.conversions.person)
        return _Added(
            self._alphabet.names,
            {
                "touches": self._run(held, kept),
                "people": self._told,
                "closed": closed.closed_columns(journeys, now.owner, restated),
                "open": counts.columns(),
            },
        )

    def _first(self) -> _Added:
        """Return what is added to a mart that holds neither touches nor conversions."""
        if len(self._gone):
            raise ChangeRefused("unknown_touches", _UNKNOWN_TOUCHES)
        owned = changed(Owned.joined(()), self._changes)
        owned = owned.of(self._after.persons_of(owned.owner))
        parts = first_parts(self._added, owned, self._after, self._settings, self._alphabet)
        return _Added(self._alphabet.names, {**parts, "people": self._told})

    def _identities(self, persons: Ints) -> Ints:
        before = self._before.identities_of(persons)
        return before if self._after is self._before else distinct(before, self._after.identities_of(persons))

    def _kept(self, held: TouchRows) -> np.ndarray:
        """Return which of the touches held stay. Raises: ChangeRefused."""
        if not len(self._gone):
            return np.ones(len(held), bool)
        places = touch_runs.places_of(held, self._gone)
        if places is None:
            raise ChangeRefused("unknown_touches", _UNKNOWN_TOUCHES)
        kept = np.ones(len(held), bool)
        kept[places] = False
        return kept

    def _count(self, counts: OpenCounts, held: TouchRows, kept: np.ndarray, had: Owned, now: Owned) -> Touches:
        """Count what was open with its sign turned and what is open now; return the touches there are now, in order."""
        rows = TouchRows.joined([held, self._added])
        was, stays = np.ones(len(rows), bool), np.ones(len(rows), bool)
        was[len(held) :] = False
        stays[: len(held)] = kept
        after = ordered(rows, self._after.persons_of(rows.identity), self._alphabet)
        if self._after is self._before:
            before = after.taken(was)
        else:
            before = ordered(held, self._before.persons_of(held.identity), self._alphabet).touches
        now_touches = after.taken(stays)
        with ThreadPoolExecutor(THREADS) as pool:
            as_they_were = pool.submit(self._counted, before, had, -1)
            counts.merge(self._counted(now_touches, now, 1))
            counts.merge(as_they_were.result())
        return now_touches

    def _counted(self, touches: Touches, owned: Owned, sign: int) -> OpenCounts:
        counts = OpenCounts(self._settings, self._alphabet, touches=len(touches))
        counts.add(open_touches(touches, owned.conversions), sign)
        return counts

    def _run(self, held: TouchRows, kept: np.ndarray) -> Columns:
        """Return the run of new touches; identities that lost some are told whole."""
        restated = distinct(self._gone.identity)
        again = held.taken(kept & members(held.identity, restated))
        rows = TouchRows.joined([again, self._added])
        return touch_runs.run_columns(rows.taken(np.argsort(rows.identity, kind="stable")), restated=restated)
