"""The payment forecast from records: what counts, what others ask, and the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World, at, deal_row, payment_row, person_ref

from onegoal.apps.audit.services import Author, acting
from onegoal.apps.facts.services import publish_now
from onegoal.apps.planning.queries.payment_forecast import expected_cash, forecast_of, overdue_of
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.services import take_in_deals, take_in_payments

NOW = at("2026-03-02", "12:00")
MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


@pytest.fixture
def selling(world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Thirty deals of August, six instalments of 100 EUR each, paid 0 to 29 days late by the buyer's habit, until now.

    One more deal is cancelled, one is not signed yet: their schedules promise nothing.
    """
    settings.WAREHOUSE_DIRECTORY = tmp_path
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    deals = [
        deal_row(
            f"d{n}", person=person_ref(f"Ion {n}", phone=f"+407220000{n:02d}"), seller="Nora" if n % 2 else "Sam",
            project="Old Mill" if n < 10 else "River Park", amount_minor=600_00, currency="EUR",
            opened_at=at("2025-08-01"), won_at=None if n == 31 else at("2025-08-10"),
            lost_at=at("2025-12-01") if n == 30 else None,
        )
        for n in range(32)
    ]  # fmt: skip
    rows = []
    for n in range(32):
        for part in range(8):
            due = dt.date(2025, 9, 1) + dt.timedelta(days=30 * part + n % 10)
            rows.append(payment_row(f"s{n}-{part}", f"d{n}", 100_00, due_on=due))
            paid_on = due + dt.timedelta(days=n)
            if paid_on <= NOW.date() and n < 30:
                rows.append(payment_row(f"p{n}-{part}", f"d{n}", 100_00, received_on=paid_on))
    with acting(Author(user_id=None, via="test", batch="")):
        take_in_deals(rows=deals, now=NOW)
        take_in_payments(rows=rows, now=NOW)
    publish_now()
    yield world


def test_the_forecast_of_signed_deals_their_page_and_its_files(selling: World, client: Client) -> None:
    whole = forecast_of(now=NOW)
    assert whole.lateness.is_own

    open_money = whole.ageing
    rows = overdue_of(selling.hanna, now=NOW)
    assert open_money.overdue == (sum(row.amount for row in rows), 0, 0, 0)
    assert {row.deal.pk for row in rows} <= set(
        Deal.objects.filter(won_at__isnull=False, lost_at=None).values_list("pk", flat=True)
    )
    assert all(row.days == (NOW.date() - row.due_on).days > 0 for row in rows)
    assert [row.days for row in rows] == sorted((row.days for row in rows), reverse=True)
    expected = sum(month.expected.estimate or 0 for month in whole.months)
    assert 0 < expected <= open_money.total * (1 + 1e-9)
    rest = expected_cash(start=MARCH[0], end=MARCH[1], now=NOW)
    assert rest == whole.months[0].expected
    assert rest.low is not None and rest.low <= (rest.estimate or 0) <= (rest.high or 0)
    parts = [
        expected_cash(start=MARCH[0], end=MARCH[1], project=one, now=NOW)
        for one in (selling.old_mill, selling.river_park)
    ]
    assert all(0 < (one.estimate or 0) < (rest.estimate or 0) for one in parts)
    assert expected_cash(start=dt.date(2026, 1, 1), end=dt.date(2026, 2, 28), now=NOW).estimate == 0
    assert whole.tested and whole.held >= len(whole.tested) - 1

    client.force_login(selling.hanna)
    page = client.get("/plan/payments/").content.decode()
    assert "By the company’s own record" in page or "own record of" in page
    assert "months within their bounds" in page
    assert f"/deals/{rows[0].deal.pk}/" in page
    assert client.get(f"/plan/payments/?project={selling.old_mill.pk}").status_code == 200
    file = b"".join(client.get("/plan/payments/?overdue_export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(file.strip().splitlines()) == len(rows) + 1
    assert client.get("/plan/payments/?expected_export=xlsx").status_code == 200

    client.force_login(selling.victor)  # Team North: Nora's deals only
    mine = overdue_of(selling.victor, now=NOW)
    assert 0 < len(mine) < len(rows) and {row.deal.seller.name for row in mine} == {"Nora"}
    assert client.get("/plan/payments/").status_code == 200
    selling.mark.projects.add(selling.old_mill)
    client.force_login(selling.mark)
    assert "River Park" not in client.get("/plan/payments/").content.decode()


def test_without_schedules_the_page_says_what_will_be_there(
    world: World, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.WAREHOUSE_DIRECTORY = tmp_path
    client.force_login(world.hanna)
    assert "No open instalments" in client.get("/plan/payments/").content.decode()
    assert expected_cash(start=MARCH[0], end=MARCH[1], now=NOW).estimate == 0
    client.force_login(world.nora)
    assert client.get("/plan/payments/").status_code == 403
