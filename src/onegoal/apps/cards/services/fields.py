"""Save what was typed into a card without overwriting what somebody else typed meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from onegoal.apps.audit.changed_since import FieldChange, changes_since, mark_of
from onegoal.apps.cards.fields import CardField, comparable, fields_of_card
from onegoal.apps.people.models import Person
from onegoal.apps.people.services_edit import save_person
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services import save_deal, save_lead


@dataclass(frozen=True)
class Clash:
    """A field that somebody changed while another value for it was typed."""

    field: CardField
    theirs: FieldChange
    mine: Any


class ChangedMeanwhile(Exception):
    """Nothing was written: the same fields were changed by others since the card was opened."""

    def __init__(self, clashes: list[Clash]) -> None:
        super().__init__(", ".join(clash.field.name for clash in clashes))
        self.clashes = clashes


@dataclass(frozen=True)
class Saved:
    """What was written, and what others had changed meanwhile in other fields of the card."""

    record: Lead | Deal
    changed: tuple[CardField, ...]
    others: tuple[tuple[CardField, FieldChange], ...]


def card_mark(record: Lead | Deal) -> str:
    """Return what a form remembers of a card: the last change of the record and of its person."""
    return f"{mark_of(record)}.{mark_of(record.person)}"


@transaction.atomic
def save_card(*, record: Lead | Deal, changes: Mapping[str, Any], seen: str, now: dt.datetime) -> Saved:
    """Write the values of `changes` (by field name) that differ from what the form showed, as `card_mark` remembers it.

    Raises: ChangedMeanwhile when somebody else changed one of the same fields to another value; nothing is written then.
    """
    record = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    record.person = Person.objects.select_for_update(of=("self",)).get(pk=record.person_id)
    meanwhile = _meanwhile(record, seen)
    fields = {field.name: field for field in fields_of_card(record) if field.name in changes}
    mine = {
        name: changes[name] for name, field in fields.items()
        if not _same(field, changes[name], meanwhile[name].before if name in meanwhile else field.value(record))
    }  # fmt: skip
    clashes = [Clash(fields[name], meanwhile[name], value) for name, value in mine.items()
               if name in meanwhile and not _same(fields[name], meanwhile[name].after, value)]  # fmt: skip
    if clashes:
        raise ChangedMeanwhile(clashes)
    for name, value in mine.items():
        fields[name].put(record, value)
    _store(record, [fields[name] for name in mine], now)
    others = [(field, meanwhile[field.name]) for field in fields_of_card(record)
              if field.name in meanwhile and field.name not in mine]  # fmt: skip
    return Saved(record, tuple(fields[name] for name in mine), tuple(others))


def _meanwhile(record: Lead | Deal, seen: str) -> dict[str, FieldChange]:
    """What changed on the card since, by field name; an unreadable mark has seen nothing."""
    marks = [int(part) if part.isascii() and part.isdigit() and len(part) < 19 else 0 for part in seen.split(".")]
    of_record, of_person = (*marks, 0, 0)[:2]
    since = {False: changes_since(record, of_record), True: changes_since(record.person, of_person)}
    return {
        field.name: since[field.is_of_person][field.column]
        for field in fields_of_card(record)
        if field.column in since[field.is_of_person]
    }


def _store(record: Lead | Deal, fields: list[CardField], now: dt.datetime) -> None:
    if any(field.is_of_person for field in fields):
        save_person(person=record.person, now=now)
    if all(field.is_of_person for field in fields):
        return
    if isinstance(record, Lead):
        save_lead(lead=record, now=now)
    else:
        save_deal(deal=record, now=now)


def _same(field: CardField, one: Any, other: Any) -> bool:
    return comparable(field, one) == comparable(field, other)
