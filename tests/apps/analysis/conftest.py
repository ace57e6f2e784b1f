"""The little company with a spring of leads, deals, payments and costs in a warehouse of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.world import World, at, deal_row, lead_row, payment_row, person_ref, spend_row

SEEN_FROM, SEEN_TO = "2026-01-01", "2026-02-28"
DAYS = f"from={SEEN_FROM}&to={SEEN_TO}"


@pytest.fixture
def empty_warehouse(settings: Any, tmp_path: Path) -> None:
    """Each test reads facts of its own."""
    settings.WAREHOUSE_DIRECTORY = tmp_path


@pytest.fixture
def trading(world: World, empty_warehouse: None) -> World:
    """Twelve leads of Nora's from google, of them six qualified by a deal, three signed for 1,000 EUR and paid by half."""
    from onegoal.apps.audit.services import Author, acting
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.marketing.intake import OriginMarks
    from onegoal.apps.marketing.services import take_in_spend
    from onegoal.apps.sales.services import take_in_deals, take_in_leads, take_in_payments

    now = at("2026-03-01")
    marks = OriginMarks(source="google", medium="cpc", campaign="Spring")
    people = [person_ref(f"Ion {n}", phone=f"+407220000{n:02d}") for n in range(12)]
    leads = [lead_row(f"l{n}", person=people[n], marks=marks, seller="Nora") for n in range(12)]
    deals = [
        deal_row(
            f"d{n}", person=people[n], lead=f"l{n}", seller="Nora", amount_minor=1000_00, currency="EUR",
            won_at=at("2026-02-10") if n < 3 else None,
        )
        for n in range(6)
    ]  # fmt: skip
    payments = [payment_row(f"p{n}", f"d{n}", 500_00, received_on=dt.date(2026, 2, 20)) for n in range(3)]
    with acting(Author(user_id=None, via="test", batch="")):
        take_in_leads(rows=leads, now=now)
        take_in_deals(rows=deals, now=now)
        take_in_payments(rows=payments, now=now)
        take_in_spend(
            rows=[spend_row("s1", 333_33), spend_row("s2", 66_68, marks=OriginMarks(source="bing", medium="cpc"))],
            now=now,
        )
    publish_now()
    return world


@pytest.fixture
def as_head(client: Client, world: World) -> Client:
    """A browser in which Hanna, the head, has signed in."""
    client.force_login(world.hanna)
    return client
