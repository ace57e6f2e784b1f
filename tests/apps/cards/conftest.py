"""A customer of Nora's whom the tests about cards speak of, and the shortest way to ask a page as somebody."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.world import NOW, World, lead_row, person_ref

from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.services import take_in_leads


@pytest.fixture
def lead(world: World) -> Lead:
    """Ion Pop of River Park, Nora's lead."""
    ion = person_ref("Ion Pop", phone="+40722000001", email="ion@mail.test")
    row = lead_row("L1", person=ion, seller="nora@casaverde.test", project="River Park")
    take_in_leads(rows=[row], now=NOW)
    return Lead.objects.get(source_id="L1")


@pytest.fixture
def as_nora(world: World) -> Client:
    """A browser in which Nora is signed in."""
    return browser_of(world.nora)


def browser_of(user: Any, **headers: str) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(headers=headers)
    client.force_login(user)
    return client
