"""Touches on a person's timeline."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from tests.world import NOW, World, at, lead_row, person_ref

from onegoal.apps.marketing.intake import OriginMarks, TouchRow
from onegoal.apps.marketing.services import take_in_touches
from onegoal.apps.people.models import Person
from onegoal.apps.sales.services import take_in_leads


def test_a_visit_stands_on_the_timeline_of_whom_the_device_belongs_to(world: World, client: Client) -> None:
    rows = [lead_row("L1", person=person_ref("Ion Pop", phone="+40722000001", visitor="device-1")), _other()]
    take_in_leads(rows=rows, now=NOW)
    marks = OriginMarks(source="google", medium="cpc", campaign="Spring flats")
    touches = [TouchRow("site", "t1", at("2026-01-04"), marks, person_ref(visitor="device-1"), page="/flats/12")]
    take_in_touches(rows=touches, now=NOW, batch="b1")
    client.force_login(world.hanna)
    own = client.get(reverse("people:person", args=[Person.objects.get(name="Ion Pop").pk])).content.decode()
    other = client.get(reverse("people:person", args=[Person.objects.get(name="Ana").pk])).content.decode()
    assert "/flats/12" in own
    assert "Spring flats" in own
    assert "/flats/12" not in other


def _other() -> Any:
    return lead_row("L2", person=person_ref("Ana", phone="+40722000002", visitor="device-2"))
