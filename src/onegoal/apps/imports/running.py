"""Runs an import: reads the file through its map and takes its rows in, batch by batch, so that it can go on later."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import transaction

from onegoal.apps.audit.intake import Fate, RowFate
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.company.queries import current_company
from onegoal.apps.imports.fields import Kind
from onegoal.apps.imports.lookups import read_lookups
from onegoal.apps.imports.map_files import map_from_dict
from onegoal.apps.imports.maps import ImportMap
from onegoal.apps.imports.models import Import, ImportProgress, no_counts
from onegoal.apps.imports.problem_file import ProblemFile
from onegoal.apps.imports.reading import FileRow, MapReader, Problem, ReadRow, Setting, habits_shown
from onegoal.apps.imports.takers import take_in
from onegoal.connectors.tables.detect import Hints
from onegoal.connectors.tables.model import Row, TableFormat
from onegoal.connectors.tables.preview import Preview, preview
from onegoal.connectors.tables.reader import open_table

BATCH_ROWS: Final = 2_000
TOUCH_ROWS: Final = 25_000
_SAMPLE: Final = 50
_SAVE_EVERY: Final = dt.timedelta(seconds=1)
Clock = Callable[[], dt.datetime]
T = TypeVar("T")


@dataclass(frozen=True)
class Opened:
    """A file made ready: its format, its first look and its map's readers."""

    path: Path
    format: TableFormat
    reader: MapReader
    rows_expected: int | None


def import_folder(record: Import) -> Path:
    """Where the files of an import are kept."""
    return Path(settings.MEDIA_ROOT) / "imports" / str(record.pk)


def hints_of(mapping: ImportMap) -> Hints:
    """What the map says of the file itself."""
    form = mapping.format
    return Hints(
        encoding=form.encoding, delimiter=form.delimiter, sheet=form.sheet, header_row=form.header_row
    )  # fmt: skip


def setting_for(mapping: ImportMap, seen: Preview, folder: Path, habits: dict[str, Any]) -> Setting:
    """What the map leaves open; `habits` fixed by an earlier run of the same mapping come before what is guessed."""
    company = current_company()
    decimals, orders = habits_shown(seen)
    decimals |= {name: mark for name, mark in habits.get("decimals", {}).items() if mark and name in decimals}
    orders |= {name: order for name, order in habits.get("orders", {}).items() if order and name in orders}
    return Setting(
        time_zone=company.time_zone,
        country=company.country,
        currency=company.currency,
        decimals=decimals,
        orders=orders,
        tables=read_lookups(mapping, folder),
    )


def open_import(record: Import, path: Path) -> Opened:
    """Look at the file and fit the map to it. Raises: FileProblem, MapProblem."""
    mapping = map_from_dict(record.map)
    seen = preview(path, hints=hints_of(mapping))
    setting = setting_for(mapping, seen, path.parent, record.habits)
    record.habits = {"decimals": dict(setting.decimals), "orders": dict(setting.orders)}
    reader = MapReader(record.kind, mapping, seen.header, setting)
    return Opened(path, seen.format, reader, _rows_expected(path, seen))


def _rows_expected(path: Path, seen: Preview) -> int | None:
    """How many rows a text file will have, by the length of its first lines; None where only reading tells."""
    if seen.format.kind != "csv":
        return None
    with path.open("rb") as file:
        head = file.read(1 << 18)
    lines = head.count(b"\n") or head.count(b"\r")
    return max(1, round(path.stat().st_size * lines / len(head))) if lines else None


