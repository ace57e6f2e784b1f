"""Which fields the card of a lead or a deal holds, its own and its person's, and what stands in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import models

from onegoal.apps.company.models import CustomEntity, CustomField, FieldKind
from onegoal.apps.people.models import Person
from onegoal.apps.sales.completeness import CUSTOM, entity_of
from onegoal.apps.sales.models import Deal, Entity, Lead

_PERSON: Final = "person:"
_YES: Final = frozenset({"true", "yes", "1"})
_OWN: dict[str, tuple[str, ...]] = {
    Entity.LEAD: ("request_type", "project", "product", "product_type", "region", "segment", "agency", "note"),
    Entity.DEAL: ("title", "project", "product_type", "region", "segment", "agency"),
}


@dataclass(frozen=True)
class CardField:
    """One field. `name` is what forms and required fields call it, `column` what the trail does; `own` its definition."""

    name: str
    label: str
    column: str
    is_of_person: bool = False
    own: CustomField | None = None

    @property
    def kind(self) -> str:
        """Return what is typed into it: a kind of `FieldKind`, or the name of a column with a list of its own."""
        return self.own.kind if self.own else self.name

    def owner(self, record: Lead | Deal) -> Lead | Deal | Person:
        """Return the record that holds the value."""
        return record.person if self.is_of_person else record

    def value(self, record: Lead | Deal) -> Any:
        """Return what stands in it, as the trail keeps it."""
        owner = self.owner(record)
        return owner.custom.get(self.own.key) if self.own else getattr(owner, self.column)

    def put(self, record: Lead | Deal, value: Any) -> None:
        """Set it on the record in memory; an empty value of an own field is taken out."""
        owner = self.owner(record)
        if not self.own:
            setattr(owner, self.column, value)
            return
        rest = {key: held for key, held in owner.custom.items() if key != self.own.key}
        owner.custom = rest | ({} if value in (None, "") else {self.own.key: value})


def fields_of_card(record: Lead | Deal) -> list[CardField]:
    """Return the fields of a record's card in the order they are shown: who, about what, the company's own."""
    entity = entity_of(record)
    name = Person._meta.get_field("name")
    fields = [CardField("name", str(name.verbose_name), "name", is_of_person=True)]
    fields += [_column(type(record), one) for one in _OWN[entity]]
    own = CustomField.objects.filter(entity__in=[entity, CustomEntity.PERSON]).order_by("position", "id")
    return fields + sorted(map(_own, own), key=lambda one: one.is_of_person)


def shown_value(field: CardField, record: Lead | Deal) -> Any:
    """Return the value as people read it: the name of what it points to, the label of a choice."""
    if field.own:
        return comparable(field, field.value(record))
    owner: models.Model = field.owner(record)
    display = getattr(owner, f"get_{field.name}_display", None)
    return display() if display else getattr(owner, field.name)


def comparable(field: CardField, value: Any) -> Any:
    """Return a value so that two spellings of one are equal: 80000 and 80000.0, yes and True, nothing and an empty text."""
    if value in (None, ""):
        return None
    if field.kind == FieldKind.NUMBER:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return str(value)
    if field.kind == FieldKind.FLAG:
        return str(value).casefold() in _YES
    return value.isoformat() if isinstance(value, dt.date) else value


def _column(model: type[models.Model], name: str) -> CardField:
    column: Any = model._meta.get_field(name)
    return CardField(name, str(column.verbose_name), column.attname)


def _own(definition: CustomField) -> CardField:
    is_of_person = definition.entity == CustomEntity.PERSON
    name = f"{_PERSON if is_of_person else ''}{CUSTOM}{definition.key}"
    return CardField(name, definition.label, f"{CUSTOM}{definition.key}", is_of_person, definition)
