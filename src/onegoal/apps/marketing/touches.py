"""Touches go straight to the lake: millions of them, each once for its source id, none of them makes a person."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

import pyarrow as pa
from django.conf import settings

from onegoal.apps.audit.bulk import name_key, one_writer
from onegoal.apps.audit.checks import INTEGER, check_texts, check_whole, limits
from onegoal.apps.audit.intake import Fate, RowFate, RowRefused
from onegoal.apps.company.models import Project
from onegoal.apps.company.services import find_or_create_projects
from onegoal.apps.marketing.intake import TouchRow
from onegoal.apps.marketing.models import Spend
from onegoal.apps.marketing.origins import check_marks, find_origins
from onegoal.apps.people.models import Identifier, IdentifierKind
from onegoal.core.identity_hash import identity_hash
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.schemas import arrow_schema
from onegoal.warehouse.touches import TouchIntake

_TEXTS = (
    ("kind", 40),
    ("page", 2000),
    *limits(Spend, source="source", source_id="source_id", region="region"),
    *limits(Project, project="name"),
)
_IDENTIFIER_LIMIT: Final = Identifier._meta.get_field("value").max_length or 0
# The device is the best name of a visitor; a contact stands in where a touch was no visit.
_STRENGTH: Final = {
    kind: place
    for place, kind in enumerate(
        (IdentifierKind.VISITOR.value, IdentifierKind.CRM.value, IdentifierKind.PHONE.value, IdentifierKind.EMAIL.value)
    )
}
_FATES: Final = {fate.value: RowFate(fate) for fate in (Fate.CREATED, Fate.UPDATED, Fate.UNCHANGED)}

__all__ = ["remove_touches", "take_in_touches", "visitor_hash"]

visitor_hash = identity_hash
"""The number a touch keeps of its visitor: `visitor_hash(kind, value)` of an identifier."""


def take_in_touches(*, rows: Sequence[TouchRow], now: dt.datetime, batch: str) -> list[RowFate]:
    """Store touches by source id and return their fates, in order; `batch` is what `remove_touches` takes back.

    Must not run inside a transaction that may still be rolled back: files of the lake would keep ids of origins that
    never came to be.
    """
    fates: list[RowFate | None] = [_refusal(row) for row in rows]
    sound = [row for row, refused in zip(rows, fates, strict=True) if refused is None]
    if sound:
        origins, projects = _settle_names(rows=sound, now=now)
        stored = iter(_intake().take_in(_table(sound, origins, projects, batch), batch=batch))
        fates = [refused or _FATES[next(stored)] for refused in fates]
    return [fate for fate in fates if fate is not None]


def remove_touches(*, batch: str) -> int:
    """Take back every touch of a batch and put back what it had replaced; return how many were taken away."""
    return _lake().remove_batch("touches", batch)


@one_writer
def _settle_names(*, rows: Sequence[TouchRow], now: dt.datetime) -> tuple[list[int], dict[str, int]]:
    origins = find_origins([row.marks for row in rows])
    names = {row.project for row in rows} - {""}
    return origins, find_or_create_projects(names=names, now=now) if names else {}


def _refusal(row: TouchRow) -> RowFate | None:
    try:
        check_texts(row, _TEXTS)
        check_marks(row.marks)
        check_whole("sequence", row.sequence, low=-INTEGER, high=INTEGER)
        for kind, value in row.person.identifiers:
            if len(value) > _IDENTIFIER_LIMIT:
                raise RowRefused(kind, "too_long", length=len(value), limit=_IDENTIFIER_LIMIT)
        if not row.source_id:
            raise RowRefused("id", "missing")
    except RowRefused as refusal:
        return refusal.fate()
    return None


def _table(rows: Sequence[TouchRow], origins: Sequence[int], projects: Mapping[str, int], batch: str) -> pa.Table:
    visitors = [_visitor(row) for row in rows]
    project_ids = [projects.get(name_key(row.project)) if row.project else None for row in rows]
    columns = {
        "touch_key": [_number(f"{row.source}\x1f{row.source_id}") for row in rows],
        "digest": [
            _number(
                f"{row.at.timestamp()!r}\x1f{visitor}\x1f{origin}\x1f{row.kind}\x1f{row.page}\x1f{project}\x1f"
                f"{row.region}\x1f{row.sequence}"
            )
            for row, visitor, origin, project in zip(rows, visitors, origins, project_ids, strict=True)
        ],
        "at": [row.at for row in rows],
        "visitor": visitors,
        "origin_id": origins,
        "touch_kind": [row.kind or "visit" for row in rows],
        "page": [row.page.strip() or None for row in rows],
        "project_id": project_ids,
        "region": [row.region.strip() or None for row in rows],
        "sequence": [row.sequence for row in rows],
        "batch": [batch] * len(rows),
    }
    return pa.table(columns, schema=arrow_schema("touches"))


def _visitor(row: TouchRow) -> int | None:
    identifiers = row.person.identifiers
    if not identifiers:
        return None
    best = identifiers[0] if len(identifiers) == 1 else min(identifiers, key=_strength)
    return identity_hash(*best)


def _strength(mark: tuple[str, str]) -> int:
    return _STRENGTH.get(mark[0], len(_STRENGTH))


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _lake() -> Lake:
    return _opened(str(settings.WAREHOUSE_DIRECTORY), os.getpid())[0]


def _intake() -> TouchIntake:
    return _opened(str(settings.WAREHOUSE_DIRECTORY), os.getpid())[1]


@lru_cache(maxsize=2)
def _opened(directory: str, process: int) -> tuple[Lake, TouchIntake]:
    """The lake of this process: an index of keys must not cross a fork and diverge unseen."""
    lake = Lake(Path(directory))
    return lake, TouchIntake(lake)
