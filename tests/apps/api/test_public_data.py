"""Public sales go in by the API and come out as figures by the API, to the fils; skipped where the files are not at hand."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.apps.api.program import Api
from tests.world import World

from onegoal.apps.facts.services import publish_now

DATA = Path(os.environ.get("ONEGOAL_TEST_DATA", Path(__file__).parents[4] / "shared" / "data")) / "dubai_developer"
pytestmark = [
    pytest.mark.usefixtures("lake"),
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the public exports are not here; ONEGOAL_TEST_DATA names their folder"
    ),
]


def test_dubais_sales_add_up_to_the_file(world: World, head: Api) -> None:
    world.company.currency = "AED"
    world.company.save()
    sales = _rows("Sales.csv")
    sold = {row["Lead_ID"] for row in sales}
    leads = [row for row in _rows("Leads.csv") if row["Lead_ID"] in sold]
    _send(head, "/leads/batch", [_lead(row) for row in leads])
    _send(head, "/deals/batch", [_deal(row) for row in sales])
    _send(head, "/payments", [_payment(row) for row in sales])
    publish_now()

    value = sum(_minor(row) for row in sales)
    assert _by(head, "leads", "source") == Counter(row["Marketing_Channel"] for row in leads)
    assert head.get("/metrics/deals_won")["rows"][0]["value"] == len(sales) == 514
    for name in ("money_signed", "money_received"):
        assert head.get(f"/metrics/{name}")["rows"][0]["value"] == value
    channel_of = {row["Lead_ID"]: row["Marketing_Channel"] for row in leads}
    wanted: Counter[str] = Counter()
    for row in sales:
        wanted[channel_of[row["Lead_ID"]]] += _minor(row)
    assert _by(head, "money_signed", "source") == wanted


def _send(api: Api, path: str, rows: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        assert api.post(path, {"rows": part}, 200)["created"] == len(part)


def _by(api: Api, metric: str, dimension: str) -> dict[str, int]:
    rows = api.get(f"/metrics/{metric}?by={dimension}")["rows"]
    return {row["by"][dimension]: row["value"] for row in rows}


def _lead(row: dict[str, str]) -> dict[str, Any]:
    marks = {"source": row["Marketing_Channel"], "campaign": row["Campaign_Name"]}
    return {
        "source": "dubai", "source_id": row["Lead_ID"], "created_at": f"{row['Lead_Date']}T08:00:00Z", "marks": marks,
        "person": {"crm": f"dubai:{row['Customer_ID']}"}, "seller": row["Agent_ID"], "outcome": "qualified",
    }  # fmt: skip


def _deal(row: dict[str, str]) -> dict[str, Any]:
    return {
        "source": "dubai", "source_id": row["Sale_ID"], "lead": row["Lead_ID"], "outcome": "won", "currency": "AED",
        "person": {"crm": f"dubai:{row['Customer_ID']}"}, "opened_at": f"{row['Sale_Date']}T08:00:00Z",
        "won_at": f"{row['Sale_Date']}T09:00:00Z", "amount_minor": _minor(row), "seller": row["Agent_ID"],
    }  # fmt: skip


def _payment(row: dict[str, str]) -> dict[str, Any]:
    return {
        "source": "dubai", "source_id": row["Sale_ID"], "deal": row["Sale_ID"], "received_on": row["Sale_Date"],
        "amount_minor": _minor(row), "currency": "AED",
    }  # fmt: skip


def _minor(row: dict[str, str]) -> int:
    return int(Decimal(row["Sale_Value_AED"]) * 100)


def _rows(name: str) -> list[dict[str, str]]:
    return list(_read(name))


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)
