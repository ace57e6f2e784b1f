"""Two people edit one card: nothing is overwritten silently."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.cards.conftest import browser_of
from tests.world import NOW, World

from onegoal.apps.audit.changed_since import changes_since, mark_of
from onegoal.apps.audit.services import Author, acting
from onegoal.apps.cards.services import ChangedMeanwhile, card_mark, save_card
from onegoal.apps.company.models import CustomField
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.people.queries import find_people
from onegoal.apps.sales.models import Lead, RequiredField
from onegoal.apps.sales.services import save_lead

LATER = NOW + dt.timedelta(minutes=1)
HTMX = {"hx-request": "true"}


@pytest.fixture
def budget(world: World) -> CustomField:
    return CustomField.objects.create(entity="lead", key="budget", label="budget", kind="number")


def test_two_edits_of_one_field_overwrite_nothing(lead: Lead, world: World, budget: CustomField) -> None:
    seen = card_mark(lead)
    with acting(Author(world.victor.pk, "web")):
        save_card(record=lead, changes={"custom:budget": "80000"}, seen=seen, now=NOW)
    with acting(Author(world.nora.pk, "web")), pytest.raises(ChangedMeanwhile) as meanwhile:
        save_card(record=lead, changes={"custom:budget": "75000", "region": "North"}, seen=seen, now=LATER)
    lead.refresh_from_db()
    assert (lead.custom, lead.region) == ({"budget": "80000"}, "")
    clash = meanwhile.value.clashes[0]
    assert (clash.field.name, clash.theirs.by, clash.theirs.after, clash.mine) == (
        "custom:budget",
        "Victor",
        "80000",
        "75000",
    )


def test_edits_of_different_fields_meet_and_are_told(lead: Lead, world: World) -> None:
    seen = card_mark(lead)
    with acting(Author(world.victor.pk, "web")):
        save_card(record=lead, changes={"region": "North"}, seen=seen, now=NOW)
    shown = {"region": "", "segment": "family"}
    saved = save_card(record=lead, changes=shown, seen=seen, now=LATER)
    lead.refresh_from_db()
    assert (lead.region, lead.segment) == ("North", "family")
    assert [field.name for field in saved.changed] == ["segment"]
    assert [(field.name, change.by) for field, change in saved.others] == [("region", "Victor")]


def test_both_setting_the_same_value_is_no_clash(lead: Lead, budget: CustomField) -> None:
    seen = card_mark(lead)
    save_card(record=lead, changes={"custom:budget": "80000"}, seen=seen, now=NOW)
    assert save_card(record=lead, changes={"custom:budget": "80000.0"}, seen=seen, now=LATER).changed


def test_two_edits_of_the_name_clash_too(lead: Lead) -> None:
    seen = card_mark(lead)
    save_card(record=lead, changes={"name": "Ion Popescu"}, seen=seen, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        save_card(record=lead, changes={"name": "Ion Popa"}, seen=seen, now=LATER)
    assert Person.objects.get().name == "Ion Popescu"


def test_a_new_name_is_found_by_search(lead: Lead) -> None:
    save_card(record=lead, changes={"name": "Șerban Țurcanu"}, seen=card_mark(lead), now=NOW)
    assert find_people(Person.objects.all(), "turcanu SERBAN").count() == 1


def test_what_was_changed_and_put_back_has_not_changed(lead: Lead) -> None:
    mark = mark_of(lead)
    for region in ("North", ""):
        lead.region = region
        save_lead(lead=lead, now=NOW)
    assert changes_since(lead, mark) == {}


def form_of(lead: Lead, **typed: str) -> dict[str, Any]:
    return {"name": "Ion Pop", "request_type": "other", "seen": card_mark(lead)} | typed


def address(lead: Lead) -> str:
    return reverse("cards:fields", args=["lead", lead.pk])


def test_the_second_editor_sees_both_values_and_chooses(lead: Lead, world: World, budget: CustomField) -> None:
    typed = form_of(lead, **{"custom:budget": "75000"})
    browser_of(world.victor).post(address(lead), form_of(lead, **{"custom:budget": "80000"}))
    nora = browser_of(world.nora, **HTMX)
    answer = nora.post(address(lead), typed)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Victor set it to 80,000 just now; you typed 75,000." in page
    again = typed | {"seen": card_mark(lead), "take:custom:budget": "mine"}
    assert nora.post(address(lead), again).status_code == 200
    lead.refresh_from_db()
    assert lead.custom == {"budget": "75000"}


def test_taking_theirs_keeps_theirs_and_saves_the_rest(lead: Lead, world: World, budget: CustomField) -> None:
    typed = form_of(lead, **{"custom:budget": "75000", "region": "North"})
    browser_of(world.victor).post(address(lead), form_of(lead, **{"custom:budget": "80000"}))
    nora = browser_of(world.nora, **HTMX)
    nora.post(address(lead), typed | {"seen": card_mark(lead), "take:custom:budget": "theirs"})
    lead.refresh_from_db()
    assert (lead.custom, lead.region) == ({"budget": "80000"}, "North")


def test_an_edit_can_be_taken_back(lead: Lead, as_nora: Client) -> None:
    page = as_nora.post(address(lead), form_of(lead, region="North"), follow=True).content.decode()
    undo = page.split('action="/undo/')[1].split('"')[0]
    as_nora.post(f"/undo/{undo}")
    lead.refresh_from_db()
    assert lead.region == ""


def test_nobody_takes_back_what_another_did(lead: Lead, world: World, as_nora: Client) -> None:
    page = as_nora.post(address(lead), form_of(lead, region="North"), follow=True).content.decode()
    undo = page.split('action="/undo/')[1].split('"')[0]
    assert browser_of(world.victor).post(f"/undo/{undo}").status_code == 404


def test_required_fields_that_are_missing_are_named(lead: Lead, budget: CustomField, as_nora: Client) -> None:
    RequiredField.objects.create(entity="lead", field="custom:budget")
    page = as_nora.get(reverse("cards:lead", args=[lead.pk])).content.decode()
    assert "The card lacks:" in page
    assert "budget" in page


def test_a_faulty_form_comes_back_with_what_was_typed(lead: Lead, budget: CustomField, world: World) -> None:
    nora = browser_of(world.nora, **HTMX)
    answer = nora.post(address(lead), form_of(lead, **{"custom:budget": "much"}))
    assert answer.status_code == 422
    assert "much" in answer.content.decode()


def test_a_contact_of_somebody_else_leads_to_comparing(lead: Lead, world: World) -> None:
    from tests.world import lead_row, person_ref

    from onegoal.apps.sales.services import take_in_leads

    ana = person_ref("Ana Marin", phone="+40722000009")
    take_in_leads(rows=[lead_row("L2", person=ana, seller="nora@casaverde.test")], now=NOW)
    nora = browser_of(world.nora, **HTMX)
    answer = nora.post(reverse("cards:contact_add", args=["lead", lead.pk]), {"kind": "phone", "value": "0722 000 009"})
    assert answer.status_code == 409
    assert "Ana Marin has this contact already" in answer.content.decode()
    other = browser_of(world.sam)
    assert (
        other.post(reverse("cards:contact_add", args=["lead", lead.pk]), {"kind": "phone", "value": "1"}).status_code
        == 404
    )


def test_a_contact_is_added_and_taken_off(lead: Lead, as_nora: Client) -> None:
    as_nora.post(reverse("cards:contact_add", args=["lead", lead.pk]), {"kind": "telegram", "value": "@Ion_Pop"})
    added = Identifier.objects.get(kind="telegram")
    assert (added.value, added.person_id) == ("ion_pop", lead.person_id)
    assert find_people(Person.objects.all(), "ion_pop").exists()
    as_nora.post(reverse("cards:contact_remove", args=["lead", lead.pk, added.pk]))
    assert not Identifier.objects.filter(kind="telegram").exists()
    assert not find_people(Person.objects.all(), "ion_pop").exists()


def test_the_card_of_a_deal_is_guarded_alike(lead: Lead, world: World) -> None:
    from tests.world import deal_row, person_ref

    from onegoal.apps.sales.models import Deal
    from onegoal.apps.sales.services import take_in_deals

    ion = person_ref("Ion Pop", phone="+40722000001")
    take_in_deals(rows=[deal_row("D1", person=ion, lead="L1", seller="nora@casaverde.test")], now=NOW)
    deal = Deal.objects.get()
    address = reverse("cards:fields", args=["deal", deal.pk])
    typed = {"name": "Ion Pop", "title": "River flat", "seen": card_mark(deal)}
    assert browser_of(world.victor, **HTMX).post(address, typed | {"title": "Flat 7"}).status_code == 200
    assert browser_of(world.nora, **HTMX).post(address, typed).status_code == 409
    deal.refresh_from_db()
    assert deal.title == "Flat 7"
