"""What a page of attribution tells of leads that nobody saw come."""

from __future__ import annotations

from django.test import Client
from tests.apps.attribution.spring import DAYS
from tests.world import World, make_trade


def test_leads_without_touches_have_their_own_origin(client: Client, world: World) -> None:
    make_trade()
    client.force_login(world.mark)
    text = client.get(f"/attribution/?{DAYS}&conversion=lead").content.decode()
    assert "12 by touches, 0 unattributed" in text
