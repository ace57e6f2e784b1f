"""The main way: in, two files, the chain, a channel, the list behind a number, one person; wide, narrow, in Russian."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import follow, sign_in
from tests.world import World

from onegoal.apps.facts.services import publish_now
from onegoal.apps.imports import jobs

Upload = Callable[[Page, str, str], None]


def _days_ago(days: int) -> str:
    return (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)).isoformat()


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """What a site and an advertising cabinet export: twelve leads, and what their clicks cost."""
    leads, spend = tmp_path / "leads.csv", tmp_path / "spend.csv"
    rows = [f"L{n},{_days_ago(20 + n)},Ion {n},+407220000{n:02d},google,cpc,Spring" for n in range(12)]
    leads.write_text("\n".join(["id,created_at,name,phone,source,medium,campaign", *rows]), "utf-8")
    rows = [f"{_days_ago(20 + n)},google,cpc,Spring,{10 + n}.50,EUR" for n in range(12)]
    spend.write_text("\n".join(["day,source,medium,campaign,amount,currency", *rows]), "utf-8")
    return str(leads), str(spend)


@pytest.fixture
def bring(live_server: Any) -> Upload:
    """Upload a file, agree with the guessed columns, and see it imported to the last row."""

    def upload(page: Page, file: str, kind: str) -> None:
        page.goto("/data/upload/")
        page.locator("input[type=file]").set_input_files(file)
        expect(page.locator(".drop")).to_contain_text(Path(file).name)
        page.locator("select[name=kind]").select_option(kind)
        page.locator("input[name=source]").fill("site")
        page.get_by_role("button", name="Next").click()
        expect(page.locator("#check")).to_contain_text("12 of the first 12 rows are fine")
        follow(page, page.get_by_role("button", name="Import", exact=True))
        jobs.run_next()
        page.reload()
        expect(page.get_by_role("region", name="What the file did").locator("tbody tr")).to_contain_text("12")

    return upload


def test_two_files_become_a_chain_a_channel_a_list_and_a_person(
    company: World, page: Page, bring: Upload, files: tuple[str, str]
) -> None:
    sign_in(page, company.hanna)
    expect(page.get_by_role("heading", name="No data yet")).to_be_visible()
    bring(page, files[0], "leads")
    bring(page, files[1], "spend")
    publish_now()

    page.goto("/chain/")
    expect(page.locator(".chain-card", has_text="Leads").first).to_contain_text("12")
    expect(page.locator(".chain-card", has_text="Spend").first).to_contain_text("€192")
    page.locator(".rail").get_by_role("link", name="Channels").click()
    line = page.locator("table.listing tbody tr", has_text="Paid search")
    expect(line).to_contain_text("€16")
    line.get_by_role("link", name="12", exact=True).first.click()

    expect(page).to_have_url(re.compile(r"/behind/\?.*metric=leads"))
    expect(page.locator("table.listing tbody tr")).to_have_count(12)
    page.get_by_role("link", name="Ion 7").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ion 7")
    expect(page.locator(".timeline").first).to_contain_text("paid search / google / Spring")


def test_an_import_is_taken_back_whole(company: World, page: Page, bring: Upload, files: tuple[str, str]) -> None:
    sign_in(page, company.mark)
    bring(page, files[0], "leads")
    follow(page, page.get_by_role("button", name="Take this import back"))
    jobs.run_next()
    page.reload()
    expect(page.get_by_text("This import was taken back")).to_be_visible()


def test_a_phone_shows_the_same_figures_without_scrolling_sideways(
    company: World, page: Page, bring: Upload, files: tuple[str, str]
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, company.hanna)
    bring(page, files[0], "leads")
    publish_now()
    page.locator(".bottom-bar").get_by_role("link", name="Chain").click()
    expect(page.locator(".chain-card", has_text="Leads").first).to_contain_text("12")
    for room in ("Channels", "Leads", "Goal"):
        follow(page, page.locator(".bottom-bar").get_by_role("link", name=room))
        assert page.evaluate("document.documentElement.scrollWidth") == 390, room
    for address in ("/people/", "/data/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address
    page.locator(".bottom-bar").get_by_role("button", name="More").click()
    expect(page.get_by_role("dialog", name="All rooms").get_by_role("link", name="Settings")).to_be_visible()


def test_a_chosen_language_and_theme_stay_with_the_reader(company: World, page: Page) -> None:
    sign_in(page, company.hanna)
    page.locator("summary", has_text="Language").click()
    follow(page, page.get_by_role("button", name="Русский"))
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("button", name="Поиск")).to_be_visible()
    page.goto("/people/")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.locator("summary:has(use[href$='#contrast'])").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):  # the server remembers it
        page.locator("button[name=theme][value=dark]").first.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
