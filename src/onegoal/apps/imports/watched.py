"""Folders that are watched: a file put into `watched/<mapping>` is imported by that saved mapping."""

from __future__ import annotations

import shutil
from pathlib import Path

from onegoal.apps.imports.map_files import map_from_dict
from onegoal.apps.imports.models import SavedMapping, State
from onegoal.apps.imports.running import Clock, import_folder
from onegoal.apps.imports.services import Refused, begin_import, run_import, the_only_import
from onegoal.apps.imports.words import say_refusal

_SUFFIXES = frozenset({".csv", ".xlsx"})
_QUIET_SECONDS = 5
_sizes: dict[Path, int] = {}
"""Sizes at the last look, so that a file still being written is left alone."""


def import_watched_files(*, folder: Path, clock: Clock) -> None:
    """Import every file that has stopped growing; others wait for the next look."""
    for saved in SavedMapping.objects.all():
        inbox = folder / saved.slug
        inbox.mkdir(parents=True, exist_ok=True, mode=0o750)
        for path in sorted(inbox.iterdir()):
            if _is_ready(path, clock):
                with the_only_import(waits=False) as is_mine:
                    if not is_mine:
                        return
                    _import(saved, path, clock)


def _is_ready(path: Path, clock: Clock) -> bool:
    if path.suffix.lower() not in _SUFFIXES or path.is_symlink() or not path.is_file():
        return False
    seen = path.stat()
    known = _sizes.get(path)
    _sizes[path] = seen.st_size
    return known == seen.st_size and clock().timestamp() - seen.st_mtime >= _QUIET_SECONDS


def _import(saved: SavedMapping, path: Path, clock: Clock) -> None:
    _sizes.pop(path, None)
    mapping = map_from_dict(saved.map)
    record = begin_import(
        kind=saved.kind, mapping=mapping, name=path.name, size=path.stat().st_size, author_id=None, via="watched",
        now=clock(), state=State.RUNNING,
    )  # fmt: skip
    record.habits = saved.habits
    try:
        run_import(record=record, path=path, clock=clock)
    except Exception as error:
        code, params = (error.code, error.params) if isinstance(error, Refused) else ("internal", {})
        moved = _move(path, path.parent / "refused")
        moved.with_name(f"{moved.name}.why.txt").write_text(say_refusal(code, params) + "\n", "utf-8")
        if code == "internal":
            raise
        return
    moved = _move(path, path.parent / "done")
    problems = import_folder(record) / "problems.csv"
    if problems.exists():
        shutil.copyfile(problems, moved.with_name(f"{moved.stem}.errors.csv"))


def _move(path: Path, folder: Path) -> Path:
    """Move a file without writing over one of the same name."""
    folder.mkdir(exist_ok=True, mode=0o750)
    names = (path.name, *(f"{path.stem}-{number}{path.suffix}" for number in range(2, 100_000)))
    target = next(folder / name for name in names if not (folder / name).exists())
    return Path(shutil.move(path, target))
