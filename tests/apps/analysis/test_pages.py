"""Pages of figures: what they show, to whom, and how they take addresses that make no sense."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from tests.apps.analysis.conftest import DAYS
from tests.world import World

PAGES = ("/chain/", "/channels/", "/creatives/", "/hours/", "/time-to-sale/", "/cohorts/")
HOSTILE = (
    "from=2026-02-30&to=x", "from=9999-12-31&to=0001-01-01", "period=drop%20table", "by=drop", "by=%00",
    "sort=;drop", "sort=-nothing", "page=99999999999999999999", "page=-1", "columns=a,b,%00", "compare=never",
    "channel=" + "x" * 3000, "channel=%00", "week=99999999999-W99", "week=2026-W99", "day=2026-02-31", "hour_of_week=abc",
    "hour_of_week=%C2%B2", "month=2026-13", "quarter=2026-Q9", "seller=%F0%9F%92%A9", "plot=none", "way=none",
    "way=time_between", "way=time_between&from_stage=%00&to_stage=%27", "q=%27%22%3Cscript%3E", "export=exe",
    "currency=EUR", "channel=a&channel=b", "from=2026-01-01", "to=2026-01-01", "project=%ED%A0%80",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_before_any_data_a_page_says_what_to_do(as_head: Client, empty_warehouse: None, page: str) -> None:
    answer = as_head.get(page)
    assert answer.status_code == 200
    assert "No data yet" in answer.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "/behind/?metric=leads", "/filters/?at=chain&dimension=channel"])
def test_a_stranger_signs_in_first(client: Client, db: None, page: str) -> None:
    assert client.get(page).status_code == 302


def test_who_sees_no_figures_is_not_shown_any(client: Client, trading: World) -> None:
    client.force_login(trading.service)
    assert [client.get(page).status_code for page in PAGES] == [403] * 6


def test_the_chain_leads_with_money_and_every_card_leads_to_its_list(as_head: Client, trading: World) -> None:
    text = as_head.get(f"/chain/?{DAYS}").content.decode()
    assert "€1,500" in text
    assert "6 of 12" in text
    assert "/behind/?metric=money_received&amp;from=2026-01-01&amp;to=2026-02-28" in text


def test_a_filter_narrows_and_is_kept_in_every_link(as_head: Client, trading: World) -> None:
    text = as_head.get(f"/chain/?{DAYS}&campaign=Spring").content.decode()
    assert "Campaign: Spring" in text
    assert "metric=leads&amp;from=2026-01-01&amp;to=2026-02-28&amp;campaign=Spring" in text


def test_sellers_see_their_own_figures_and_no_costs(client: Client, trading: World) -> None:
    client.force_login(trading.sam)
    text = client.get(f"/channels/?{DAYS}").content.decode()
    assert "Cost per lead" not in text
    client.force_login(trading.nora)
    assert "6 of 12" in client.get(f"/chain/?{DAYS}").content.decode()
    assert client.get(f"/behind/?metric=cpl&{DAYS}").status_code == 403


def test_the_totals_of_channels_add_up_to_the_cent(as_head: Client, trading: World) -> None:
    answer = as_head.get(f"/channels/?{DAYS}&by=source&columns=name,spend,leads&export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert rows[0] == ["Source", "Spend, EUR", "Leads"]
    assert sorted(rows[1:]) == [["bing", "66.68", "0"], ["google", "333.33", "12"]]
    page = as_head.get(f"/channels/?{DAYS}&by=source").content.decode()
    assert "€400.01" in page


def test_a_list_holds_as_many_records_as_the_figure_counted(as_head: Client, trading: World) -> None:
    counted = {"leads": 12, "deals": 6, "deals_won": 3, "payments": 3, "spend": 2}
    for metric, count in counted.items():
        answer = as_head.get(f"/behind/?metric={metric}&{DAYS}&export=csv")
        lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
        assert (metric, len(lines) - 1) == (metric, count)


def test_both_sides_of_a_rate_have_their_list(as_head: Client, trading: World) -> None:
    of = {
        part: as_head.get(f"/behind/?metric=lead_to_deal&part={part}&{DAYS}") for part in ("numerator", "denominator")
    }
    assert of["numerator"].context["table"].total == 6
    assert of["denominator"].context["table"].total == 12


def test_the_list_of_another_sellers_leads_is_empty(client: Client, trading: World) -> None:
    client.force_login(trading.sam)
    assert client.get(f"/behind/?metric=leads&{DAYS}").context["table"].total == 0


def test_a_figure_that_does_not_exist_is_404_in_words(as_head: Client, trading: World) -> None:
    answer = as_head.get("/behind/?metric=drop")
    assert answer.status_code == 404
    assert "There is no list behind this figure." in answer.content.decode()


def test_a_filter_the_figure_does_not_know_is_refused_in_words(as_head: Client, trading: World) -> None:
    answer = as_head.get(f"/behind/?metric=spend&seller=Nora&{DAYS}")
    assert answer.status_code == 400
    assert "cannot be filtered" in answer.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "/behind/?metric=leads", "/behind/?metric=spend"])
def test_no_address_breaks_a_page(as_head: Client, trading: World, page: str) -> None:
    mark = "&" if "?" in page else "?"
    broken = {query: as_head.get(f"{page}{mark}{query}").status_code for query in HOSTILE}
    assert {query: status for query, status in broken.items() if status not in (200, 400, 404)} == {}


def test_a_period_before_the_records_offers_all_days(as_head: Client, trading: World) -> None:
    text = as_head.get("/chain/?from=2020-01-01&to=2020-02-01").content.decode()
    assert "Nothing in these days" in text
    assert "from=2026-01-01" in text


def test_pages_ask_the_records_few_questions(
    as_head: Client, trading: World, django_assert_max_num_queries: Any
) -> None:
    for page in PAGES:
        as_head.get(f"{page}?{DAYS}")
        with django_assert_max_num_queries(12):
            as_head.get(f"{page}?{DAYS}")


def test_the_values_of_a_filter_lead_back_to_their_page(as_head: Client, trading: World) -> None:
    text = as_head.get(f"/filters/?at=channels&dimension=campaign&{DAYS}").content.decode()
    assert 'href="/channels/?from=2026-01-01&amp;to=2026-02-28&amp;campaign=Spring"' in text
    assert as_head.get("/filters/?at=drop&dimension=campaign").status_code == 404
