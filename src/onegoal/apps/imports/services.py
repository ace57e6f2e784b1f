"""Begin, run, cancel and undo imports, and keep mappings; every step leaves its trace in the audit trail."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.imports.map_files import map_as_dict, map_from_dict
from onegoal.apps.imports.maps import ImportMap, MapProblem
from onegoal.apps.imports.models import ACTIVE, Import, ImportProgress, SavedMapping, State
from onegoal.apps.imports.running import Clock, Run, import_folder, open_import, try_out
from onegoal.apps.marketing.services import remove_touches
from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.names import shown_name, stored_name


class Refused(Exception):
    """The file or its map cannot be used: `code` and `params` as `words.say_refusal` takes them."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Turn problems of the file and of the map into `Refused`."""
    try:
        yield
    except (FileProblem, MapProblem) as problem:
        raise Refused(problem.code, {key: str(value) for key, value in problem.params.items()}) from problem


@contextlib.contextmanager
def the_only_import(*, waits: bool = True) -> Iterator[bool]:
    """Hold the installation's one right to import; yields False when another has it and `waits` is False.

    The lock is a file's, so it ends with its process, however that ends.
    """
    with (Path(settings.HOME) / "import.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


@transaction.atomic
def begin_import(
    *, kind: str, mapping: ImportMap, name: str, size: int, author_id: int | None, via: str, now: dt.datetime,
    state: str = State.DRAFT, mends: Import | None = None,
) -> Import:  # fmt: skip
    """Note that a file is to be imported."""
    record = Import.objects.create(
        kind=kind, source=mapping.source, shown_name=shown_name(name), size=size, map=map_as_dict(mapping),
        habits=mends.habits if mends else {}, state=state, author_id=author_id, via=via, mends=mends, created_at=now,
    )  # fmt: skip
    record_change(record=record, before={}, now=now)
    return record


def keep_file(*, record: Import, path: Path, kind: str) -> None:
    """Move an uploaded file of a known kind (csv, xlsx...) to the import's folder under a name of ours."""
    folder = import_folder(record)
    folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    record.stored_name = stored_name(kind)
    shutil.move(path, folder / record.stored_name)
    record.save(update_fields=["stored_name"])


def file_of(record: Import) -> Path:
    """The stored file of an import; what was imported by command has none."""
    return import_folder(record) / record.stored_name


@transaction.atomic
def change_map(*, record: Import, mapping: ImportMap, now: dt.datetime) -> None:
    """Set the map of a draft. Raises: Refused when the import has already begun."""
    if record.state not in {State.DRAFT, State.TRIED, State.FAILED}:
        raise Refused("import_begun", {})
    before = snapshot(record)
    record.map, record.source, record.state, record.failure = map_as_dict(mapping), mapping.source, State.DRAFT, {}
    record.save()
    record_change(record=record, before=before, now=now)


@transaction.atomic
def start_import(*, record: Import, now: dt.datetime) -> None:
    """Put the import into the line of those that wait for their turn. Raises: Refused without a source's name."""
    if not record.source:
        raise Refused("map_source_missing", {})
    _set_state(record, State.WAITING, now)


@transaction.atomic
def start_trial(*, record: Import, now: dt.datetime) -> None:
    """Ask for a trial run: everything is read and nothing is written."""
    _set_state(record, State.TRYING, now)


def _set_state(record: Import, state: str, now: dt.datetime) -> None:
    before = snapshot(record)
    record.state = state
    if state == State.RUNNING and record.started_at is None:
        record.started_at = now
    if state in {State.DONE, State.FAILED, State.CANCELLED}:
        record.finished_at = now
    record.save()
    record_change(record=record, before=before, now=now)


def run_import(*, record: Import, path: Path, clock: Clock) -> ImportProgress:
    """Run the import to its end, or on from where it broke off. Raises: Refused when file or map turn out unusable."""
    _set_state(record, State.RUNNING, clock())
    try:
        with refusing():
            run = Run(record, open_import(record, path), clock=clock, keeps=True)
            progress = run.go()
    except Exception as error:
        # Whatever happened, what was taken in is counted, and the import can go on from there.
        record.failure = {"code": "internal", "params": {}}
        if isinstance(error, Refused):
            record.failure = {"code": error.code, "params": error.params}
        _set_state(record, State.FAILED, clock())
        raise
    _set_state(record, State.CANCELLED if run.is_cancelled else State.DONE, clock())
    return progress


def run_trial(*, record: Import, path: Path, clock: Clock, most_rows: int | None = None) -> ImportProgress:
    """Try the import out and keep only its counts. Raises: Refused."""
    try:
        with refusing():
            progress, run = try_out(record, path, clock=clock, most_rows=most_rows)
        shutil.rmtree(run.problems.path.parent, ignore_errors=True)
    except Refused as refusal:
        record.failure = {"code": refusal.code, "params": refusal.params}
        _set_state(record, State.DRAFT, clock())
        raise
    with transaction.atomic():
        record.trial = {"counts": progress.counts, "totals": progress.totals, "sample": progress.sample}
        _set_state(record, State.TRIED, clock())
    return progress


@transaction.atomic
def give_up(*, record: Import, now: dt.datetime) -> None:
    """Mark an import that broke off for a reason nobody foresaw."""
    record.refresh_from_db()
    if record.state in ACTIVE:
        record.failure = {"code": "internal", "params": {}}
        _set_state(record, State.FAILED, now)


@transaction.atomic
def cancel_import(*, record: Import, now: dt.datetime) -> None:
    """Ask a waiting or running import to stop; rows already taken in stay until the import is undone."""
    before = snapshot(record)
    record.is_cancelled = True
    if record.state in {State.WAITING, State.TRYING, State.DRAFT, State.TRIED}:
        record.state, record.finished_at = State.CANCELLED, now
    record.save()
    record_change(record=record, before=before, now=now)


@transaction.atomic
def resume_import(*, record: Import, now: dt.datetime) -> None:
    """Put a stopped import back into the line; it goes on behind the rows it has counted."""
    record.is_cancelled, record.failure, record.finished_at = False, {}, None
    _set_state(record, State.WAITING, now)


@transaction.atomic
def undo_import(*, record: Import, now: dt.datetime) -> dict[str, Any]:
    """Take back what the import did; records that others changed since are kept and listed."""
    if record.state not in {State.DONE, State.CANCELLED, State.FAILED}:
        raise Refused("import_not_done", {})
    result = undo_batch(batch=record.batch, now=now)
    before = snapshot(record)
    touches = remove_touches(batch=record.batch)
    record.undo = {
        "undone": result.undone + touches,
        "kept": [_kept(one) for one in result.kept][:200],
        "left": len(result.kept),
    }
    record.state = State.UNDONE
    record.save()
    record_change(record=record, before=before, now=now)
    return record.undo


def _kept(conflict: Any) -> dict[str, Any]:
    return {"entity": conflict.entity, "id": conflict.entity_id, "reason": conflict.reason}


@transaction.atomic
def save_mapping(*, name: str, kind: str, mapping: ImportMap, habits: dict[str, Any], now: dt.datetime) -> SavedMapping:
    """Keep a map under a name; the same name again replaces it."""
    slug = slugify(name, allow_unicode=False)[:90] or "mapping"
    saved = SavedMapping.objects.filter(name=name).first()
    before = snapshot(saved) if saved else {}
    if saved is None:
        saved = SavedMapping(name=name, slug=_free_slug(slug))
    saved.kind, saved.map, saved.habits, saved.updated_at = kind, map_as_dict(mapping), habits, now
    saved.save()
    record_change(record=saved, before=before, now=now)
    return saved


def _free_slug(slug: str) -> str:
    taken = set(SavedMapping.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(one for one in (slug, *(f"{slug}-{number}" for number in range(2, 10_000))) if one not in taken)


@transaction.atomic
def forget_mapping(*, saved: SavedMapping, now: dt.datetime) -> None:
    """Delete a saved mapping; imports made with it stay."""
    record_deletion(record=saved, now=now)
    saved.delete()


def mapping_of(record: Import) -> ImportMap:
    """The map of an import."""
    return map_from_dict(record.map)


def import_file(
    *, path: Path, kind: str, mapping: ImportMap, name: str, size: int, clock: Clock
) -> tuple[ImportProgress, Path | None, Path | None]:
    """Import a file that stays where it is; returns the progress and the files of problems and of warnings, if any.

    Raises: Refused.
    """
    record = begin_import(
        kind=kind, mapping=mapping, name=name, size=size, author_id=None, via="command", now=clock(), state=State.RUNNING
    )  # fmt: skip
    progress = run_import(record=record, path=path, clock=clock)
    folder = import_folder(record)
    return progress, _if_there(folder / "problems.csv"), _if_there(folder / "warnings.csv")


def try_file(
    *, path: Path, kind: str, mapping: ImportMap, name: str, size: int, clock: Clock
) -> tuple[ImportProgress, Path | None, Path | None]:
    """Try a file out as `import_file` would take it, and write no records. Raises: Refused."""
    record = Import(kind=kind, source=mapping.source, shown_name=shown_name(name), size=size, map=map_as_dict(mapping))
    with refusing():
        progress, run = try_out(record, path, clock=clock)
    return progress, _if_there(run.problems.path), _if_there(run.warnings.path)


def _if_there(path: Path) -> Path | None:
    return path if path.exists() else None
