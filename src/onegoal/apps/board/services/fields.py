"""Fields of deals: those a stage asks for, and filling them in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from onegoal.apps.audit.services import record_change, record_deletion
from onegoal.apps.board.services.reservations import locked_deal
from onegoal.apps.people.intake import PersonRef
from onegoal.apps.people.models import Person
from onegoal.apps.people.services import PersonNeed, settle_people
from onegoal.apps.sales.completeness import CUSTOM
from onegoal.apps.sales.models import Deal, RequiredField
from onegoal.apps.sales.services import save_deal

_OF_PERSON = ("name", "phone", "email")


@transaction.atomic
def set_required_fields(*, entity: str, wanted: Collection[tuple[int | None, str]], now: dt.datetime) -> None:
    """Ask for exactly these fields of a lead or a deal: pairs of a stage id (None: from the start) and a field."""
    stored = {(one.stage_id, one.field): one for one in RequiredField.objects.filter(entity=entity)}
    for key, record in stored.items():
        if key not in wanted:
            record_deletion(record=record, now=now)
            record.delete()
    for stage_id, field in wanted:
        if (stage_id, field) not in stored:
            record = RequiredField.objects.create(entity=entity, stage_id=stage_id, field=field)
            record_change(record=record, before={}, now=now)


@transaction.atomic
def fill_fields(*, deal: Deal, values: Mapping[str, Any], now: dt.datetime, empties: bool = False) -> Deal:
    """Write fields of a deal by the names `sales.completeness.fields_of` gives; the person's name and contacts are added to.

    A foreign key takes a record, `custom:<key>` a value that JSON holds. Empty values are left out unless `empties`.
    """
    stored = locked_deal(deal)
    told = {name: value for name, value in values.items() if empties or value not in (None, "")}
    for name, value in told.items():
        if name.startswith(CUSTOM):
            stored.custom = _with(stored.custom, name.removeprefix(CUSTOM), value)
        elif name not in _OF_PERSON:
            setattr(stored, name, value)
    if told.get("seller"):
        stored.team_id = told["seller"].team_id or stored.team_id
    save_deal(deal=stored, now=now)
    if any(told.get(name) for name in _OF_PERSON):
        _tell_of_person(stored.person, {name: told[name] for name in _OF_PERSON if told.get(name)}, now)
    return stored


def _with(custom: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    kept = {name: one for name, one in custom.items() if name != key}
    return kept if value in (None, "") else {**kept, key: value}


def _tell_of_person(person: Person, told: Mapping[str, Any], now: dt.datetime) -> None:
    marks = tuple((kind, str(told[kind])) for kind in ("phone", "email") if kind in told)
    ref = PersonRef(name=str(told.get("name", "")), identifiers=marks)
    settle_people(needs=[PersonNeed(ref=ref, at=person.created_at, own=("crm", ""), known_id=person.pk)], now=now)
