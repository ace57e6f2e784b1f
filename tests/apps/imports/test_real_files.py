"""Public exports go in by the maps of docs/examples; skipped where the files are not at hand."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.marketing.models import Spend
from onegoal.apps.sales.models import Deal, Lead

REPOSITORY = Path(__file__).parents[3]
DATA = Path(os.environ.get("ONEGOAL_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
EXAMPLES = REPOSITORY / "docs" / "examples"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not DATA.is_dir(), reason="the public exports are not here; ONEGOAL_TEST_DATA names their folder"
    ),
]
Take = Callable[..., Any]


def _map(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


@pytest.mark.parametrize("deals_first", [True, False], ids=["deals first", "leads first"])
def test_olist_leads_meet_their_deals_in_any_order(take: Take, deals_first: bool) -> None:
    files = [
        ("olist_closed_deals_dataset.csv", "olist/deals.yaml", "deals", 842),
        ("olist_marketing_qualified_leads_dataset.csv", "olist/leads.yaml", "leads", 8000),
    ]
    for file, name, kind, rows in files if deals_first else files[::-1]:
        counts, *_rest = take(DATA / "olist" / file, _map(name), kind)
        assert (counts["created"], counts["read"]) == (rows, rows)
    sources = Lead.objects.values("origin__utm_source").annotate(
        leads=Count("id", distinct=True), won=Count("deals__lead", distinct=True)
    )
    found = {row["origin__utm_source"]: (row["won"], row["leads"]) for row in sources}
    wanted = {"paid_search": (195, 1586), "organic_search": (271, 2296), "social": (75, 1350), "email": (15, 493)}
    assert found | wanted | {"unknown": (179, 1099)} == found
    assert found[""][1] == 60


def test_dubai_adds_up_to_the_fils(take: Take) -> None:
    folder = DATA / "dubai_developer"
    for file, name, kind in (
        ("Sales.csv", "deals.yaml", "deals"),
        ("Leads.csv", "leads.yaml", "leads"),
        ("Agents.csv", "people.yaml", "people"),
        ("Properties.csv", "products.yaml", "products"),
    ):
        counts, *_rest = take(folder / file, _map(f"dubai_developer/{name}"), kind)
        assert counts["rejected"] == 0
    cost = sum(Decimal(row["Marketing_Cost_AED"]) for row in _rows(folder / "Leads.csv"))
    value = sum(Decimal(row["Sale_Value_AED"]) for row in _rows(folder / "Sales.csv"))
    assert Spend.objects.aggregate(sum=Sum("amount_minor"))["sum"] == cost * 100
    assert Deal.objects.aggregate(sum=Sum("amount_minor"))["sum"] == value * 100
    assert (Deal.objects.count(), Deal.objects.filter(lead=None).count()) == (514, 0)
    assert User.objects.count() == 45 and not User.objects.filter(name__startswith="AGT-").exists()


def test_maven_reports_the_prospects_without_a_date(take: Take) -> None:
    counts, *_rest = take(DATA / "maven_crm" / "sales_pipeline.csv", _map("maven_crm/deals.yaml"), "deals")
    assert (counts["created"], counts["rejected"]) == (8300, 500)
    assert (Deal.objects.exclude(won_at=None).count(), Deal.objects.exclude(lost_at=None).count()) == (4238, 2473)


def test_a_call_log_is_the_same_as_text_and_as_workbook(take: Take) -> None:
    mapping = _map("call_centre_pwc/calls.yaml")
    counts, *_rest = take(DATA / "call_centre_pwc" / "Call-Center-Dataset.xlsx", mapping, "calls")
    assert counts["created"] == 5000
    counts, *_rest = take(DATA / "call_centre_pwc" / "Call-Center-Dataset.csv", mapping, "calls")
    assert counts["unchanged"] == 5000


@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("kag_facebook_ads/KAG_conversion_data.csv", "kag_facebook_ads/spend.yaml", 1143),
        ("ads_exports/google_ads_campaign_stats_data.csv", "ads_exports/google/spend.yaml", 16),
        ("ads_exports/google_ads_ad_stats_data.csv", "ads_exports/google/spend.yaml", 10),
        ("ads_exports/facebook_ads_basic_ad_data.csv", "ads_exports/facebook/spend.yaml", 10),
        ("ads_exports/facebook_ads_demographics_region_data.csv", "ads_exports/facebook/spend.yaml", 10),
    ],
)
def test_advertising_tables_go_in_twice_and_count_once(take: Take, file: str, name: str, rows: int) -> None:
    fates = Counter({part: 0 for part in ("created", "unchanged")})
    for _time in range(2):
        counts, *_rest = take(DATA / file, _map(name), "spend")
        fates.update({part: counts[part] for part in fates})
    assert fates == {"created": rows, "unchanged": rows}


def test_a_crm_dump_is_read_with_the_tables_beside_it(take: Take) -> None:
    folder = DATA / "dar_crm_leads"
    counts, *_rest = take(folder / "Agents.csv", _map("dar_crm_leads/people.yaml"), "people")
    assert counts["created"] == 20
    counts, *_rest = take(folder / "Leads.csv", _map("dar_crm_leads/leads.yaml"), "leads")
    assert (counts["created"], counts["rejected"]) == (22000, 0) and counts["warnings"] > 0
    assert {"Won", "Lost", "On Hold"} <= set(Lead.objects.values_list("stage__name", flat=True).distinct())


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
