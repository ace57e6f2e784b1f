"""Write many records of one kind at once with their trail: what a batch of rows creates and changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any, Generic, TypeVar

from django.db import connection, models, transaction

from onegoal.apps.audit.intake import Fate, RowFate, RowRefused
from onegoal.apps.audit.models import Action
from onegoal.apps.audit.rows import insert_records, update_records
from onegoal.apps.audit.services import Change, plain, record_changes, snapshot

R = TypeVar("R", bound=models.Model)
Row = TypeVar("Row")

_WRITERS_LOCK = 7_125_301  # any number that nobody else locks on


class Batch(Generic[R]):
    """The records of one kind that are created or changed together; nothing is stored before `save`."""

    def __init__(self, model: type[R], *, now: dt.datetime) -> None:
        self._model, self._now = model, now
        self._new: list[R] = []
        self._changed: dict[int, R] = {}
        self._before: dict[int, dict[str, Any]] = {}

    def add(self, record: R) -> R:
        """Take in a new record; its id is known after `save`."""
        self._new.append(record)
        return record

    def apply(self, record: R, values: Mapping[str, Any]) -> bool:
        """Set the fields (by column name) whose value differs; tell whether any did."""
        is_changed = False
        for name, value in values.items():
            old = getattr(record, name)
            if old != value:
                is_changed = True
                if record.pk is not None:
                    self._before.setdefault(record.pk, {}).setdefault(name, plain(old))
                    self._changed[record.pk] = record
                setattr(record, name, value)
        return is_changed

    def save(self) -> None:
        """Store everything and write the trail; the batch is empty afterwards and can be filled again."""
        self._stamp(self._new)
        insert_records(self._new)
        changes = [Change(record.pk, Action.CREATE, {}, told(snapshot(record))) for record in self._new]
        changes += self._save_changed()
        if changes:
            record_changes(entity=self._model._meta.model_name or "", changes=changes, now=self._now)
        self._new, self._changed, self._before = [], {}, {}

    def _save_changed(self) -> list[Change]:
        changes = []
        for pk, record in self._changed.items():
            before = {name: old for name, old in self._before[pk].items() if plain(getattr(record, name)) != old}
            if before:
                after = {name: plain(getattr(record, name)) for name in before}
                changes.append(Change(pk, Action.UPDATE, before, after))
        records = [self._changed[change.entity_id] for change in changes]
        stamp = self._stamp(records)
        update_records(records, {change.entity_id: (*change.after, *stamp) for change in changes})
        return changes

    def _stamp(self, records: Iterable[R]) -> tuple[str, ...]:
        """Set when the records were changed, where the model keeps that."""
        if not hasattr(self._model, "updated_at"):
            return ()
        for record in records:
            record.updated_at = self._now  # type: ignore[attr-defined]
        return ("updated_at",)


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that say something: the trail of a new record leaves out what is empty."""
    return {name: value for name, value in values.items() if value not in (None, "", {}, [])}


def take_in(
    rows: Sequence[Row], *, check: Callable[[Row], None], settle: Callable[[list[Row]], list[RowFate | RowRefused]]
) -> list[RowFate]:
    """Give every row one fate, in order: rows that fail `check` are refused, `settle` decides on the others together."""
    fates: list[RowFate | None] = [None] * len(rows)
    sound: list[int] = []
    for place, row in enumerate(rows):
        try:
            check(row)
        except RowRefused as refusal:
            fates[place] = refusal.fate()
        else:
            sound.append(place)
    settled = settle([rows[place] for place in sound]) if sound else []
    for place, fate in zip(sound, settled, strict=True):
        fates[place] = fate.fate() if isinstance(fate, RowRefused) else fate
    return [fate for fate in fates if fate is not None]


def fate_of(record_id: int | None, *, is_new: bool, is_changed: bool) -> RowFate:
    """Return the fate of a row that was accepted."""
    fate = Fate.CREATED if is_new else Fate.UPDATED if is_changed else Fate.UNCHANGED
    return RowFate(fate, record_id=record_id)


def one_writer(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a bulk service in one transaction that waits for other bulk services.

    Two imports that meet the same new phone would otherwise both create its person, and one would fail at the end.
    """

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])
            return function(*args, **kwargs)

    return run


def name_key(text: str) -> str:
    """Return the key under which a name is found: without regard to case and spare spaces."""
    return " ".join(text.split()).casefold()


def distinct_names(names: Iterable[str]) -> dict[str, str]:
    """Return the first spelling of each name by its key, in order of appearance; empty names are left out."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        trimmed = " ".join(name.split())
        if trimmed:
            found.setdefault(trimmed.casefold(), trimmed)
    return found


def find_or_create(
    model: type[R],
    *,
    names: Iterable[str],
    known: Iterable[tuple[str, int]],
    make: Callable[[str], R],
    now: dt.datetime,
) -> dict[str, int]:
    """Return the id for each name's key: of a `known` (name, id), the first where two share a key, else of a new record."""
    wanted = distinct_names(names)
    ids: dict[str, int] = {}
    for name, record_id in known:
        ids.setdefault(name_key(name), record_id)
    missing = {key: make(name) for key, name in wanted.items() if key not in ids}
    if missing:
        batch = Batch(model, now=now)
        for record in missing.values():
            batch.add(record)
        batch.save()
        ids |= {key: record.pk for key, record in missing.items()}
    return {key: ids[key] for key in wanted}


def find_by_source(model: type[R], keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], R]:
    """Return the records with these (source, source_id), one query for each source."""
    wanted: dict[str, set[str]] = {}
    for source, source_id in keys:
        if source_id:
            wanted.setdefault(source, set()).add(source_id)
    return {
        (source, record.source_id): record  # type: ignore[attr-defined]
        for source, ids in wanted.items()
        for record in model._base_manager.filter(source=source, source_id__in=ids)
    }


def find_by_any_source(model: type[R], keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], R]:
    """Return the records that a row of `source` may mean by an id: of the same source, else the only one elsewhere."""
    pairs = {(source, named) for source, named in keys if named}
    found = find_by_source(model, pairs)
    open_pairs = pairs - found.keys()
    if open_pairs:
        elsewhere: dict[str, list[R]] = {}
        for record in model._base_manager.filter(source_id__in={named for _, named in open_pairs}):
            elsewhere.setdefault(record.source_id, []).append(record)  # type: ignore[attr-defined]
        found |= {pair: elsewhere[pair[1]][0] for pair in open_pairs if len(elsewhere.get(pair[1], ())) == 1}
    return found
