"""Copy changed records into the warehouse: within seconds of a change, all of them at once when asked."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import QuerySet

from onegoal.apps.audit.models import CHUNK_SIZE, StaleChunk
from onegoal.apps.audit.services import mark_stale
from onegoal.apps.company.services import Converter
from onegoal.apps.facts.engine import lake
from onegoal.apps.facts.exports import EXPORTS
from onegoal.apps.sales.models import Deal, Lead, RequiredField

NAMES = ("project", "user", "team", "stage")
"""Small tables that are written along with any other, so that no record points to a name that is not there."""
MOST_CHUNKS = 40
"""Chunks written in one version: some seconds of work, a few hundred thousand rows of memory."""


def publish_stale() -> int:
    """Write the chunks that changed since they were last written; return how many marks were cleared.

    A mark is cleared only if its records did not change again meanwhile, so nothing is missed, only written twice.
    """
    with lake().publishing():
        _mark_quarantined()
        marks = list(StaleChunk.objects.order_by("pk")[:MOST_CHUNKS])
        if not marks:
            return 0
        with _snapshot():
            converter = Converter()
            wanted = dict.fromkeys([*_with_followers(marks), *((name, 0) for name in NAMES)])
            chunks: dict[tuple[str, int], pa.Table] = {
                (EXPORTS[entity].table, chunk): EXPORTS[entity].rows(chunk, converter)
                for entity, chunk in wanted
                if entity in EXPORTS
            }
        lake().publish(chunks)
        _follow(marks)
        return sum(StaleChunk.objects.filter(pk=mark.pk, token=mark.token).delete()[0] for mark in marks)


def publish_now() -> int:
    """Write everything that is stale and return how many marks were cleared; new changes meanwhile are not waited for."""
    cleared = 0
    for _ in range(StaleChunk.objects.count() // MOST_CHUNKS + 3):
        if not StaleChunk.objects.exists():
            break
        cleared += publish_stale()
    return cleared


def rebuild() -> int:
    """Write every record into the warehouse again; touches, which live only there, stay. Returns marks cleared."""
    for entity, export in EXPORTS.items():
        written = {file.chunk for file in lake().manifest().files(export.table) if file.chunk is not None}
        _mark(entity, written | set(export.chunks()))
    return publish_now()


def tend_lake(*, now: dt.datetime) -> None:
    """Merge small files of touches and delete files that no question reads any more."""
    lake().compact("touches")
    lake().sweep(now=now)


def _with_followers(marks: list[StaleChunk]) -> Iterator[tuple[str, int]]:
    """Yield what to write for these marks: each entity's own table and those that follow it."""
    for mark in marks:
        yield mark.entity, mark.chunk
        yield from ((name, mark.chunk) for name, export in EXPORTS.items() if export.follows == mark.entity)


def _follow(marks: list[StaleChunk]) -> None:
    """Mark what was computed from the records of these marks."""
    if any(mark.entity in {"company", "exchangerate"} for mark in marks):
        for entity, export in EXPORTS.items():
            if export.has_money:
                _mark(entity, set(export.chunks()))
    if any(mark.entity == "requiredfield" for mark in marks):
        _mark("leadcard", set(EXPORTS["leadcard"].chunks()))
        _mark("dealcard", set(EXPORTS["dealcard"].chunks()))
    for mark in marks:
        _mark_cards(mark)
    # A deal without a lead takes its origin from the first lead of its person.
    for mark in marks:
        if mark.entity == "lead":
            first = mark.chunk * CHUNK_SIZE
            people = Lead.objects.filter(pk__gte=first, pk__lt=first + CHUNK_SIZE).values("person_id")
            _mark_all("deal", Deal.objects.filter(lead__isnull=True, person_id__in=people))


def _mark_cards(mark: StaleChunk) -> None:
    """Mark the cards of the persons of a mark."""
    ids = {"gte": mark.chunk * CHUNK_SIZE, "lt": (mark.chunk + 1) * CHUNK_SIZE}
    column = {"person": "person_id", "identifier": "person__identifiers__id"}.get(mark.entity)
    if column and RequiredField.objects.exists():
        for entity, model in (("leadcard", Lead), ("dealcard", Deal)):
            _mark_all(entity, model.objects.filter(**{f"{column}__{way}": bound for way, bound in ids.items()}))


def _mark_all(entity: str, records: QuerySet[Any]) -> None:
    _mark(entity, {pk // CHUNK_SIZE for pk in records.values_list("pk", flat=True).iterator()})


def _mark(entity: str, chunks: set[int]) -> None:
    if chunks:
        mark_stale(entity=entity, ids=[chunk * CHUNK_SIZE for chunk in chunks])


def _mark_quarantined() -> None:
    """Have files that could not be read written anew from the records they copied."""
    entities = {export.table: entity for entity, export in EXPORTS.items()}
    aside = lake().manifest().quarantined
    lost = {table: [f for f in files if f.chunk is not None] for table, files in aside.items() if table in entities}
    for table, files in lost.items():
        _mark(entities[table], {file.chunk for file in files if file.chunk is not None})
    names = {file.name for files in lost.values() for file in files}
    if names:
        lake().release(names)


@contextlib.contextmanager
def _snapshot() -> Iterator[None]:
    """See one state of the records in all reads inside the block, without the lock that writers need."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("COMMIT")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
