"""Write the trail: every service that changes a record says so here, inside its own transaction."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models import F

from onegoal.apps.audit.models import CHUNK_SIZE, Action, AuditEntry, StaleChunk
from onegoal.apps.audit.rows import insert_values


@dataclass(frozen=True)
class Author:
    """Who changes records now: a user or nobody, through `web`, `api`, `import`, `command`, `job` or `demo`."""

    user_id: int | None
    via: str
    batch: str = ""


NOBODY = Author(user_id=None, via="command")
_author: ContextVar[Author] = ContextVar("author", default=NOBODY)


@contextlib.contextmanager
def acting(author: Author) -> Iterator[None]:
    """Attribute every change made inside the block to `author`."""
    token = _author.set(author)
    try:
        yield
    finally:
        _author.reset(token)


def current_author() -> Author:
    """Return who is acting now."""
    return _author.get()


@dataclass(frozen=True)
class Change:
    """One change of one record; `before` is empty for a creation, `after` for a deletion."""

    entity_id: int
    action: Action
    before: dict[str, Any]
    after: dict[str, Any]


def snapshot(record: models.Model) -> dict[str, Any]:
    """Return the stored fields of a record as JSON-ready values, by column name."""
    return {name: plain(getattr(record, name)) for name in _noted_names(type(record))}


def record_change(*, record: models.Model, before: dict[str, Any], now: dt.datetime) -> None:
    """Note that `record` was created (`before` empty) or changed; an unchanged record leaves no entry."""
    after = snapshot(record)
    action = Action.UPDATE if before else Action.CREATE
    if before:
        changed = [name for name in after if after[name] != before.get(name)]
        before, after = {name: before.get(name) for name in changed}, {name: after[name] for name in changed}
    if after:
        record_changes(
            entity=record._meta.model_name or "", changes=[Change(record.pk, action, before, after)], now=now
        )


@contextlib.contextmanager
def changing(record: models.Model, *, now: dt.datetime) -> Iterator[None]:
    """Store what the block sets on a record, with its entry in the trail; one without an id is created.

    Must stand inside a transaction, with a stored record read in it: the whole row is written. When the block raises,
    nothing is. A dict or list is replaced, not filled: the trail compares values.
    """
    before = snapshot(record) if record.pk else {}
    yield
    record.save()
    record_change(record=record, before=before, now=now)


def record_deletion(*, record: models.Model, now: dt.datetime) -> None:
    """Note that `record` is about to be deleted, with all that it held."""
    change = Change(record.pk, Action.DELETE, snapshot(record), {})
    record_changes(entity=record._meta.model_name or "", changes=[change], now=now)


@transaction.atomic
def record_changes(*, entity: str, changes: Iterable[Change], now: dt.datetime) -> None:
    """Note many changes of one kind of record at once, and mark their warehouse chunks stale."""
    author, changes = current_author(), list(changes)
    columns = ("at", "actor_id", "via", "batch", "entity", "entity_id", "action", "before", "after")
    told = (now, author.user_id, author.via, author.batch, entity)
    rows = ((*told, change.entity_id, change.action.value, change.before, change.after) for change in changes)
    insert_values(AuditEntry, columns, rows)
    mark_stale(entity=entity, ids=(change.entity_id for change in changes))


def mark_stale(*, entity: str, ids: Iterable[int]) -> None:
    """Mark the warehouse chunks that hold these records for rewriting."""
    chunks = {record_id // CHUNK_SIZE for record_id in ids}
    StaleChunk.objects.bulk_create(
        [StaleChunk(entity=entity, chunk=chunk) for chunk in sorted(chunks)], ignore_conflicts=True
    )
    # The token tells a writer of the chunk whether it changed again while the file was being written.
    StaleChunk.objects.filter(entity=entity, chunk__in=chunks).update(token=F("token") + 1)


def plain(value: Any) -> Any:
    """Return a stored value as the trail keeps it: days, times and moments as ISO text."""
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


@cache
def _noted_names(model: type[models.Model]) -> tuple[str, ...]:
    hidden = {"id", "updated_at", "password", "digest"} | getattr(model, "not_noted", frozenset())
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname not in hidden)
