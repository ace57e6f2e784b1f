"""Changes that colleagues make to one person by hand: the name, own fields, a further phone or address."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from onegoal.apps.audit.services import record_change, record_deletion, snapshot
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.people.services import search_text


class KnownElsewhere(Exception):
    """The contact is another person's already."""

    def __init__(self, person: Person) -> None:
        super().__init__(str(person))
        self.person = person


@transaction.atomic
def save_person(*, person: Person, now: dt.datetime) -> Person:
    """Change a person; what they are found by follows their name and contacts."""
    before = snapshot(Person.objects.get(pk=person.pk))
    person.name = " ".join(person.name.split())
    person.search_text = search_text(person.name, _marks(person))
    person.save()
    record_change(record=person, before=before, now=now)
    return person


@transaction.atomic
def add_identifier(*, person: Person, kind: str, value: str, now: dt.datetime) -> Identifier:
    """Give a person one more thing they are known by, already normalised. Raises: KnownElsewhere."""
    known = Identifier.objects.select_related("person").filter(kind=kind, value=value).first()
    if known and known.person_id != person.pk:
        raise KnownElsewhere(known.person)
    if known:
        return known
    identifier = Identifier.objects.create(person=person, kind=kind, value=value)
    record_change(record=identifier, before={}, now=now)
    save_person(person=Person.objects.select_for_update().get(pk=person.pk), now=now)
    return identifier


@transaction.atomic
def remove_identifier(*, identifier: Identifier, now: dt.datetime) -> None:
    """Take a wrong phone or address off a person."""
    record_deletion(record=identifier, now=now)
    person = Person.objects.select_for_update().get(pk=identifier.person_id)
    identifier.delete()
    save_person(person=person, now=now)


def _marks(person: Person) -> list[tuple[str, str]]:
    return list(Identifier.objects.filter(person=person).order_by("id").values_list("kind", "value"))
