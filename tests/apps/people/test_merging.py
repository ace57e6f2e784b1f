"""Two persons become one, wholly, and two again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from tests.world import NOW, SOURCE, World, deal_row, lead_row, person_ref

from onegoal.apps.audit.undo import undo_batch
from onegoal.apps.board.models import Registration
from onegoal.apps.marketing.intake import OriginMarks
from onegoal.apps.people.models import Identifier, Organisation, Person
from onegoal.apps.people.services_merge import AlreadyMerged, SamePerson, merge_people, pointers
from onegoal.apps.regulation.models import Suppression
from onegoal.apps.sales.intake import CallRow, TaskRow
from onegoal.apps.sales.models import Call, Deal, Lead, Task
from onegoal.apps.sales.services import take_in_calls, take_in_deals, take_in_leads, take_in_tasks

LATER = NOW + dt.timedelta(days=1)
ION, ION_AGAIN = person_ref("Ion Pop", phone="+40722000001"), person_ref("Pop Ioan", email="ion@mail.test")


@pytest.fixture
def two(world: World) -> tuple[Person, Person]:
    """Ion twice, each time with everything a person can have."""
    for number, ref in enumerate((ION, ION_AGAIN), start=1):
        marks = OriginMarks(source=f"source {number}")
        take_in_leads(rows=[lead_row(f"L{number}", person=ref, marks=marks, seller="nora@casaverde.test")], now=NOW)
        take_in_deals(rows=[deal_row(f"D{number}", person=ref, lead=f"L{number}")], now=NOW)
        take_in_calls(rows=[CallRow(SOURCE, f"C{number}", NOW, ref, lead=f"L{number}")], now=NOW)
        take_in_tasks(rows=[TaskRow(SOURCE, f"T{number}", "call", NOW, lead=f"L{number}")], now=NOW)
        person = Lead.objects.get(source_id=f"L{number}").person
        agency = Organisation.objects.create(name=f"Agency {number}", kind="agency")
        Registration.objects.create(agency=agency, person=person, state="protected", registered_at=NOW)
        Suppression.objects.create(person=person, reason=f"asked {number}", created_at=NOW)
    keep, drop = Lead.objects.get(source_id="L1").person, Lead.objects.get(source_id="L2").person
    Person.objects.create(name="Older signpost", created_at=NOW, merged_into=drop)
    return keep, drop


def merge(keep: Person, drop: Person, world: World, **choices: str) -> Any:
    return merge_people(keep=keep, drop=drop, choices=choices, author=world.nora, now=LATER)


def test_nothing_that_names_a_person_is_forgotten(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    pointing = {
        (model._meta.label, column) for model, column in pointers() if model._base_manager.filter(**{column: drop.pk})
    }
    # A new table that names a person has to stand in the fixture above, so that its merging is tried.
    assert pointing == {(model._meta.label, column) for model, column in pointers()}
    merge(keep, drop, world)
    left = {
        (model._meta.label, column) for model, column in pointers() if model._base_manager.filter(**{column: drop.pk})
    }
    assert left == set()
    for model in (Lead, Deal, Call, Task, Registration):
        assert model._base_manager.filter(person=keep).count() == 2


def test_the_trail_knows_every_table_that_moves(two: tuple[Person, Person]) -> None:
    from django.apps import apps

    for model, _column in pointers():
        named = [one for one in apps.get_models() if one._meta.model_name == model._meta.model_name]
        assert named == [model]


def test_undo_puts_everything_back(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    before = everything()
    merged = merge(keep, drop, world, name="drop")
    assert everything() != before
    result = undo_batch(batch=merged.batch, now=LATER)
    assert result.kept == []
    assert everything() == before


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row that names a person, and every person, without the stamp of the last change."""
    tables: set[type[models.Model]] = {model for model, _column in pointers()} | {Person}
    rows = {table._meta.label: list(table._base_manager.order_by("pk").values()) for table in tables}
    return {
        label: [{k: v for k, v in row.items() if k != "updated_at"} for row in held] for label, held in rows.items()
    }


