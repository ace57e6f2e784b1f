"""How complete the card of a lead is, asked once for a whole page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from onegoal.apps.people.models import Identifier
from onegoal.apps.sales.completeness import holds, required_fields
from onegoal.apps.sales.models import Entity, Lead

_NOTED: Final = "api_completeness"


def note_completeness(leads: list[Any]) -> None:
    """Note on each lead what `completeness_of` says of it."""
    wanted = {stage: required_fields(Entity.LEAD.value, stage) for stage in {lead.stage for lead in leads}}
    asks_contacts = any({"phone", "email"} & set(names) for names in wanted.values())
    kinds = _kinds(lead.person_id for lead in leads) if asks_contacts else {}
    for lead in leads:
        names = wanted[lead.stage]
        missing = [name for name in names if not holds(lead, name, kinds.get(lead.person_id, set()))]
        setattr(lead, _NOTED, {"asked": len(names), "missing": missing})


def completeness_of(lead: Lead) -> dict[str, Any]:
    """Return how many fields the card is asked for and which of them it lacks."""
    if not hasattr(lead, _NOTED):
        note_completeness([lead])
    noted: dict[str, Any] = getattr(lead, _NOTED)
    return noted


def _kinds(persons: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for person_id, kind in Identifier.objects.filter(person__in=set(persons)).values_list("person_id", "kind"):
        found.setdefault(person_id, set()).add(kind)
    return found
