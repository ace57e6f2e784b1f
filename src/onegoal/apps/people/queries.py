"""Reads of persons: those the asker may see, and the search in their names and contacts."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.people.models import Person
from onegoal.core.search import search_key

_PHONE_LIKE = re.compile(r"[+(\d][\d\s().\-…/]{3,}")
_TRUNK = re.compile(r"00?(?=\d)|8(?=\d{3})")  # what is dialled before a number at home and is no part of it


def visible_people(user: User) -> QuerySet[Person]:
    """Return the people with a lead or a deal that the user may see; those who see everything see all who were not merged."""
    reach = reach_of(user)
    if reach.is_everything:
        return Person.objects.filter(merged_into=None)
    if reach.width is Width.NOTHING:
        return Person.objects.none()
    by_deal = Q(pk__in=Person.objects.filter(reach.deals("deals__")).values("pk"))
    if reach.width is Width.SOLD:
        return Person.objects.filter(by_deal)
    return Person.objects.filter(by_deal | Q(pk__in=Person.objects.filter(reach.leads("leads__")).values("pk")))


def survivor_of(person: Person) -> Person:
    """Return who a person is now: whoever they were merged into in the end, else themselves."""
    seen = {person.pk}
    while person.merged_into is not None and person.merged_into.pk not in seen:
        person = person.merged_into
        seen.add(person.pk)
    return person


def survivor_seen_by(user: User, pk: int) -> Person | None:
    """Return the person that the one with this id was merged into, as far as the user may see them."""
    merged = Person.objects.select_related("merged_into").filter(pk=pk, merged_into__isnull=False).first()
    return visible_people(user).filter(pk=survivor_of(merged).pk).first() if merged else None


def find_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow `people` to those whose name or contacts hold every word of `text`, blind to case and accents.

    Part of a telephone number finds it however it is written: with its country, or with the 0 or 8 dialled instead.
    """
    clean = text.replace("\x00", "").strip()[:200]
    if _PHONE_LIKE.fullmatch(clean) and any(map(str.isdigit, clean)):
        return people.filter(_holds_phone(clean))
    for word in search_key(clean).split():
        people = people.filter(search_text__contains=word)
    return people


def _holds_phone(text: str) -> Q:
    """The condition that a stored phone holds the digits, as they are or without what is dialled before them at home."""
    digits = re.sub(r"\D", "", text)
    dialled = _TRUNK.match(digits) if not text.startswith("+") else None
    condition = Q(search_text__contains=digits)
    return condition | Q(search_text__contains=digits[dialled.end() :]) if dialled else condition
