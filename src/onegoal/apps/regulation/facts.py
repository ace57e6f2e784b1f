"""The facts about leads that criteria are held against: for one lead and for a hundred thousand in the same few queries."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, QuerySet

from onegoal.apps.people.models import Identifier
from onegoal.apps.regulation.fields import CONTACT_KINDS, Asked, Calls, Surroundings, asked_fields
from onegoal.apps.sales.models import Call, Lead


@dataclass(frozen=True)
class Facts:
    """Facts about some leads as aligned columns by the key of the field."""

    ids: list[int]
    columns: Mapping[str, Sequence[Any]]

    def of(self, place: int) -> dict[str, Any]:
        """Return the facts of one lead."""
        return {key: column[place] for key, column in self.columns.items()}


def facts_of(leads: QuerySet[Lead], keys: Iterable[str], *, known: Mapping[str, Asked] | None = None) -> Facts:
    """Return what is known of the leads now, in their order; a field that is no more has no column.

    Costs one query, and one more for each of phones, e-mails, earlier leads and two for calls where they are asked for.
    """
    fields = asked_fields() if known is None else known
    asked = {key: fields[key] for key in keys if key in fields}
    columns = sorted({"pk", *(name for one in asked.values() for name in one.columns)})
    rows = list(leads.values(*columns))
    around = _surroundings(leads, {one.beside for one in asked.values()})
    read = {key: [one.read(row, around) for row in rows] for key, one in asked.items()}
    return Facts([row["pk"] for row in rows], read)


def _surroundings(leads: QuerySet[Lead], wanted: set[str]) -> Surroundings:
    beside: dict[str, Any] = {
        name: _with_identifier(leads, kinds) for name, kinds in CONTACT_KINDS.items() if name in wanted
    }
    if "returning" in wanted:
        beside["returning"] = _returning(leads)
    if "calls" in wanted:
        beside["calls"] = _calls(leads)
    return Surroundings(**beside)


def _persons(leads: QuerySet[Lead]) -> QuerySet:
    return leads.order_by().values("person_id")


def _with_identifier(leads: QuerySet[Lead], kinds: Sequence[str]) -> frozenset[int]:
    # Asked by person alone: with the kind in the question SQLite goes through every phone there is, even for one lead.
    found = Identifier.objects.filter(person_id__in=_persons(leads)).values_list("person_id", "kind")
    return frozenset(person_id for person_id, kind in found if kind in kinds)


def _returning(leads: QuerySet[Lead]) -> frozenset[int]:
    """The leads whose person had asked before."""
    firsts = Lead.objects.filter(person_id__in=_persons(leads)).order_by().values("person_id")
    first_at = dict(firsts.annotate(first=Min("created_at")).values_list("person_id", "first"))
    rows = leads.order_by().values_list("pk", "person_id", "created_at")
    return frozenset(pk for pk, person_id, at in rows if first_at[person_id] < at)


def _calls(leads: QuerySet[Lead]) -> dict[int, Calls]:
    """Answered calls of each lead since it came; a call that names only the person belongs to their latest lead then."""
    answered = Call.objects.filter(is_answered=True).order_by()
    of_leads = answered.filter(lead_id__in=leads.order_by().values("pk"), started_at__gte=F("lead__created_at"))
    lines = list(of_leads.values_list("lead_id", "talk_seconds"))
    moments, ids = _leads_by_person(leads)
    loose = answered.filter(lead=None, person_id__in=_persons(leads))
    for person_id, at, talked in loose.values_list("person_id", "started_at", "talk_seconds"):
        place = bisect_right(moments[person_id], at)
        if place:
            lines.append((ids[person_id][place - 1], talked))
    totals: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for lead_id, talked in lines:
        count, seconds = totals[lead_id]
        totals[lead_id] = (count + 1, seconds + (talked or 0))
    return {lead_id: Calls(*total) for lead_id, total in totals.items()}


def _leads_by_person(leads: QuerySet[Lead]) -> tuple[dict[int, list[dt.datetime]], dict[int, list[int]]]:
    moments: dict[int, list[dt.datetime]] = defaultdict(list)
    ids: dict[int, list[int]] = defaultdict(list)
    every = Lead.objects.filter(person_id__in=_persons(leads)).order_by("created_at", "pk")
    for pk, person_id, at in every.values_list("pk", "person_id", "created_at"):
        moments[person_id].append(at)
        ids[person_id].append(pk)
    return moments, ids
