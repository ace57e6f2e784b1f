"""The manifest of a mart: which files count in the present version, and the folder that holds them."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from onegoal.attribution.marts.files import Columns, read_columns, write_columns
from onegoal.core.attribution.journeys import DAY, JourneyRule
from onegoal.warehouse.durable import FileLock, sync_folder, write_synced

KINDS = ("touches", "people", "closed", "open")
LONGEST_WINDOW = 365 * DAY


@dataclass(frozen=True, slots=True)
class MartSettings:
    """What a mart is built for: its rule with the longest window that will be asked for, and what is counted of open paths.

    orders: orders of the chain, 1 to 3.  coalitions: sets of groups.  buckets: all of it by random group of people,
    which intervals need.
    """

    rule: JourneyRule = field(default_factory=lambda: JourneyRule(LONGEST_WINDOW))
    orders: tuple[int, ...] = (1, 2, 3)
    coalitions: bool = True
    buckets: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One file and how many rows it holds."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One version: the parts of each kind, oldest first; groups in order of arrival; how far the data goes."""

    settings: MartSettings
    version: int = 0
    groups: tuple[str, ...] = ()
    ends_at: int = 0
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=lambda: dict.fromkeys(KINDS, ()))

    def names(self) -> set[str]:
        """Return the names of all files."""
        return {part.name for parts in self.parts.values() for part in parts}

    def dumped(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def loaded(cls, content: bytes) -> Manifest:
        """Return what `dumped` wrote."""
        told: dict[str, Any] = json.loads(content)
        settings = told["settings"]
        return cls(
            MartSettings(**{**settings, "rule": JourneyRule(**settings["rule"]), "orders": tuple(settings["orders"])}),
            told["version"],
            tuple(told["groups"]),
            told["ends_at"],
            {kind: tuple(Part(**part) for part in parts) for kind, parts in told["parts"].items()},
        )


Opened = dict[str, list[dict[str, NDArray[Any]]]]
"""The columns of every part of a version, by kind, oldest first."""


class MartFolder:
    """The folder of a mart: one writer at a time under a lock; readers open all files of one manifest, or try again."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory).resolve()
        self._path = self.directory / "manifest.json"
        self._lock = FileLock(self.directory / "writer.lock")

    def mark(self) -> tuple[int, int, int] | None:
        """Return what changes with every version, without reading anything; None before the first."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def manifest(self) -> Manifest | None:
        """Return the present version."""
        try:
            return Manifest.loaded(self._path.read_bytes())
        except FileNotFoundError:
            return None

    def opened(self, manifest: Manifest) -> Opened:
        """Map every file of a version. Raises: FileNotFoundError when a writer has removed one meanwhile."""
        return {
            kind: [read_columns(self.directory / part.name) for part in parts] for kind, parts in manifest.parts.items()
        }

    def writing(self) -> contextlib.AbstractContextManager[None]:
        """Be the only writer inside the block."""
        return self._lock.held()

    def write(self, kind: str, rows: int, columns: Columns) -> Part:
        """Write a part that no manifest names yet."""
        part = Part(f"{kind}-{secrets.token_hex(8)}.columns", rows)
        write_columns(self.directory / part.name, columns)
        return part

    def commit(self, manifest: Manifest) -> None:
        """Make a version the present one: a crash leaves the one before or this one, whole."""
        sync_folder(self.directory)
        write_synced(self._path, manifest.dumped())

    def sweep(self, manifest: Manifest) -> None:
        """Unlink files that the present version does not name; whoever has mapped them reads on."""
        named = manifest.names()
        for path in self.directory.glob("*.columns"):
            if path.name not in named:
                path.unlink()
