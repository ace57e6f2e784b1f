"""Writes of recordings: the sound of a call that did not come with it."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from pathlib import Path
from typing import IO, Final, Literal

from django.conf import settings
from django.db import transaction

from onegoal.apps.quality.queries.recordings import kind_of_sound, recording_of
from onegoal.apps.sales.models import Call
from onegoal.apps.sales.services import save_record
from onegoal.warehouse.durable import sync_folder

_ENOUGH: Final = 16


class RecordingRefused(Exception):
    """A file that is not taken: `has_one`, `too_big`, `empty` or `no_sound`."""

    def __init__(self, code: Literal["has_one", "too_big", "empty", "no_sound"]) -> None:
        super().__init__(code)
        self.code = code


def attach_recording(*, call: Call, file: IO[bytes], size: int, now: dt.datetime) -> Call:
    """Keep a file as the recording of a call, under a name of our own; its bytes say what it is, not its name.

    Raises: RecordingRefused.
    """
    if size > settings.RECORDING_MAX_BYTES:
        raise RecordingRefused("too_big")
    kind = _kind(file, size)
    path = _keep(file, call, kind)
    try:
        return _name(call.pk, path, now)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _kind(file: IO[bytes], size: int) -> str:
    if not size:
        raise RecordingRefused("empty")
    file.seek(0)
    kind = kind_of_sound(file.read(_ENOUGH))
    if not kind:
        raise RecordingRefused("no_sound")
    return kind


def _keep(file: IO[bytes], call: Call, kind: str) -> Path:
    folder = Path(settings.RECORDINGS_DIRECTORY) / "attached"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{call.pk}-{secrets.token_hex(8)}.{kind}"
    draft = path.with_suffix(".part")
    try:
        file.seek(0)
        with draft.open("xb") as kept:
            shutil.copyfileobj(file, kept, 1 << 20)
            kept.flush()
            os.fsync(kept.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    return path


@transaction.atomic
def _name(pk: int, path: Path, now: dt.datetime) -> Call:
    call = Call.objects.select_for_update().get(pk=pk)
    if recording_of(call).is_there:
        raise RecordingRefused("has_one")
    call.recording = path.relative_to(settings.RECORDINGS_DIRECTORY).as_posix()
    return save_record(record=call, now=now)
