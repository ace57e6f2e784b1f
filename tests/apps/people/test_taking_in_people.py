"""One human is one person, whatever identifier a row knows them by."""

from __future__ import annotations

from typing import Any

from tests.world import NOW, World, at, lead_row, person_ref

from onegoal.apps.people.intake import PersonRef, PersonRow
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.people.services import take_in_people
from onegoal.apps.sales.services import take_in_leads

ANA, BEN = "+40720000001", "+40720000002"


def person_row(source_id: str, person: PersonRef, **said: Any) -> PersonRow:
    return PersonRow(source="crm", source_id=source_id, person=person, **said)


def test_rows_that_share_an_identifier_are_one_person(world: World) -> None:
    rows = [
        lead_row("1", person=person_ref("Ana", phone=ANA)),
        lead_row("2", person=person_ref(phone=ANA, email="ana@mail.test")),
        lead_row("3", person=person_ref(email="ana@mail.test", telegram="ana_pop")),
    ]
    take_in_leads(rows=rows, now=NOW)
    person = Person.objects.get()
    assert set(person.identifiers.values_list("kind", flat=True)) == {"phone", "email", "telegram"}
    assert person.search_text == f"ana {ANA} ana@mail.test ana_pop"


def test_the_strongest_identifier_decides_and_steals_nothing(world: World) -> None:
    take_in_leads(
        rows=[
            lead_row("1", person=person_ref("Ana", phone=ANA)),
            lead_row("2", person=person_ref("Ben", email="b@b.test")),
        ],
        now=NOW,
    )
    take_in_leads(rows=[lead_row("3", person=person_ref(email="b@b.test", phone=ANA))], now=NOW)
    assert Person.objects.get(leads__source_id="3").name == "Ana"
    assert Identifier.objects.get(kind="email").person.name == "Ben"


def test_a_shared_device_does_not_make_two_people_one(world: World) -> None:
    rows = [
        lead_row("1", person=person_ref("Ana", phone=ANA, visitor="v1")),
        lead_row("2", person=person_ref("Ben", phone=BEN, visitor="v1")),
        lead_row("3", person=person_ref(visitor="v1")),
    ]
    take_in_leads(rows=rows, now=NOW)
    assert Person.objects.count() == 2
    assert Person.objects.get(leads__source_id="3").name == "Ana"


def test_a_name_once_known_stays_and_an_empty_one_is_filled(world: World) -> None:
    for name in ("", "Ana Pop", "A. Pop", ""):
        take_in_leads(rows=[lead_row(f"of {name}", person=person_ref(name, phone=ANA))], now=NOW)
    assert Person.objects.get().name == "Ana Pop"


def test_a_person_is_known_since_the_earliest_row(world: World) -> None:
    rows = [
        lead_row("1", person=person_ref(phone=ANA), created_at=at("2026-02-01")),
        lead_row("2", person=person_ref(phone=ANA), created_at=at("2026-01-01")),
    ]
    take_in_leads(rows=rows, now=NOW)
    assert Person.objects.get().created_at == at("2026-01-01")


def test_the_row_a_person_came_from_may_rename_them(world: World) -> None:
    rows = [person_row("1", person_ref("Ana Pop", phone=ANA), custom={"pet": "cat"})]
    assert [fate.fate.value for fate in take_in_people(rows=rows, now=NOW)] == ["created"]
    assert [fate.fate.value for fate in take_in_people(rows=rows, now=NOW)] == ["unchanged"]
    take_in_people(rows=[person_row("1", person_ref("Ana Popescu"))], now=NOW)
    person = Person.objects.get()
    assert (person.name, person.custom) == ("Ana Popescu", {"pet": "cat"})
    assert "popescu" in person.search_text


def test_a_lead_finds_its_customer_by_the_id_in_the_other_system(world: World) -> None:
    take_in_people(rows=[person_row("55", person_ref("Ana", phone=ANA))], now=NOW)
    take_in_leads(rows=[lead_row("1", person=person_ref(crm="crm:55"))], now=NOW)
    assert Person.objects.get().leads.count() == 1


def test_leads_without_any_person_are_different_people(world: World) -> None:
    rows = [lead_row("1"), lead_row("2")]
    take_in_leads(rows=rows, now=NOW)
    take_in_leads(rows=rows, now=NOW)
    assert Person.objects.count() == 2


def test_a_contact_that_becomes_known_belongs_to_the_person_of_the_lead(world: World) -> None:
    take_in_leads(rows=[lead_row("1")], now=NOW)
    [fate] = take_in_leads(rows=[lead_row("1", person=person_ref("Ana", phone=ANA))], now=NOW)
    assert (fate.fate.value, Person.objects.get().name) == ("updated", "Ana")
