"""Required fields of cards for lists: known by one number, read from the records they are fields of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from onegoal.apps.accounts.models import User
from onegoal.apps.facts.exports import FIELD_KEYS
from onegoal.apps.people.models import Identifier
from onegoal.apps.sales.completeness import holds
from onegoal.apps.sales.models import Deal, Entity, Lead, RequiredField
from onegoal.apps.sales.queries import visible_deals, visible_leads


@dataclass(frozen=True)
class CardFieldLine:
    """One field that a card must hold, and whether it does now."""

    card: str
    record: Lead | Deal
    field: str
    is_filled: bool


def card_fields_by_key(user: User, keys: Sequence[int]) -> list[CardFieldLine]:
    """The fields with these keys in the order of the keys; those of records the user may not see are left out."""
    wanted = [(key, *divmod(abs(key), FIELD_KEYS)) for key in keys]
    details = ("person", "seller", "stage")
    leads = visible_leads(user).select_related(*details).in_bulk([pk for key, pk, _ in wanted if key > 0])
    deals = visible_deals(user).select_related(*details).in_bulk([pk for key, pk, _ in wanted if key < 0])
    fields = RequiredField.objects.in_bulk({field for *_, field in wanted})
    marks = _marks_of({record.person_id for record in (*leads.values(), *deals.values())})
    found: list[CardFieldLine] = []
    for key, pk, field in wanted:
        record: Any = leads.get(pk) if key > 0 else deals.get(pk)
        if record is not None and field in fields:
            name = fields[field].field
            is_filled = holds(record, name, marks.get(record.person_id, set()))
            found.append(CardFieldLine(Entity.LEAD if key > 0 else Entity.DEAL, record, name, is_filled))
    return found


def _marks_of(people: set[int]) -> dict[int, set[str]]:
    marks: dict[int, set[str]] = {}
    for person_id, kind in Identifier.objects.filter(person_id__in=people).values_list("person_id", "kind"):
        marks.setdefault(person_id, set()).add(kind)
    return marks
