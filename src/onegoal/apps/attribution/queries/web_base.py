"""The touches of all sites by person as they were at one version, on disk: what later versions are told apart from."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onegoal.apps.attribution.queries.columns import EMPTY, UNKNOWN, Mask, ints, lookup, moments
from onegoal.apps.attribution.queries.following import CannotFollow
from onegoal.attribution.marts.files import read_columns, write_columns
from onegoal.attribution.marts.manifest import MartFolder
from onegoal.core.attribution.journeys import Ints
from onegoal.core.memory import Memory
from onegoal.warehouse.durable import sync_folder, write_synced
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import LakeFile, Manifest

FOLDER = Path("attribution", "web")
"""Where it lies in the warehouse: deeper than the files that the lake sweeps."""
_NAME = "present.json"
_MOST_FILE_BYTES = 100_000_000

_read = Memory(most_size=_MOST_FILE_BYTES, size_of=lambda columns: sum(column.nbytes for column in columns))


_mapped: dict[Path, Base] = {}
"""The base of each warehouse that this process has found to be whole."""


@dataclass(frozen=True, slots=True)
class WebTouches:
    """Touches of the warehouse sorted by (person, at, sequence, origin); a visitor nobody knows is a negative person."""

    person: Ints
    at: Ints
    sequence: Ints
    origin: Ints

    def __len__(self) -> int:
        return len(self.person)

    @property
    def columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """The columns in the order by which they are sorted."""
        return self.person, self.at, self.sequence, self.origin

    @property
    def nbytes(self) -> int:
        """Memory it takes."""
        return 4 * self.person.nbytes

    def taken(self, places: Mask | Ints) -> WebTouches:
        """Return the touches in these places."""
        return WebTouches(*(column[places] for column in self.columns))

    def merged(self, others: WebTouches) -> WebTouches:
        """Return these and a few others, in order."""
        columns = [np.concatenate(pair) for pair in zip(self.columns, others.columns, strict=True)]
        return WebTouches(*columns).taken(np.lexsort(columns[::-1]))


@dataclass(frozen=True, slots=True)
class Identities:
    """Which person each identity belongs to, sorted by identity; `file` is the place of its file in the base."""

    identity: Ints
    person: Ints
    file: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Base:
    """Touches with the visitor and the file of each, and the identities they were joined with.

    `touch_files` and `identity_files` are the names of the files it was read from; `name` is its own.
    """

    name: str
    touches: WebTouches
    visitor: Ints
    file: NDArray[np.int32]
    identities: Identities
    touch_files: tuple[str, ...]
    identity_files: tuple[str, ...]


def base_of(lake: Lake, manifest: Manifest) -> Base:
    """Return the base on disk, or one read from this version and left there. Raises: CannotFollow."""
    found = _opened(lake)
    return found if found is not None else renew_base(lake, manifest, instead_of=None)


def renew_base(lake: Lake, manifest: Manifest, *, instead_of: str | None) -> Base:
    """Write a base from this version unless another process has done so meanwhile; return the present one.

    `instead_of` is the name of the base that has become too old. Raises: CannotFollow.
    """
    folder = MartFolder(lake.directory / FOLDER)
    with folder.writing():
        found = _opened(lake)
        if found is not None and found.name != instead_of:
            return found
        base = _read_from(lake, manifest)
        _write(folder.directory, base)
    return base


def touches_in(lake: Lake, files: Sequence[LakeFile]) -> list[tuple[Ints, ...]]:
    """Return (visitor, at, sequence, origin) of each file. Raises: CannotFollow when one cannot be read."""
    return [_columns(lake, "touches", file) for file in files]


def identities_in(lake: Lake, files: Sequence[LakeFile]) -> list[tuple[Ints, ...]]:
    """Return (identity, person) of each file. Raises: CannotFollow when one cannot be read."""
    return [_columns(lake, "identities", file) for file in files]


def nobody(visitor: Ints) -> Ints:
    """Return who visitors are whom nobody knows: half of all hashes are negative already, the others are turned round."""
    return np.where(visitor < 0, visitor, -1 - visitor)


def ties(touches: WebTouches) -> tuple[Ints, Ints]:
    """Return the places of touches of one person and moment, and how they stand in order among themselves."""
    follows = np.zeros(len(touches), bool)
    follows[1:] = (touches.person[1:] == touches.person[:-1]) & (touches.at[1:] == touches.at[:-1])
    tied = np.flatnonzero(follows | np.append(follows[1:], False)) if len(touches) else EMPTY
    order = np.lexsort((touches.origin[tied], touches.sequence[tied], np.cumsum(~follows)[tied]))
    return tied, order


def _columns(lake: Lake, table: str, file: LakeFile) -> tuple[Ints, ...]:
    return _read.remember((str(lake.directory), file.name), lambda: _columns_once(lake, table, file))


def _columns_once(lake: Lake, table: str, file: LakeFile) -> tuple[Ints, ...]:
    try:
        if table == "touches":
            return _touch_columns(lake.read_file(table, file, ["visitor", "at", "sequence", "origin_id"]))
        return _identity_columns(lake.read_file(table, file, ["identity", "person_id"]))
    except (OSError, pa.ArrowException) as error:
        raise CannotFollow(f"{file.name} cannot be read") from error


def _touch_columns(rows: pa.Table) -> tuple[Ints, ...]:
    rows = rows.filter(rows["visitor"].is_valid())
    return ints(rows, "visitor"), moments(rows, "at"), ints(rows, "sequence", 0), ints(rows, "origin_id")


def _identity_columns(rows: pa.Table) -> tuple[Ints, ...]:
    rows = rows.drop_null()
    return ints(rows, "identity"), ints(rows, "person_id")


def _joined(parts: Sequence[tuple[Ints, ...]], width: int) -> tuple[list[Ints], NDArray[np.int32]]:
    """Return the columns of all files, and the file of each row."""
    columns = [np.concatenate([EMPTY, *(part[place] for part in parts)]) for place in range(width)]
    return columns, np.repeat(np.arange(len(parts), dtype=np.int32), [len(part[0]) for part in parts])


def _read_from(lake: Lake, manifest: Manifest) -> Base:
    files, known = manifest.files("touches"), manifest.files("identities")
    (identity, owner), file = _joined(identities_in(lake, known), 2)
    order = np.argsort(identity)
    identities = Identities(identity[order], owner[order], file[order])
    if np.any(identities.identity[1:] == identities.identity[:-1]):
        raise CannotFollow("an identity belongs to several persons")
    # Not through the memory of files: those of a whole history would push out everything else.
    (visitor, at, sequence, origin), file = _joined([_columns_once(lake, "touches", one) for one in files], 4)
    person = lookup(identities.identity, identities.person, visitor)
    person = np.where(person == UNKNOWN, nobody(visitor), person)
    order = np.lexsort((at, person))
    touches, visitor, file = WebTouches(person, at, sequence, origin).taken(order), visitor[order], file[order]
    tied, order = ties(touches)
    for column in (touches.sequence, touches.origin, visitor, file):
        column[tied] = column[tied][order]
    names = (tuple(one.name for one in files), tuple(one.name for one in known))
    return Base(secrets.token_hex(8), touches, visitor, file, identities, *names)


def _write(directory: Path, base: Base) -> None:
    """Leave a base for all processes; a crash leaves the one before, or this one whole."""
    path = directory / f"{base.name}.columns"
    write_columns(path, _named_columns(base))
    told = {
        "name": base.name, "checksum": _checksum(path), "touches": base.touch_files, "identities": base.identity_files,
    }  # fmt: skip
    sync_folder(directory)
    write_synced(directory / _NAME, json.dumps(told).encode())
    for old in directory.glob("*.columns"):
        if old != path:
            old.unlink()  # whoever has mapped it reads on


def _checksum(path: Path) -> int:
    return zlib.crc32(np.memmap(path, np.uint8, mode="r"))  # type: ignore[arg-type]


def _named_columns(base: Base) -> dict[str, NDArray[np.integer]]:
    held, known = base.touches, base.identities
    return {
        "person": held.person, "at": held.at, "sequence": held.sequence, "origin": held.origin,
        "visitor": base.visitor, "file": base.file,
        "identity": known.identity, "known_person": known.person, "known_file": known.file,
    }  # fmt: skip


def _opened(lake: Lake) -> Base | None:
    """Map the base on disk; None where there is none or it is damaged."""
    directory = lake.directory / FOLDER
    try:
        told = json.loads((directory / _NAME).read_bytes())
        path = directory / f"{told['name']}.columns"
        if (known := _mapped.get(directory)) is not None and known.name == told["name"]:
            return known
        if _checksum(path) != told["checksum"]:
            return None
        held = read_columns(path)
        touches = WebTouches(*(held[name] for name in ("person", "at", "sequence", "origin")))
        identities = Identities(held["identity"], held["known_person"], held["known_file"])
        names = (tuple(told["touches"]), tuple(told["identities"]))
        base = Base(told["name"], touches, held["visitor"], held["file"], identities, *names)
        _mapped[directory] = base
        return base
    except (OSError, ValueError, KeyError, TypeError):
        return None
