"""Reads of persons: those the asker may see, and the search in their names and contacts."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.people.models import Person
from onegoal.core.search import search_key

_PHONE_LIKE = re.compile(r"[+\d][\d\s().-]{3,}")


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


def find_people(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """Narrow `people` to those whose name or contacts hold every word of `text`, blind to case and accents.

    Part of a telephone number finds it however it is written.
    """
    clean = text.replace("\x00", "").strip()[:200]
    if _PHONE_LIKE.fullmatch(clean):
        return people.filter(search_text__contains=re.sub(r"\D", "", clean))
    for word in search_key(clean).split():
        people = people.filter(search_text__contains=word)
    return people
