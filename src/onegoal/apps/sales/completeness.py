"""What the card of a lead or a deal must hold before it enters a stage, what it lacks, and what each field is called."""

from __future__ import annotations

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import CustomField, Stage
from onegoal.apps.people.models import Identifier
from onegoal.apps.sales.models import Deal, Entity, Lead, RequiredField

CUSTOM = "custom:"
_PERSON: dict[str, Promise] = {"name": _("name"), "phone": _("phone"), "email": _("e-mail")}
_COMMON = ("project", "product", "product_type", "seller", "agency", "region", "segment")
_OWN: dict[str, tuple[str, ...]] = {
    Entity.LEAD: (*_COMMON, "note"),
    Entity.DEAL: ("title", *_COMMON, "amount_minor", "margin_minor", "contract_number"),
}


def entity_of(record: Lead | Deal) -> str:
    """Return whether the record is a lead or a deal, in the words of `Entity`."""
    return Entity.LEAD.value if isinstance(record, Lead) else Entity.DEAL.value


def fields_of(entity: str) -> dict[str, str | Promise]:
    """Return every field that may be required of a lead or a deal, with its label."""
    model: type[models.Model] = Lead if entity == Entity.LEAD else Deal
    labels: dict[str, str | Promise] = dict(_PERSON)
    labels |= {name: model._meta.get_field(name).verbose_name for name in _OWN[entity]}  # type: ignore[union-attr]
    own = CustomField.objects.filter(entity=entity)
    return labels | {f"{CUSTOM}{field.key}": field.label for field in own}


def required_fields(entity: str, stage: Stage | None) -> list[str]:
    """Return the names of the fields required from the start and of those the stage asks for."""
    asked = RequiredField.objects.filter(entity=entity).filter(Q(stage=None) | Q(stage=stage))
    return list(dict.fromkeys(asked.values_list("field", flat=True)))


def missing_fields(record: Lead | Deal, stage: Stage | None) -> list[str]:
    """Return the names of the required fields of `stage` that the record does not hold, in the order they are asked."""
    wanted = required_fields(entity_of(record), stage)
    kinds: set[str] = set()
    if {"phone", "email"} & set(wanted):
        kinds = set(Identifier.objects.filter(person_id=record.person_id).values_list("kind", flat=True))
    return [name for name in wanted if not holds(record, name, kinds)]


def holds(record: Lead | Deal, name: str, kinds: set[str]) -> bool:
    """Return whether the record's card holds a field; `kinds` are those of its person's identifiers."""
    if name in ("phone", "email"):
        return name in kinds
    if name == "name":
        return bool(record.person.name)
    if name.startswith(CUSTOM):
        return record.custom.get(name.removeprefix(CUSTOM)) not in (None, "")
    try:
        field = record._meta.get_field(name)
    except FieldDoesNotExist:  # a field that this version no longer has cannot be asked for
        return True
    return getattr(record, field.attname) not in (None, "")  # type: ignore[union-attr]
