"""Reads of the trail: who changed what, and what the stored values mean in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, localtime
from django.utils.translation import gettext as _

from onegoal.apps.audit.models import AuditEntry
from onegoal.core.money import Money


@dataclass(frozen=True)
class TrailFilter:
    """What the reader of the trail asks for; None and empty text mean everything. `end` is the first day not included."""

    actor_id: int | None = None
    entity: str = ""
    entity_id: int | None = None
    batch: str = ""
    via: str = ""
    start: dt.datetime | None = None
    end: dt.datetime | None = None


@dataclass(frozen=True)
class Difference:
    """One field of one change, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TrailLine:
    """One entry as a person reads it."""

    entry: AuditEntry
    kind: str
    record: str
    differences: tuple[Difference, ...]


def trail(asked: TrailFilter) -> QuerySet[AuditEntry]:
    """Return the entries that fit, newest first."""
    conditions = {
        "actor_id": asked.actor_id,
        "entity": asked.entity or None,
        "entity_id": asked.entity_id,
        "batch": asked.batch or None,
        "via": asked.via or None,
        "at__gte": asked.start,
        "at__lt": asked.end,
    }
    chosen = {name: value for name, value in conditions.items() if value is not None}
    return AuditEntry.objects.filter(**chosen).select_related("actor").order_by("-at", "-id")


def entity_names() -> dict[str, str]:
    """Return every kind of record the trail can speak of, with its name in words."""
    return {name: _kind(model) for name, model in sorted(_models().items(), key=lambda pair: _kind(pair[1]))}


def in_words(entries: Sequence[AuditEntry]) -> list[TrailLine]:
    """Return entries with names for ids, words for choices and amounts with their currency; a few queries in all."""
    names = _names(entries)
    return [_line(entry, names) for entry in entries]


Names = dict[tuple[str, Any], str]


def _line(entry: AuditEntry, names: Names) -> TrailLine:
    model = _models().get(entry.entity)
    keys = dict.fromkeys([*entry.before, *entry.after])
    differences = (_difference(entry, model, key, names) for key in keys if key not in {"search_text", "digest", "id"})
    return TrailLine(
        entry=entry,
        kind=_kind(model) if model else entry.entity,
        record=names.get((entry.entity, entry.entity_id)) or _last_name(entry) or f"#{entry.entity_id}",
        differences=tuple(line for line in differences if line.before or line.after),
    )


def _difference(entry: AuditEntry, model: type[models.Model] | None, key: str, names: Names) -> Difference:
    field = _field(model, key)
    currency = (
        entry.after.get("currency")
        or entry.before.get("currency")
        or names.get(("currency", (entry.entity, entry.entity_id)), "")
    )
    return Difference(
        label=_label(field, key),
        before=_value(field, entry.before.get(key), names, currency),
        after=_value(field, entry.after.get(key), names, currency),
    )


def _value(field: models.Field | None, value: Any, names: Names, currency: str) -> str:
    if value is None or value == "" or value in ([], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.remote_field and field.related_model:
        several = value if isinstance(value, list) else [value]
        kind = field.related_model._meta.model_name or ""
        return ", ".join(names.get((kind, one), f"#{one}") for one in several)
    if field is not None and field.name.endswith("_minor") and currency:
        money = Money(int(value), currency)
        return f"{money.amount} {currency}"
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return date_format(localtime(moment, get_current_timezone()), "j M Y, H:i") if moment else str(value)
    if isinstance(field, models.DateField):
        day = parse_date(str(value))
        return date_format(day, "j M Y") if day else str(value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {inner}" for key, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _names(entries: Iterable[AuditEntry]) -> Names:
    """Look up every record the entries name: one query for each kind."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for entry in entries:
        model = _models().get(entry.entity)
        wanted[entry.entity].add(entry.entity_id)
        for side in (entry.before, entry.after):
            for key, value in side.items():
                field = _field(model, key)
                if field is not None and field.remote_field and field.related_model and value is not None:
                    kind = field.related_model._meta.model_name or ""
                    wanted[kind].update(value if isinstance(value, list) else [value])
    found: Names = {}
    for name, ids in wanted.items():
        for record in _load(_models().get(name), ids):
            found[name, record.pk] = str(record)
            if currency := getattr(record, "currency", ""):
                found["currency", (name, record.pk)] = currency
    return found


def _load(model: type[models.Model] | None, ids: set[Any]) -> Iterable[models.Model]:
    if model is None:
        return ()
    # Leads and deals without a title are called by their person.
    named_by = [name for name in ("person", "stage") if _field(model, name) is not None]
    return (
        model._default_manager.filter(pk__in=ids).select_related(*named_by)
        if named_by
        else model._default_manager.filter(pk__in=ids)
    )


def _last_name(entry: AuditEntry) -> str:
    held = entry.before or entry.after
    return str(held.get("name") or held.get("title") or held.get("label") or held.get("email") or "")


def _models() -> dict[str, type[models.Model]]:
    return {
        model._meta.model_name: model  # type: ignore[misc]
        for model in apps.get_models()
        if model.__module__.startswith("onegoal.") and model._meta.app_label not in {"audit", "facts", "api"}
    }


def _field(model: type[models.Model] | None, key: str) -> models.Field | None:
    for field in (*model._meta.concrete_fields, *model._meta.many_to_many) if model else ():
        if key in {field.name, field.attname}:
            return field
    return None


def _label(field: models.Field | None, key: str) -> str:
    return str(field.verbose_name) if field is not None else key.replace("_", " ")


def _kind(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)
