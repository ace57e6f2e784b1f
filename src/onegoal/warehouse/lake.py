"""The lake: immutable Parquet files and the manifest that says which of them count; written by many, read without locks."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onegoal.warehouse.durable import FileLock, write_synced
from onegoal.warehouse.manifest import LakeFile, Manifest, span_of
from onegoal.warehouse.schemas import arrow_schema

LEASE = dt.timedelta(minutes=10)
"""How long a file that no longer counts stays readable for questions that began before."""
SMALL_FILE_ROWS = 100_000
MOST_SMALL_FILES = 64

Chunk = tuple[str, int]
"""A table and the number of one of its chunks."""


class LakeDamaged(RuntimeError):
    """The manifest itself cannot be read."""


class Lake:
    """Every change makes a new version under a lock; a reader takes one manifest and reads its files, whatever happens.

    A file is written under another name, synced, renamed, its folder synced, and only then named by a new manifest.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory).resolve()
        self._path = self.directory / "manifest.json"
        self._locks = {name: FileLock(self.directory / f"{name}.lock") for name in ("manifest", "publisher")}
        self._seen: tuple[tuple[int, int, int], Manifest] | None = None

    def manifest(self) -> Manifest:
        """Return the present version. Raises: LakeDamaged."""
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            seen = self._seen
            if seen and seen[0] == mark:
                return seen[1]
            manifest = Manifest.loaded(self._path.read_bytes())
        except FileNotFoundError:
            return Manifest()
        except (ValueError, KeyError, TypeError) as error:
            raise LakeDamaged(f"{self._path} cannot be read: {error}") from error
        self._seen = (mark, manifest)
        return manifest

    def publish(self, chunks: Mapping[Chunk, pa.Table]) -> int:
        """Replace the files of these chunks in one new version; an empty table removes its chunk. Returns the version.

        The version stays what it was when nothing in the chunks changed.
        """
        written = {chunk: self._written(chunk[0], rows, chunk=chunk[1]) for chunk, rows in chunks.items()}
        return self._commit(lambda manifest: _with_chunks(manifest, written)).version

    def append(self, table: str, rows: pa.Table, *, batch: str = "") -> int:
        """Add rows to a table in a new version. Returns the version."""
        file = self._written(table, rows, batches=(batch,) if batch else ())
        return self._commit(lambda manifest: manifest.with_files(table, added=(file,) if file else ())).version

    def replace_rows(self, table: str, rows: pa.Table, *, key: str, batch: str) -> int:
        """Put rows in the place of those with the same `key`; these are kept aside until `batch` is removed.

        Returns how many rows were replaced.
        """
        with self.exclusive():
            manifest = self.manifest()
            next_state, taken = self._without(manifest, table, lambda old: pc.is_in(old[key], rows[key]))
            aside = self._written(table, _concatenated(table, taken), batches=(batch,)) if taken else None
            file = self._written(table, rows, batches=(batch,))
            next_state = next_state.with_files(table, added=(file,) if file else ())
            kept = (*manifest.superseded.get(table, ()), *((aside,) if aside else ()))
            self._commit(lambda _: replace(next_state, superseded={**manifest.superseded, table: kept}))
            return sum(part.num_rows for part in taken)

    def remove_batch(self, table: str, batch: str) -> int:
        """Take away every row that came in a batch and put back those it had replaced. Returns rows taken away."""
        with self.exclusive():
            manifest = self.manifest()
            next_state, taken = self._without(manifest, table, lambda old: pc.equal(old["batch"], batch), batch=batch)
            aside = manifest.superseded.get(table, ())
            restored = tuple(file for file in aside if batch in file.batches)
            back = [replace(file, batches=self._batches_in(file)) for file in restored]
            next_state = next_state.with_files(table, added=tuple(back))
            rest = tuple(file for file in aside if file not in restored)
            self._commit(lambda _: replace(next_state, superseded={**manifest.superseded, table: rest}))
            return sum(part.num_rows for part in taken)

    def compact(self, table: str, *, order: str = "at", at_least: int = MOST_SMALL_FILES) -> int:
        """Merge the small files of a table once there are many, in the order of a column. Returns files merged."""
        with self.exclusive():
            manifest = self.manifest()
            small = [f for f in manifest.files(table) if f.rows < SMALL_FILE_ROWS and f.chunk is None]
            if len(small) < max(at_least, 2):
                return 0
            merged = _concatenated(table, [self.read_file(table, file) for file in small]).sort_by(order)
            batches = tuple(dict.fromkeys(batch for file in small for batch in file.batches))
            file = self._written(table, merged, batches=batches)
            gone = {old.name for old in small}
            self._commit(lambda now: now.with_files(table, added=(file,) if file else (), removed=gone))
            return len(small)

    def clear(self) -> None:
        """Forget every file in a new version."""
        self._commit(lambda manifest: Manifest(version=manifest.version))

    def quarantine(self, tables: tuple[str, ...]) -> list[tuple[str, LakeFile]]:
        """Set aside the files of these tables that cannot be read, so that one torn file spoils no other."""
        manifest = self.manifest()
        broken = [(table, file) for table in tables for file in manifest.files(table) if not self._is_readable(file)]
        if broken:
            self._commit(lambda now: _set_aside(now, broken))
        return broken

    def release(self, names: set[str]) -> None:
        """Forget quarantined files whose records have been written again."""

        def without(manifest: Manifest) -> Manifest:
            kept = {t: tuple(f for f in files if f.name not in names) for t, files in manifest.quarantined.items()}
            return replace(manifest, quarantined={table: files for table, files in kept.items() if files})

        self._commit(without)

    def pin(self, manifest: Manifest) -> None:
        """Keep the files of a version that was read just now until it is let go; files that did not change cost nothing.

        Raises: LakeDamaged when one of them is gone already.
        """
        with self.exclusive():
            if any(not self.path(file).exists() for files in manifest.tables.values() for file in files):
                raise LakeDamaged(f"version {manifest.version} is swept away")
            self._pins.mkdir(parents=True, exist_ok=True)
            kept = Manifest(version=manifest.version, tables=manifest.tables)
            write_synced(self._pin_path(manifest.version), kept.dumped())

    def let_go(self, version: int) -> None:
        """Stop keeping the files of a version."""
        with self.exclusive():
            for path in {file.name for files in self.manifest_of(version).tables.values() for file in files}:
                with contextlib.suppress(FileNotFoundError):
                    os.utime(self.directory / path)  # their lease begins now
            self._pin_path(version).unlink()

    def pinned_versions(self, *, since_before: dt.datetime | None = None) -> list[int]:
        """Return the versions that are kept (only those kept since before a moment), the oldest first."""
        until = since_before.timestamp() if since_before else float("inf")
        paths = [path for path in self._pins.glob("*.json") if path.stem.isdecimal()]
        return sorted(int(path.stem) for path in paths if path.stat().st_mtime < until)

    def manifest_of(self, version: int) -> Manifest:
        """Return a version that is kept, or the present one. Raises: LakeDamaged when it is neither or cannot be read."""
        try:
            return Manifest.loaded(self._pin_path(version).read_bytes())
        except FileNotFoundError:
            present = self.manifest()
            if present.version == version:
                return present
            raise LakeDamaged(f"version {version} is not kept") from None
        except (ValueError, KeyError, TypeError) as error:
            raise LakeDamaged(f"{self._pin_path(version)} cannot be read: {error}") from error

    @property
    def _pins(self) -> Path:
        return self.directory / "pins"

    def _pin_path(self, version: int) -> Path:
        return self._pins / f"{version}.json"

    def sweep(self, *, now: dt.datetime) -> int:
        """Delete files that neither the present version nor one that is kept has named for as long as a lease.

        Returns how many.
        """
        with self.exclusive():
            named, removed = self.manifest().all_names(), 0
            for version in self.pinned_versions():
                named |= self.manifest_of(version).all_names() | {f"{self._pins.name}/{version}.json"}
            for path in self.directory.glob("*/*"):
                if path.is_file() and str(path.relative_to(self.directory)) not in named:
                    age = now.timestamp() - path.stat().st_mtime
                    removed += age > LEASE.total_seconds()
                    if age > LEASE.total_seconds():
                        path.unlink()
            return removed

    def problems(self, *, thorough: bool = False) -> list[str]:
        """Return what is wrong with the files, one sentence fragment each; `thorough` also computes their digests."""
        manifest = self.manifest()
        found = [f"{file.name}: set aside" for files in manifest.quarantined.values() for file in files]
        for files in manifest.tables.values():
            for file in files:
                path = self.path(file)
                if not path.exists():
                    found.append(f"{file.name}: missing")
                elif path.stat().st_size != file.size or (thorough and _sha256(path) != file.sha256):
                    found.append(f"{file.name}: changed on disk")
        return found + self._pin_problems(manifest)

    def _pin_problems(self, present: Manifest) -> list[str]:
        """Return which files that only kept versions name are missing."""
        known, found = present.all_names(), []
        for version in self.pinned_versions():
            names = self.manifest_of(version).all_names() - known
            found += [f"{name}: missing" for name in sorted(names) if not (self.directory / name).exists()]
            known |= names
        return found

    def path(self, file: LakeFile) -> Path:
        """Return where a file lies."""
        return self.directory / file.name

    def read_file(self, table: str, file: LakeFile, columns: list[str] | None = None) -> pa.Table:
        """Return the rows of one file."""
        wanted = arrow_schema(table) if columns is None else None
        rows = pq.read_table(self.path(file), columns=columns, memory_map=False, partitioning=None)
        return rows.cast(wanted) if wanted is not None else rows

    def exclusive(self) -> contextlib.AbstractContextManager[None]:
        """Keep every other writer, in this process or another, out; may be entered again by the one who holds it."""
        return self._locks["manifest"].held()

    def publishing(self) -> contextlib.AbstractContextManager[None]:
        """Let one process at a time copy records, so that an older copy never covers a newer one.

        It is another lock than `exclusive`, because records are read under it: whoever writes touches inside a
        transaction must not wait for somebody who waits for the database.
        """
        return self._locks["publisher"].held()

    def _commit(self, change: Callable[[Manifest], Manifest]) -> Manifest:
        with self.exclusive():
            before = self.manifest()
            after = change(before)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            write_synced(self._path, after.dumped())
            # The lease of a file begins when it stops counting, not when it was written.
            for name in before.all_names() - after.all_names():
                with contextlib.suppress(FileNotFoundError):
                    os.utime(self.directory / name)
            return after

    def _written(
        self, table: str, rows: pa.Table, *, chunk: int | None = None, batches: tuple[str, ...] = ()
    ) -> LakeFile | None:
        if not rows.num_rows:
            return None
        rows = rows.cast(arrow_schema(table))
        buffer = pa.BufferOutputStream()
        pq.write_table(rows, buffer, compression="zstd", row_group_size=131_072)
        content = buffer.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        folder = self.directory / table
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{table}/{'rows' if chunk is None else chunk}-{secrets.token_hex(8)}.parquet"
        write_synced(self.directory / name, content)
        latest, years = span_of(table, rows)
        return LakeFile(name, rows.num_rows, content.size, digest, chunk, batches, latest, years)

    def _without(
        self, manifest: Manifest, table: str, condition: Callable[[pa.Table], pa.Array], batch: str = ""
    ) -> tuple[Manifest, list[pa.Table]]:
        """Return the manifest with files rewritten without the rows a condition names, and these rows."""
        taken: list[pa.Table] = []
        for file in manifest.files(table):
            if batch and batch not in file.batches:
                continue
            rows = self.read_file(table, file)
            mask = pc.fill_null(condition(rows), fill_value=False)
            gone = rows.filter(mask)
            if not gone.num_rows:
                continue
            taken.append(gone)
            batches = tuple(name for name in file.batches if name != batch)
            rest = self._written(table, rows.filter(pc.invert(mask)), chunk=file.chunk, batches=batches)
            manifest = manifest.with_files(table, added=(rest,) if rest else (), removed={file.name})
        return manifest, taken

    def _batches_in(self, file: LakeFile) -> tuple[str, ...]:
        rows = pq.read_table(self.path(file), columns=["batch"], partitioning=None)
        return tuple(name for name in pc.unique(rows["batch"]).to_pylist() if name)

    def _is_readable(self, file: LakeFile) -> bool:
        path = self.path(file)
        try:
            return path.stat().st_size == file.size and _sha256(path) == file.sha256
        except OSError:
            return False


def _with_chunks(manifest: Manifest, written: Mapping[Chunk, LakeFile | None]) -> Manifest:
    for (table, chunk), file in written.items():
        before = [old for old in manifest.files(table) if old.chunk == chunk]
        if [old.sha256 for old in before] == ([file.sha256] if file else []):
            continue
        gone = {old.name for old in before}
        manifest = manifest.with_files(table, added=(file,) if file else (), removed=gone)
    return manifest


def _set_aside(manifest: Manifest, broken: list[tuple[str, LakeFile]]) -> Manifest:
    for table, file in broken:
        aside = (*manifest.quarantined.get(table, ()), file)
        manifest = replace(
            manifest.with_files(table, removed={file.name}), quarantined={**manifest.quarantined, table: aside}
        )
    return manifest


def _concatenated(table: str, parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts) if parts else arrow_schema(table).empty_table()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
