"""The touches of all sites by person at the present version: a base, and what has become different since."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np

from onegoal.apps.attribution.queries.columns import EMPTY, UNKNOWN, bisect, ints, lookup, moments, unmatched
from onegoal.apps.attribution.queries.data import Data, kept
from onegoal.apps.attribution.queries.following import CannotFollow, followers
from onegoal.apps.attribution.queries.web_base import (
    Base,
    WebTouches,
    base_of,
    identities_in,
    nobody,
    renew_base,
    ties,
    touches_in,
)
from onegoal.apps.facts.engine import lake
from onegoal.attribution.marts.merging import distinct, members, spread
from onegoal.core.attribution.journeys import Ints
from onegoal.metrics.tables import table
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import LakeFile, Manifest

MOST_WORK = 1 << 18
"""Touches and identities read beside a base before a new one is made; of long histories a sixteenth."""
_TIMES = 2


@dataclass(frozen=True, slots=True)
class Web:
    """Touches by person: those of the base without the places that are `gone`, and those `added`, both in order.

    `work` is how many rows were read to tell what is different.
    """

    base: Base
    gone: Ints
    added: WebTouches
    work: int

    @property
    def nbytes(self) -> int:
        """Memory of its own: the base is shared by all processes."""
        return self.gone.nbytes + self.added.nbytes

    @property
    def is_far(self) -> bool:
        """Whether a new base would save work."""
        return self.work > max(MOST_WORK, len(self.base.touches) // 16)

    def of(self, persons: Ints) -> WebTouches:
        """Return the touches of some persons, who are sorted."""
        held = self.base.touches
        first = np.searchsorted(held.person, persons)
        places = spread(first, np.searchsorted(held.person, persons, side="right") - first)
        kept = held.taken(places[~members(places, self.gone)])
        return kept.merged(self.added.taken(members(self.added.person, persons)))

    def whole(self) -> WebTouches:
        """Return the touches of everybody."""
        held, added = self.base.touches, self.added
        if not len(self.gone) and not len(added):
            return held
        kept = WebTouches(*(np.delete(column, self.gone) for column in held.columns))
        where = _after(kept, added)
        pairs = zip(kept.columns, added.columns, strict=True)
        found = WebTouches(*(np.insert(column, where, extra) for column, extra in pairs))
        tied, order = ties(found)
        for column in (found.sequence, found.origin):
            column[tied] = column[tied][order]
        return found

    def persons_of_origins(self, origins: Ints) -> Ints:
        """Return everybody who was ever touched by some origins, who are sorted."""
        if not len(origins):
            return EMPTY
        held = self.base.touches
        mine = held.person[np.isin(held.origin, origins)]
        return distinct(mine, self.added.person[members(self.added.origin, origins)])

    def concerned(self, before: Web) -> Ints:
        """Return whose touches are others than they were. Raises: CannotFollow when the bases differ."""
        if before.base.name != self.base.name:
            raise CannotFollow("another base")
        was, now = unmatched(before.added.columns, self.added.columns)
        places = np.setxor1d(before.gone, self.gone, assume_unique=True)
        return distinct(self.base.touches.person[places], before.added.person[was], self.added.person[now])


def web_of(data: Data) -> Web:
    """Return the touches of the present version. Raises: CannotFollow when they can only be read in full."""
    place, manifest = lake(), data.manifest

    def step(old: Web) -> Web:
        # A process keeps its base for a while after there is a newer one, so that what it has computed can follow.
        found = _web(place, old.base, manifest)
        if found.work > _TIMES * max(MOST_WORK, len(old.base.touches) // 16):
            raise CannotFollow("the base is too old")
        return found

    state = data.state("touches", "identities")
    return followers.follow(("web", str(place.directory)), state, lambda: _first(place, manifest), step)


def renew_when_far(data: Data) -> None:
    """Read the present version once for all processes, and again when much has become different since."""
    place, manifest = lake(), data.manifest

    def looked_at() -> bool:
        try:
            web = _web(place, base_of(place, manifest), manifest)
            if web.is_far:
                renew_base(place, manifest, instead_of=web.base.name)
        except CannotFollow:
            return False  # whoever asks reads in full
        return True

    state = data.state("touches", "identities")
    followers.follow(("far", str(place.directory)), state, looked_at, lambda _: looked_at())


def web_touches(data: Data) -> WebTouches:
    """Return the touches of the sites by person, read in full."""
    state, names = data.state("touches", "identities"), ("person", "at", "sequence", "origin")

    def shared() -> WebTouches:
        return WebTouches(
            *data.source.answers.remember_columns("web touches", state, names, lambda: _web_columns(data))
        )

    return kept.remember(("web", state), shared)


def _web_columns(data: Data) -> tuple[Ints, ...]:
    touches, identities = table("touches"), table("identities").select("identity", known="person_id")
    mine = touches.filter(touches.visitor.notnull()).select("visitor", "at", "sequence", "origin_id")
    met = mine.left_join(identities, mine.visitor == identities.identity)
    # Half of all hashes are negative already; the others are turned round, so that no visitor looks like a person.
    unknown = ibis.ifelse(met.visitor < 0, met.visitor, -1 - met.visitor)
    wanted = met.select(
        person=ibis.coalesce(met.known, unknown), at=met["at"], sequence=met["sequence"].fill_null(0),
        origin=met.origin_id.fill_null(UNKNOWN),
    )  # fmt: skip
    rows = data.many_rows(wanted.order_by("person", "at", "sequence", "origin"))
    return ints(rows, "person"), moments(rows, "at"), ints(rows, "sequence"), ints(rows, "origin")


def _first(place: Lake, manifest: Manifest) -> Web:
    web = _web(place, base_of(place, manifest), manifest)
    if web.work > _TIMES * max(MOST_WORK, len(web.base.touches) // 16):
        web = _web(place, renew_base(place, manifest, instead_of=web.base.name), manifest)
    return web


def _web(place: Lake, base: Base, manifest: Manifest) -> Web:
    """Return a version as what is different from a base."""
    files, known = manifest.files("touches"), manifest.files("identities")
    gone, fresh, read = _changed_touches(place, base, files)
    told, owners, looked_at = _changed_identities(place, base, known)
    gone, moved = _moved(base, gone, told, owners)
    visitor, at, sequence, origin = (np.concatenate(pair) for pair in zip(fresh, moved, strict=True))
    added = WebTouches(_owner(base, visitor, told, owners), at, sequence, origin)
    added = added.taken(np.lexsort(added.columns[::-1]))
    return Web(base, gone, added, read + looked_at)


def _changed_touches(place: Lake, base: Base, files: tuple[LakeFile, ...]) -> tuple[Ints, tuple[Ints, ...], int]:
    """Return the places of touches that are no more, (visitor, at, sequence, origin) of new ones, and rows compared.

    A touch that only moved to another file, because files were merged or written again, is neither.
    """
    present, had = {file.name for file in files}, set(base.touch_files)
    is_gone = np.array([name not in present for name in base.touch_files], bool)
    gone = np.flatnonzero(is_gone[base.file]) if is_gone.any() else EMPTY
    parts = touches_in(place, [file for file in files if file.name not in had])
    fresh = tuple(np.concatenate([EMPTY, *(part[column] for part in parts)]) for column in range(4))
    read = len(gone) + len(fresh[0])
    if len(gone) and len(fresh[0]):
        held = base.touches
        old = (base.visitor[gone], held.at[gone], held.sequence[gone], held.origin[gone])
        was, now = unmatched(old, fresh)
        gone, fresh = gone[was], tuple(column[now] for column in fresh)
    return gone, fresh, read


def _changed_identities(place: Lake, base: Base, files: tuple[LakeFile, ...]) -> tuple[Ints, Ints, int]:
    """Return the identities that may have another person now, in order, their persons (UNKNOWN), and rows compared."""
    present, had, known = {file.name for file in files}, set(base.identity_files), base.identities
    is_gone = np.array([name not in present for name in base.identity_files], bool)
    was = np.flatnonzero(is_gone[known.file]) if is_gone.any() else EMPTY
    parts = identities_in(place, [file for file in files if file.name not in had])
    now = [np.concatenate([EMPTY, *(part[column] for part in parts)]) for column in range(2)]
    before, after = unmatched((known.identity[was], known.person[was]), now)
    # Only of what is not as it was: most of a file that was written again is.
    told = distinct(known.identity[was[before]], now[0][after])
    order = np.argsort(now[0][after])
    identity, person = now[0][after][order], now[1][after][order]
    stays = lookup(known.identity, np.arange(len(known.identity)), identity)
    stays = (stays != UNKNOWN) & ~members(stays, was[before])
    if stays.any() or np.any(identity[1:] == identity[:-1]):
        raise CannotFollow("an identity belongs to several persons")
    return told, lookup(identity, person, told), len(was) + len(now[0])


def _moved(base: Base, gone: Ints, told: Ints, owners: Ints) -> tuple[Ints, tuple[Ints, ...]]:
    """Return the places that are gone with those of touches whose visitor is somebody else now, and these touches."""
    held, known = base.touches, base.identities
    before, after = lookup(known.identity, known.person, told), owners
    before, after = np.where(before == UNKNOWN, nobody(told), before), np.where(after == UNKNOWN, nobody(told), after)
    persons, visitors = distinct(before[before != after]), told[before != after]
    first = np.searchsorted(held.person, persons)
    places = spread(first, np.searchsorted(held.person, persons, side="right") - first)
    places = places[members(base.visitor[places], visitors) & ~members(places, gone)]
    touches = (base.visitor[places], held.at[places], held.sequence[places], held.origin[places])
    return distinct(gone, places), touches


def _owner(base: Base, visitor: Ints, told: Ints, owners: Ints) -> Ints:
    """Return the person of each visitor, nobody's number where there is none."""
    known = base.identities
    person = lookup(known.identity, known.person, visitor)
    person = np.where(members(visitor, told), lookup(told, owners, visitor), person)
    return np.where(person == UNKNOWN, nobody(visitor), person)


def _after(kept: WebTouches, added: WebTouches) -> Ints:
    """Return the place of each added touch: after those of its person that are not later."""
    lo, hi = (np.searchsorted(kept.person, added.person, side) for side in ("left", "right"))
    return bisect(kept.at, lo, hi, added.at)
