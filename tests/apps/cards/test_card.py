"""The card of a lead: what stands on it, notes, a lead by hand, likely duplicates, the palette."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.apps.cards.conftest import browser_of
from tests.world import NOW, World, deal_row, lead_row, person_ref

from onegoal.apps.cards.models import Note
from onegoal.apps.cards.search import deals as find_deals
from onegoal.apps.cards.search import leads as find_leads
from onegoal.apps.desk.services import note_answers
from onegoal.apps.people.likeness import likely_pairs, likely_the_same
from onegoal.apps.people.models import Person
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services import take_in_deals, take_in_leads

HTMX = {"hx-request": "true"}


def test_a_card_says_who_it_is_and_how_to_reach_them(lead: Lead, as_nora: Client) -> None:
    page = as_nora.get(reverse("cards:lead", args=[lead.pk])).content.decode()
    for words in (
        "Ion Pop",
        'href="tel:+40722000001"',
        "mailto:ion@mail.test",
        "River Park",
        "never rewritten",
        "Nora",
    ):
        assert words in page


def test_a_marketer_reads_and_does_not_write(lead: Lead, world: World) -> None:
    page = browser_of(world.mark).get(reverse("cards:lead", args=[lead.pk])).content.decode()
    assert "Ion Pop" in page
    assert reverse("cards:note_add", args=["lead", lead.pk]) not in page
    assert reverse("cards:task_new") not in page


def test_the_timeline_comes_by_kind(lead: Lead, world: World, as_nora: Client) -> None:
    as_nora.post(reverse("cards:note_add", args=["lead", lead.pk]), {"text": "wants two rooms"})
    nora = browser_of(world.nora, **HTMX)
    address = reverse("cards:timeline", args=["lead", lead.pk])
    assert "wants two rooms" in nora.get(address).content.decode()
    only = nora.get(address, {"kind": "note"}).content.decode()
    assert "wants two rooms" in only
    assert "River Park" not in only


def test_the_next_lead_is_the_next_older_one_in_work(lead: Lead, world: World, as_nora: Client) -> None:
    rows = [
        lead_row("L0", person=person_ref("Old", phone="+40722000002"), seller="nora@casaverde.test", created_at=NOW)
    ]
    take_in_leads(rows=rows, now=NOW)
    newer = Lead.objects.get(source_id="L0")
    page = as_nora.get(reverse("cards:lead", args=[newer.pk])).content.decode()
    assert f'href="{reverse("cards:lead", args=[lead.pk])}" data-key="j"' in page


def test_a_note_is_written_pinned_changed_deleted_and_back(lead: Lead, world: World) -> None:
    nora = browser_of(world.nora, **HTMX)
    nora.post(reverse("cards:note_add", args=["lead", lead.pk]), {"text": "first"})
    nora.post(reverse("cards:note_add", args=["lead", lead.pk]), {"text": "second"})
    first = Note.objects.get(text="first")
    panel = nora.post(reverse("cards:note_pin", args=[first.pk]), {"pin": "1"}).content.decode()
    assert panel.index("first") < panel.index("second")
    assert "the first" in nora.post(reverse("cards:note_edit", args=[first.pk]), {"text": "the first"}).content.decode()
    page = browser_of(world.nora)
    told = page.post(reverse("cards:note_delete", args=[first.pk]), follow=True).content.decode()
    assert not Note.objects.filter(pk=first.pk).exists()
    page.post("/undo/" + told.split('action="/undo/')[1].split('"')[0])
    assert Note.objects.get(pk=first.pk).is_pinned


def test_a_note_shows_that_somebody_dealt_with_the_lead(lead: Lead, world: World, as_nora: Client) -> None:
    Lead.objects.update(created_at=timezone.now(), first_response_at=None, response_due_at=timezone.now())
    assert note_answers(now=timezone.now()) == 0
    as_nora.post(reverse("cards:note_add", args=["lead", lead.pk]), {"text": "Wrote to her on the portal."})
    assert note_answers(now=timezone.now()) == 1
    assert Lead.objects.get(pk=lead.pk).first_response_at == Note.objects.get().created_at


def test_nobody_changes_anothers_note(lead: Lead, world: World) -> None:
    browser_of(world.nora).post(reverse("cards:note_add", args=["lead", lead.pk]), {"text": "mine"})
    note = Note.objects.get()
    for view in ("note_edit", "note_delete"):
        assert (
            browser_of(world.victor).post(reverse(f"cards:{view}", args=[note.pk]), {"text": "his"}).status_code == 404
        )
    assert browser_of(world.sam).post(reverse("cards:note_pin", args=[note.pk])).status_code == 404
    assert Note.objects.get().text == "mine"


def test_a_lead_is_written_down_by_hand(world: World, as_nora: Client) -> None:
    told = {
        "name": "Ana Marin",
        "phone": "0722 000 005",
        "request_type": "call",
        "project": world.river_park.pk,
        "source": "a friend",
    }
    as_nora.post(reverse("cards:lead_new"), told)
    lead = Lead.objects.get()
    assert (lead.person.name, lead.seller, lead.project, lead.origin.utm_source) == (
        "Ana Marin",
        world.nora,
        world.river_park,
        "a friend",
    )
    assert lead.person.identifiers.get(kind="phone").value == "+40722000005"


def test_a_known_phone_is_told_before_a_lead_is_written_twice(lead: Lead, as_nora: Client) -> None:
    told = {"name": "Ion", "phone": "+40 722 000 001", "request_type": "call"}
    answer = as_nora.post(reverse("cards:lead_new"), told)
    assert answer.status_code == 409
    assert reverse("cards:lead", args=[lead.pk]) in answer.content.decode()
    early = as_nora.get(reverse("cards:lead_known"), {"phone": "0722000001"}).content.decode()
    assert "has this contact already" in early
    as_nora.post(reverse("cards:lead_new"), told | {"anyway": "1"})
    assert Lead.objects.filter(person=lead.person).count() == 2
    assert Person.objects.count() == 1


def test_a_colleagues_client_is_told_without_a_name(lead: Lead, world: World) -> None:
    answer = browser_of(world.sam).post(reverse("cards:lead_new"), {"phone": "0722000001", "request_type": "call"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A client of a colleague" in page
    assert "Ion Pop" not in page


@pytest.mark.parametrize("told", [{"name": "Ana"}, {"phone": "12"}, {"email": "no"}])
def test_a_lead_that_nobody_could_reach_is_refused(world: World, as_nora: Client, told: dict[str, str]) -> None:
    assert as_nora.post(reverse("cards:lead_new"), told | {"request_type": "call"}).status_code == 422
    assert not Lead.objects.exists()


def people(*told: tuple[str, str]) -> None:
    """Take in leads of Nora's by name and phone."""
    refs = [person_ref(name, phone=phone) for name, phone in told]
    rows = [lead_row(f"L{number}", person=ref, seller="nora@casaverde.test") for number, ref in enumerate(refs, 5)]
    take_in_leads(rows=rows, now=NOW)


