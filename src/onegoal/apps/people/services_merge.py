"""Make one person of two: everything that points to the one moves to the other, in one batch that can be undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from onegoal.apps.accounts.models import User
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.audit.bulk import Batch, one_writer
from onegoal.apps.audit.services import acting, current_author, record_deletion
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.people.queries import survivor_of
from onegoal.apps.people.services import search_text

OWN = "custom:"
DROP = "drop"
FIELDS = ("name", "organisation_id", "region", "segment")


class AlreadyMerged(Exception):
    """One of the two has been merged into another person before; `survivor` is that one."""

    def __init__(self, person: Person, survivor: Person) -> None:
        super().__init__(f"{person} -> {survivor}")
        self.person, self.survivor = person, survivor


class SamePerson(Exception):
    """A person cannot be merged with themselves."""


@dataclass
class Merged:
    """Who stayed, under which batch it can be undone, and how many records of each kind moved or fell away."""

    person: Person
    batch: str
    moved: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)


@one_writer
def merge_people(*, keep: Person, drop: Person, choices: Mapping[str, str], author: User, now: dt.datetime) -> Merged:
    """Give all that `drop` has to `keep`; `drop` stays as a signpost.

    `choices` says for a field (`FIELDS`, `custom:<key>`) whether the value of `keep` or of `drop` stays; where it says
    nothing the value of `keep` stays unless it is empty. A record that may stand at a person once, and does so at both,
    stays with `keep` and falls away at `drop`.
    Raises: SamePerson, AlreadyMerged.
    """
    if keep.pk == drop.pk:
        raise SamePerson
    locked = {
        one.pk: one
        for one in Person.objects.select_for_update(of=("self",)).filter(pk__in=[keep.pk, drop.pk]).order_by("pk")
    }
    keep, drop = locked[keep.pk], locked[drop.pk]
    for one in (keep, drop):
        if one.merged_into is not None:
            raise AlreadyMerged(one, survivor_of(one))
    with acting(replace(current_author(), user_id=author.pk)), in_one_batch("merge") as batch:
        merged = Merged(keep, batch)
        for model, column in pointers():
            _move(model, column, keep, drop, merged, now)
        _join(keep, drop, choices, now)
    merged.person = Person.objects.get(pk=keep.pk)
    return merged


def pointers() -> Iterator[tuple[type[models.Model], str]]:
    """Yield every column of every table that names a person, with its table."""
    for model in apps.get_models(include_auto_created=True):
        for one in model._meta.concrete_fields:
            if one.related_model is Person:
                yield model, one.attname


def differing_fields(keep: Person, drop: Person) -> list[str]:
    """Return the fields in which two people hold something, and not the same."""
    own = [f"{OWN}{key}" for key in dict.fromkeys([*keep.custom, *drop.custom])]
    return [name for name in (*FIELDS, *own) if held(keep, name) != held(drop, name)]


def held(person: Person, name: str) -> Any:
    """Return what stands in a field of a person, None for nothing."""
    value = person.custom.get(name.removeprefix(OWN)) if name.startswith(OWN) else getattr(person, name)
    return None if value == "" else value


def _move(model: type[models.Model], column: str, keep: Person, drop: Person, merged: Merged, now: dt.datetime) -> None:
    batch: Batch[Any] = Batch(model, now=now)
    label = model._meta.model_name or ""
    for row in model._base_manager.filter(**{column: drop.pk}).order_by("pk"):
        setattr(row, column, keep.pk)
        is_taken = _is_taken(row)
        setattr(row, column, drop.pk)
        if is_taken:
            record_deletion(record=row, now=now)
            row.delete()
            merged.removed[label] = merged.removed.get(label, 0) + 1
        else:
            batch.apply(row, {column: keep.pk})
            merged.moved[label] = merged.moved.get(label, 0) + 1
    batch.save()


def _join(keep: Person, drop: Person, choices: Mapping[str, str], now: dt.datetime) -> None:
    batch = Batch(Person, now=now)
    values = _joined_values(keep, drop, choices)
    if drop.source_id and not keep.source_id:
        values |= {"source": drop.source, "source_id": drop.source_id}
    batch.apply(drop, {"merged_into_id": keep.pk, "search_text": "", "source": "", "source_id": ""})
    batch.save()
    marks = Identifier.objects.filter(person=keep).order_by("id").values_list("kind", "value")
    values["search_text"] = search_text(values.get("name", keep.name), marks)
    values["created_at"] = min(keep.created_at, drop.created_at)
    batch.apply(keep, values)
    batch.save()


def _joined_values(keep: Person, drop: Person, choices: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    custom = dict(keep.custom)
    for name in differing_fields(keep, drop):
        takes_other = choices.get(name) == DROP or (name not in choices and held(keep, name) is None)
        if not takes_other or held(drop, name) is None:
            continue
        if name.startswith(OWN):
            custom[name.removeprefix(OWN)] = held(drop, name)
        else:
            values[name] = held(drop, name)
    return values | {"custom": custom}


def _is_taken(row: models.Model) -> bool:
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return True
    return False
