"""Take back a whole batch of changes, last first, without touching what others have changed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction

from onegoal.apps.audit.models import Action, AuditEntry
from onegoal.apps.audit.rows import update_records
from onegoal.apps.audit.services import Change, plain, record_changes, snapshot

_PAGE = 1000


@dataclass(frozen=True)
class UndoConflict:
    """A record that was kept: `changed` since by others, `in_use` by records that stay, `taken` (its place is), `locked`.

    A model says with `is_locked` that a record of it can be neither changed nor deleted any more.
    """

    entity: str
    entity_id: int
    reason: str


@dataclass
class UndoResult:
    """How many changes were taken back, and which records were kept as they are."""

    undone: int = 0
    kept: list[UndoConflict] = field(default_factory=list)


@transaction.atomic
def undo_batch(*, batch: str, now: dt.datetime) -> UndoResult:
    """Walk the trail of a batch backwards: created records go, changed ones get their former values, deleted ones return.

    A value that somebody changed since stays, and so does a record whose values differ from what the batch left or
    that others use; those are listed. Running it again changes nothing. Touches are not in the trail: the lake takes
    them back by the same batch.
    """
    if not batch:
        raise ValueError("a batch has a name")
    result, last = UndoResult(), None
    while True:
        page = AuditEntry.objects.filter(batch=batch).order_by("-id")
        entries = list((page.filter(pk__lt=last) if last else page)[:_PAGE])
        if not entries:
            result.kept = list(dict.fromkeys(result.kept))
            return result
        last = entries[-1].pk
        for (entity, action), group in groupby(entries, key=lambda entry: (entry.entity, entry.action)):
            if model := _model(entity):
                _UNDO[action](model, list(group), result, now)


def _undo_creations(
    model: type[models.Model], entries: Sequence[AuditEntry], result: UndoResult, now: dt.datetime
) -> None:
    records = model._base_manager.in_bulk([entry.entity_id for entry in entries])
    used = _used(model, records)
    gone: list[models.Model] = []
    for entry in entries:
        record = records.get(entry.entity_id)
        if record is None:
            continue
        if getattr(record, "is_locked", False):
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "locked"))
        elif not _is_as_created(record, entry.after):
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "changed"))
        elif entry.entity_id in used:
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "in_use"))
        else:
            gone.append(record)
    if gone:
        changes = [Change(record.pk, Action.DELETE, snapshot(record), {}) for record in gone]
        record_changes(entity=entries[0].entity, changes=changes, now=now)
        # Nothing points to these records, so there is nothing to cascade to.
        model._base_manager.filter(pk__in=[record.pk for record in gone])._raw_delete(using="default")
        result.undone += len(gone)


def _undo_changes(
    model: type[models.Model], entries: Sequence[AuditEntry], result: UndoResult, now: dt.datetime
) -> None:
    records = model._base_manager.in_bulk([entry.entity_id for entry in entries])
    former: dict[int, dict[str, Any]] = {}
    for entry in entries:
        record = records.get(entry.entity_id)
        if record is None:
            continue
        if getattr(record, "is_locked", False):
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "locked"))
            continue
        names = [name for name in entry.before if name in _fields(model)]
        current = {name: plain(getattr(record, name)) for name in names}
        back = [name for name in names if current[name] == entry.after.get(name) != entry.before[name]]
        if any(current[name] not in (entry.after.get(name), entry.before[name]) for name in names):
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "changed"))
        for name in back:
            former.setdefault(record.pk, {}).setdefault(name, current[name])
            setattr(record, name, _fields(model)[name].to_python(entry.before[name]))
        result.undone += bool(back)
    changed = [records[pk] for pk in former]
    _stamp(changed, now)
    stamp = ("updated_at",) if "updated_at" in _fields(model) else ()
    update_records(changed, {pk: (*names, *stamp) for pk, names in former.items()})
    changes = [
        Change(pk, Action.UPDATE, before, {name: plain(getattr(records[pk], name)) for name in before})
        for pk, before in former.items()
    ]
    if changes:
        record_changes(entity=entries[0].entity, changes=changes, now=now)


def _undo_deletions(
    model: type[models.Model], entries: Sequence[AuditEntry], result: UndoResult, now: dt.datetime
) -> None:
    there = set(model._base_manager.filter(pk__in=[entry.entity_id for entry in entries]).values_list("pk", flat=True))
    returned = []
    for entry in entries:
        if entry.entity_id in there:
            continue
        values = {
            name: _fields(model)[name].to_python(value)
            for name, value in entry.before.items()
            if name in _fields(model)
        }
        record = model(pk=entry.entity_id, **values)
        if _is_taken(record):
            result.kept.append(UndoConflict(entry.entity, entry.entity_id, "taken"))
            continue
        record.save(force_insert=True)
        returned.append(record)
    if returned:
        changes = [Change(record.pk, Action.CREATE, {}, snapshot(record)) for record in returned]
        record_changes(entity=entries[0].entity, changes=changes, now=now)
        result.undone += len(returned)


_UNDO = {Action.CREATE: _undo_creations, Action.UPDATE: _undo_changes, Action.DELETE: _undo_deletions}


def _is_as_created(record: models.Model, after: dict[str, Any]) -> bool:
    """Tell whether a record still holds what it was created with; what its trail leaves out was empty."""
    return all(
        value == after[name] if name in after else value in (None, "", {}, [])
        for name, value in snapshot(record).items()
    )


def _used(model: type[models.Model], records: Iterable[int]) -> set[int]:
    """Ids of records that other records point to. The batch's own went before: they came later."""
    ids = list(records)
    used: set[int] = set()
    for column, pointing in _pointers(model):
        found = pointing._base_manager.filter(**{f"{column}__in": ids})
        used |= set(found.values_list(column, flat=True).distinct())
    return used


@cache
def _pointers(model: type[models.Model]) -> tuple[tuple[str, type[models.Model]], ...]:
    """Every column of a table that points to records of `model`, with its table."""
    return tuple(
        (field.attname, table)
        for table in apps.get_models(include_auto_created=True)
        for field in table._meta.concrete_fields
        if field.related_model is model
    )


def _is_taken(record: models.Model) -> bool:
    """Tell whether a record created since has its unique values."""
    try:
        record.validate_unique()
        record.validate_constraints()
    except ValidationError:
        return True
    return False


def _stamp(records: Iterable[models.Model], now: dt.datetime) -> None:
    for record in records:
        if hasattr(record, "updated_at"):
            record.updated_at = now


@cache
def _model(entity: str) -> type[models.Model] | None:
    """The model of an entity; None for entries that name no table."""
    found = [
        model
        for model in apps.get_models()
        if model._meta.model_name == entity and model.__module__.startswith("onegoal.")
    ]
    return found[0] if len(found) == 1 else None


@cache
def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {one.attname: one for one in model._meta.concrete_fields if one.attname != "id"}