@pytest.mark.parametrize(
    ("name", "phone", "why"),
    [
        ("Pop Ion", "+40722000011", "phones that differ by one digit"),
        ("Ион Поп", "+40722000011", "the same name in other letters"),
        ("Pop Ion", "+40722000011", "the same name, first and last swapped"),
    ],
)
def test_the_likely_same_person_is_found_with_reasons(
    lead: Lead, world: World, name: str, phone: str, why: str
) -> None:
    people((name, phone), ("Maria Ionescu", "+40733555777"))
    (alike,) = likely_the_same(world.nora, lead.person)
    assert alike.person.name == name
    assert why in alike.words
    (pair,) = likely_pairs(world.nora)
    assert {pair.one.pk, pair.other.pk} == {lead.person_id, alike.person.pk}


def test_people_of_one_common_name_are_not_called_the_same(lead: Lead, world: World) -> None:
    people(*(("Ion Pop", f"+40744{number:03d}123") for number in range(90)))
    assert likely_the_same(world.nora, lead.person) == []


def test_a_person_out_of_sight_is_not_suggested(lead: Lead, world: World) -> None:
    row = lead_row("L9", person=person_ref("Pop Ion", phone="+40722000011"), seller="sam@casaverde.test")
    take_in_leads(rows=[row], now=NOW)
    assert likely_the_same(world.nora, lead.person) == []
    assert len(likely_the_same(world.hanna, lead.person)) == 1


@pytest.mark.parametrize(
    "text", ["ИВАНЕНКО", "иваненко сергей", "0722 33", "+40 (722) 33", "72233", "L77", "0040 722 33"]
)
def test_a_lead_is_found_however_it_is_asked_for(world: World, text: str) -> None:
    rows = [
        lead_row("L77", person=person_ref("Сергей Иваненко", phone="+40722334455")),
        lead_row("L78", person=person_ref("Ana Pop", phone="+40733000000")),
    ]
    take_in_leads(rows=rows, now=NOW)
    assert [hit.label for hit in find_leads(world.hanna, text, 6)] == ["Сергей Иваненко"]


@pytest.mark.parametrize("text", ["șerban", "SERBAN", "ȘERBAN", "Şerban", "țurcanu", "TURCANU"])
def test_diacritics_and_case_do_not_matter(world: World, text: str) -> None:
    take_in_leads(rows=[lead_row("L1", person=person_ref("Șerban Țurcanu", phone="+40722334455"))], now=NOW)
    assert len(list(find_leads(world.hanna, text, 6))) == 1


@pytest.mark.parametrize("text", ["Pop", "D1", "CV-12", "river flat", "722000001"])
def test_a_deal_is_found_by_person_id_contract_and_title(world: World, lead: Lead, text: str) -> None:
    person = person_ref("Ion Pop", phone="+40722000001")
    take_in_deals(
        rows=[deal_row("D1", person=person, lead="L1", title="River flat", seller="nora@casaverde.test")], now=NOW
    )
    Deal.objects.update(contract_number="CV-12/2026")
    assert len(list(find_deals(world.nora, text, 6))) == 1
    assert list(find_deals(world.sam, text, 6)) == []
