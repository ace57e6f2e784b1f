"""Search among leads and deals: by the person's name or phone, by contract, title and the id in another system."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from onegoal.apps.people.models import Person
from onegoal.apps.people.queries import find_people
from onegoal.apps.sales.models import Deal, Lead


def find_leads(leads: QuerySet[Lead], text: str) -> QuerySet[Lead]:
    """Narrow `leads` to those whose person holds every word of `text`, or whose id is `text`.

    Blind to case and accents in any alphabet; part of a telephone number finds it however it is written.
    """
    return leads.filter(Q(person__in=_people(text)) | _numbered(text))


def find_deals(deals: QuerySet[Deal], text: str) -> QuerySet[Deal]:
    """Narrow `deals` to those whose person holds `text`, or whose contract, title or id begins with it."""
    clean = _clean(text)
    named = Q(contract_number__istartswith=clean) | Q(title__icontains=clean) if clean else Q()
    return deals.filter(Q(person__in=_people(text)) | _numbered(text) | named)


def _people(text: str) -> QuerySet[Person, Any]:
    return find_people(Person.objects.all(), text).order_by().values("pk")


def _numbered(text: str) -> Q:
    """The record's own number, as `#12`, or its id in another system."""
    clean = _clean(text)
    own = clean.removeprefix("#")
    is_own = clean.startswith("#") and own.isascii() and own.isdigit() and len(own) < 19
    return Q(pk=int(own)) if is_own else Q(source_id=clean) & ~Q(source_id="")


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:200]