def test_what_may_stand_once_stands_once(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    merged = merge(keep, drop, world)
    assert Suppression.objects.get(lifted_at=None).reason == "asked 1"
    assert merged.removed == {"suppression": 1}
    assert merged.moved["lead"] == 1


def test_values_stay_as_chosen_and_gaps_are_filled(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    Person.objects.filter(pk=drop.pk).update(region="North", segment="family", custom={"pet": "dog", "floor": "3"})
    Person.objects.filter(pk=keep.pk).update(segment="investor", custom={"pet": "cat"})
    person = merge(keep, drop, world, name="drop").person
    assert (person.name, person.region, person.segment) == ("Pop Ioan", "North", "investor")
    assert person.custom == {"pet": "cat", "floor": "3"}
    assert "pop ioan" in person.search_text
    assert "ion@mail.test" in person.search_text
    assert Person.objects.get(pk=drop.pk).search_text == ""


def test_each_lead_keeps_its_first_source(two: tuple[Person, Person], world: World) -> None:
    before = dict(Lead.objects.values_list("pk", "origin_id"))
    merge(*two, world)
    assert dict(Lead.objects.values_list("pk", "origin_id")) == before


def test_a_later_import_finds_the_one_that_stayed(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    merge(keep, drop, world)
    take_in_leads(rows=[lead_row("L3", person=ION_AGAIN)], now=LATER)
    assert Lead.objects.get(source_id="L3").person_id == keep.pk


def test_a_customer_id_moves_along_so_that_its_row_finds_its_person(world: World) -> None:
    from onegoal.apps.people.intake import PersonRow
    from onegoal.apps.people.services import take_in_people

    take_in_leads(rows=[lead_row("L1", person=ION)], now=NOW)
    take_in_people(rows=[PersonRow(SOURCE, "P2", ION_AGAIN)], now=NOW)
    keep, drop = Lead.objects.get().person, Person.objects.get(source_id="P2")
    merge(keep, drop, world)
    take_in_people(rows=[PersonRow(SOURCE, "P2", person_ref("Ioan Pop", email="ion@mail.test"))], now=LATER)
    assert Person.objects.filter(merged_into=None).get().source_id == "P2"


def test_a_merged_person_is_not_merged_again(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    other = Person.objects.create(name="Third", created_at=NOW)
    merge(keep, drop, world)
    with pytest.raises(AlreadyMerged) as already:
        merge(other, drop, world)
    assert already.value.survivor == keep
    with pytest.raises(SamePerson):
        merge(keep, keep, world)


def test_of_two_who_merge_at_once_one_wins(two: tuple[Person, Person], world: World) -> None:
    """Both opened the page before either merged, each with another one to stay."""
    keep, drop = two
    merge(keep, drop, world)
    with pytest.raises(AlreadyMerged) as already:
        merge(drop, keep, world)
    assert already.value.survivor == keep
    assert Lead.objects.filter(person=keep).count() == 2


def test_signposts_of_signposts_lead_to_the_one_that_stayed(two: tuple[Person, Person], world: World) -> None:
    keep, drop = two
    merge(keep, drop, world)
    assert set(Person.objects.exclude(merged_into=None).values_list("merged_into_id", flat=True)) == {keep.pk}


def test_the_old_address_leads_to_the_survivor(two: tuple[Person, Person], world: World, client: Client) -> None:
    keep, drop = two
    merge(keep, drop, world)
    client.force_login(world.nora)
    assert client.get(reverse("people:person", args=[drop.pk])).headers["Location"] == reverse(
        "people:person", args=[keep.pk]
    )
    assert client.get(reverse("cards:lead", args=[Lead.objects.get(source_id="L2").pk])).status_code == 200
    client.force_login(world.sam)
    assert client.get(reverse("people:person", args=[drop.pk])).status_code == 404


def test_the_page_merges_and_offers_to_take_it_back(two: tuple[Person, Person], world: World, client: Client) -> None:
    keep, drop = two
    client.force_login(world.hanna)
    address = reverse("cards:merge", args=[keep.pk, drop.pk])
    page = client.get(address).content.decode()
    assert "+40722000001" in page
    assert "ion@mail.test" in page
    answer = client.post(address, {"name": "drop"}, follow=True).content.decode()
    assert "Pop Ioan is one person now." in answer
    again = client.post(address)
    assert again.status_code == 409
    assert reverse("people:person", args=[keep.pk]) in again.content.decode()
    client.post("/undo/" + answer.split('action="/undo/')[1].split('"')[0])
    assert Person.objects.get(pk=drop.pk).merged_into is None
    assert Identifier.objects.filter(person=drop, kind="email").exists()


def test_a_person_out_of_sight_is_not_merged(two: tuple[Person, Person], world: World, client: Client) -> None:
    keep, drop = two
    client.force_login(world.sam)
    assert client.post(reverse("cards:merge", args=[keep.pk, drop.pk])).status_code == 404
