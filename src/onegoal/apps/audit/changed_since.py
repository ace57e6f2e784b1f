"""What others changed in a record since somebody opened it, field by field, from the trail."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.db.models import Max, QuerySet

from onegoal.apps.audit.models import Action, AuditEntry


@dataclass(frozen=True)
class FieldChange:
    """One field by the name of its column, or `custom:<key>` for a value of the company's own fields.

    `before` is what stood there at the mark, `after` what stands there now, both as the trail keeps them; `by` is the
    name of who changed it last (empty for a job or an import), `at` when.
    """

    field: str
    before: Any
    after: Any
    by: str
    by_id: int | None
    via: str
    at: dt.datetime


def mark_of(record: models.Model) -> int:
    """Return the number of the record's last entry in the trail, 0 when it has none: what a form remembers."""
    return _entries(record).aggregate(last=Max("pk"))["last"] or 0


def changes_since(record: models.Model, mark: int) -> dict[str, FieldChange]:
    """Return by field what changed in the record after `mark`; a field that was put back has not changed."""
    found: dict[str, FieldChange] = {}
    for entry in _entries(record).filter(pk__gt=mark).exclude(action=Action.DELETE).select_related("actor"):
        before, after = _flat(entry.before), _flat(entry.after)
        for name in before.keys() | after.keys():
            first = found.get(name)
            change = FieldChange(
                name, before.get(name), after.get(name), entry.actor.name if entry.actor else "", entry.actor_id,
                entry.via, entry.at,
            )  # fmt: skip
            found[name] = replace(change, before=first.before) if first else change
    return {name: one for name, one in sorted(found.items()) if one.before != one.after}


def _entries(record: models.Model) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(entity=record._meta.model_name, entity_id=record.pk).order_by("pk")


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    """Give each value of a field that holds many a name of its own."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= {f"{name}:{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat
