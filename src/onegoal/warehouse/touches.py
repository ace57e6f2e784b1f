"""Touches come straight into the lake: each once for its key, changed ones in the place of the old."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import LakeFile

TouchFate = Literal["created", "updated", "unchanged"]
_Ints = NDArray[np.int64]


class TouchIntake:
    """Takes touches in; keeps the keys and digests of those already there in memory (16 bytes for each)."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._files: dict[str, tuple[_Ints, _Ints]] = {}
        self._merged: tuple[frozenset[str], _Ints, _Ints] = (frozenset(), _empty(), _empty())

    def take_in(self, rows: pa.Table, *, batch: str) -> list[TouchFate]:
        """Store rows of the touches table and return the fate of each, in order; the same row twice is stored once.

        `touch_key` says which touch a row is, `digest` stands for its content; both are the caller's.
        """
        with self._lake.exclusive():
            keys, digests = _column(rows, "touch_key"), _column(rows, "digest")
            known = self.digests_of(keys)
            fates, last = _fates(keys.tolist(), digests.tolist(), known)
            fresh = [place for key, place in last.items() if key not in known]
            changed = [place for key, place in last.items() if key in known and known[key] != digests[place]]
            if fresh:
                self._lake.append("touches", rows.take(sorted(fresh)), batch=batch)
            if changed:
                self._lake.replace_rows("touches", rows.take(sorted(changed)), key="touch_key", batch=batch)
            self._lake.compact("touches")
            return fates

    def digests_of(self, keys: _Ints) -> dict[int, int]:
        """Return the digest of each key that is already there."""
        found: dict[int, int] = {}
        for known, digests in self._indexes():
            places = np.searchsorted(known, keys)
            places[places == len(known)] = 0
            hits = known[places] == keys if len(known) else np.zeros(len(keys), dtype=bool)
            found.update(zip(keys[hits].tolist(), digests[places[hits]].tolist(), strict=True))
        return found

    def _indexes(self) -> list[tuple[_Ints, _Ints]]:
        """Return (sorted keys, their digests): one for most files, and one for each of a few recent ones."""
        files = {file.name: file for file in self._lake.manifest().files("touches")}
        merged, keys, digests = self._merged
        if not merged <= files.keys():
            merged, keys, digests = frozenset(), _empty(), _empty()
            self._files = {name: index for name, index in self._files.items() if name in files}
        recent = {name: self._index(file) for name, file in files.items() if name not in merged}
        if len(recent) > 16 or sum(len(k) for k, _ in recent.values()) > 500_000:
            keys, digests = _sorted(
                [keys, *(k for k, _ in recent.values())], [digests, *(d for _, d in recent.values())]
            )
            merged, recent = frozenset(files), {}
        self._merged, self._files = (merged, keys, digests), recent
        return [(keys, digests), *recent.values()]

    def _index(self, file: LakeFile) -> tuple[_Ints, _Ints]:
        if file.name not in self._files:
            rows = self._lake.read_file("touches", file, ["touch_key", "digest"])
            self._files[file.name] = _sorted([_column(rows, "touch_key")], [_column(rows, "digest")])
        return self._files[file.name]


def _fates(
    keys: Sequence[int], digests: Sequence[int], known: dict[int, int]
) -> tuple[list[TouchFate], dict[int, int]]:
    """Return the fate of each row in turn, and the place of the last row of each key."""
    now, fates, last = dict(known), [], {}
    for place, (key, digest) in enumerate(zip(keys, digests, strict=True)):
        fate: TouchFate = "created" if key not in now else "unchanged" if now[key] == digest else "updated"
        fates.append(fate)
        now[key], last[key] = digest, place
    return fates, last


def _column(rows: pa.Table, name: str) -> _Ints:
    return rows[name].to_numpy()


def _sorted(keys: list[_Ints], digests: list[_Ints]) -> tuple[_Ints, _Ints]:
    all_keys, all_digests = np.concatenate(keys), np.concatenate(digests)
    order = np.argsort(all_keys, kind="stable")
    return all_keys[order], all_digests[order]


def _empty() -> _Ints:
    return np.empty(0, dtype=np.int64)