class Run:
    """One run of one import. `keeps` says whether rows are written; a trial is rolled back and writes no touches."""

    def __init__(
        self, record: Import, opened: Opened, *, clock: Clock, keeps: bool, most_rows: int | None = None
    ) -> None:
        self.record, self.opened, self.clock, self.keeps = record, opened, clock, keeps
        self.most_rows = most_rows
        self.is_cancelled = False
        self.progress = self._progress()
        folder = import_folder(record) if keeps else Path(settings.HOME) / "incoming" / f"trial-{record.pk or 'new'}"
        header = opened.reader.sections[record.kind]._header.names
        self.problems = ProblemFile(folder / "problems.csv", header, size=self.progress.problems_bytes)
        self.warnings = ProblemFile(folder / "warnings.csv", header, size=self.progress.warnings_bytes)
        self._saved_at = dt.datetime.min.replace(tzinfo=dt.UTC)

    def _progress(self) -> ImportProgress:
        stored = ImportProgress.objects.filter(pk=self.record.pk).first() if self.keeps else None
        progress = stored or ImportProgress(of=self.record)
        for kind in self.opened.reader.sections:
            progress.counts.setdefault(kind, no_counts())
        return progress

    def go(self) -> ImportProgress:
        """Read to the end, or until somebody cancels. Raises: FileProblem; what was taken in before stays, counted."""
        author = Author(self.record.author_id, "import", self.record.batch if self.keeps else "")
        size = TOUCH_ROWS if self._only_touches() else BATCH_ROWS
        with acting(author), _few_searches_for_cycles(), open_table(self.opened.path, self.opened.format) as table:
            for batch in batches(self._after_earlier_run(table.rows), size):
                self._take(batch)
                gc.collect()
                if self.is_cancelled:
                    break
        self._finish()
        return self.progress

    def _after_earlier_run(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Skip what an earlier run has done, but read it, so that equal rows keep their numbers."""
        for row in islice(rows, self.progress.rows_done):
            self.opened.reader.row(row)
        return islice(rows, self.most_rows) if self.most_rows is not None else rows

    def _take(self, batch: list[Row]) -> None:
        made = [self.opened.reader.row(row) for row in batch]
        rows = {kind: [row.made[kind] for row in made if kind in row.made] for kind in self.opened.reader.sections}
        now = self.clock()
        # Touches go to the lake, which knows no roll-back; broken off here, they come again and change nothing.
        touches = self._fates(Kind.TOUCHES, rows[Kind.TOUCHES], now) if Kind.TOUCHES in rows else []
        with self._transaction():
            for kind, read in rows.items():
                self._take_kind(kind, read, touches if kind == Kind.TOUCHES else self._fates(kind, read, now))
            self._count(made)
            if self.keeps:
                self._save(now)
        self.is_cancelled = self.keeps and Import.objects.filter(pk=self.record.pk, is_cancelled=True).exists()

    def _transaction(self) -> AbstractContextManager[Any]:
        return transaction.atomic() if self.keeps else nullcontext()

    def _take_kind(self, kind: str, rows: list[ReadRow], fates: list[RowFate]) -> None:
        counts = self.progress.counts[kind]
        counts["read"] += len(rows)
        left = iter(fates)
        for row in rows:
            for warning in row.warnings:
                counts["warnings"] += 1
                self.warnings.add(warning, row.cells)
            if row.made is None:
                self._refuse(kind, row, row.problem)
            elif (fate := next(left)).fate == Fate.REJECTED:
                self._refuse(kind, row, self._problem(kind, row, fate))
            else:
                counts[fate.fate.value] += 1

    def _fates(self, kind: str, rows: list[ReadRow], now: dt.datetime) -> list[RowFate]:
        """One fate for each row that could be read."""
        sound = [row.made for row in rows if row.made is not None]
        if kind == Kind.TOUCHES and not self.keeps:
            return [RowFate(Fate.CREATED)] * len(sound)
        return take_in(kind=kind, rows=sound, now=now, batch=self.record.batch) if sound else []

    def _problem(self, kind: str, row: ReadRow, fate: RowFate) -> Problem:
        column = self.opened.reader.sections[kind].column_of(fate.column) if fate.column else ""
        params = {key: str(value) for key, value in fate.params.items()}
        return Problem(row.number, fate.code, column, params.get("value", ""), params)

    def _refuse(self, kind: str, row: ReadRow, problem: Problem | None) -> None:
        if problem is None:
            raise ValueError("a refused row has its problem")
        self.progress.counts[kind]["rejected"] += 1
        self.problems.add(problem, row.cells)
        if len(self.progress.sample) < _SAMPLE:
            self.progress.sample.append({"kind": kind, **asdict(replace(problem, params=dict(problem.params)))})

    def _count(self, made: Iterable[FileRow]) -> None:
        for row in made:
            self.progress.rows_done += 1
            self.progress.totals += row.is_total
        expected = self.opened.rows_expected
        self.progress.percent = min(99, 100 * self.progress.rows_done // expected) if expected else None

    def _save(self, now: dt.datetime) -> None:
        """Note how far we are, in the transaction of the rows themselves; touches are counted at most once a second."""
        if self._only_touches() and now - self._saved_at < _SAVE_EVERY:
            return
        self._note(now)

    def _only_touches(self) -> bool:
        return set(self.opened.reader.sections) == {Kind.TOUCHES}

    def _note(self, now: dt.datetime) -> None:
        for file in (self.problems, self.warnings):
            file.flush()
        self.progress.problems_bytes, self.progress.warnings_bytes = self.problems.size, self.warnings.size
        self.progress.beat_at = self._saved_at = now
        self.progress.save()

    def _finish(self) -> None:
        self.progress.percent = self.progress.percent if self.is_cancelled else 100
        if self.keeps:
            self._note(self.clock())
        else:
            self.problems.flush()
            self.warnings.flush()


@contextmanager
def _few_searches_for_cycles() -> Iterator[None]:
    """Leave it to the caller when unreachable cycles are looked for: millions of short-lived rows hold none."""
    was_on = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size`."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def try_out(record: Import, path: Path, *, clock: Clock, most_rows: int | None = None) -> tuple[ImportProgress, Run]:
    """Run the whole import and roll it back: the same code, the same counts, nothing stays."""
    run = Run(record, open_import(record, path), clock=clock, keeps=False, most_rows=most_rows)
    with transaction.atomic():
        run.go()
        transaction.set_rollback(True)
    return run.progress, run
