"""The list of people and one person's timeline."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, deal_row, lead_row, payment_row, person_ref

from onegoal.apps.people.models import Person
from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments


@pytest.mark.parametrize("text", ["ЁЛКИН", "елкин пётр", "722 000 0", "+40722", "STEFAN", "ștefan"])
def test_people_are_found_however_they_are_written(world: World, client: Client, text: str) -> None:
    take_in_leads(
        rows=[
            lead_row("L1", person=person_ref("Пётр Ёлкин", phone="+40722000001")),
            lead_row("L2", person=person_ref("Ștefan Pop", phone="+40722000002")),
            lead_row("L3", person=person_ref("Nobody Else", phone="+40733999999")),
        ],
        now=NOW,
    )  # fmt: skip
    client.force_login(world.hanna)
    page = client.get(reverse("people:people"), {"q": text}).content.decode()
    assert "Ёлкин" in page or "Ștefan" in page
    assert "Nobody Else" not in page


def test_a_timeline_holds_the_whole_way_with_exact_money(world: World, client: Client) -> None:
    ion = person_ref("Ion Pop", phone="+40722000001")
    take_in_leads(rows=[lead_row("L1", person=ion)], now=NOW)
    take_in_deals(
        rows=[deal_row("D1", lead="L1", person=ion, won_at=NOW, amount_minor=12_345_67, currency="EUR")], now=NOW
    )
    take_in_payments(rows=[payment_row("P1", "D1", 5_000_55)], now=NOW)
    client.force_login(world.hanna)
    page = client.get(reverse("people:person", args=[Person.objects.get().pk])).content.decode()
    for words in ("Lead", "Deal opened", "Contract signed", "Payment", "5,000.55", "+40722000001"):
        assert words in page


def test_a_service_agent_sees_customers_only(world: World, client: Client) -> None:
    buyer, asker = person_ref("Ion Buyer", phone="+40722000001"), person_ref("Ana Asker", phone="+40722000002")
    take_in_leads(rows=[lead_row("L1", person=buyer), lead_row("L2", person=asker)], now=NOW)
    take_in_deals(rows=[deal_row("D1", lead="L1", person=buyer, won_at=NOW)], now=NOW)
    client.force_login(world.service)
    page = client.get(reverse("people:people")).content.decode()
    assert "Ion Buyer" in page
    assert "Ana Asker" not in page
