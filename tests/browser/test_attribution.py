"""A marketer's way through attribution: models, another conversion and window, a channel, a path, one person; also on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.apps.attribution.spring import DAYS, make_spring
from tests.browser.conftest import sign_in
from tests.world import World

NEVER_CLOSES = "Display stands in 8 deals of 12 and closes none of them"


@pytest.fixture
def spring(company: World) -> World:
    """The little company after its spring, on the server too."""
    make_spring()
    return company


def choose(page: Page, menu: str, choice: str) -> None:
    """Open a menu of the bar and take one of its choices."""
    page.locator("details.menu > summary", has_text=menu).click()
    page.locator("details.menu[open]").get_by_role("link", name=choice, exact=True).click()
    expect(page.locator("details.menu > summary", has_text=f"{menu}: {choice}")).to_be_visible()


def test_a_marketer_goes_from_the_models_to_one_person(spring: World, page: Page) -> None:
    sign_in(page, spring.mark)
    page.goto(f"/channels/?{DAYS}")
    page.locator(".rail").get_by_role("link", name="Attribution", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attribution")
    page.goto(f"/attribution/?{DAYS}")
    expect(page.locator(".findings")).to_contain_text(NEVER_CLOSES)
    expect(page.locator("figure.chart canvas").first).to_be_visible()

    choose(page, "Model", "Linear")
    expect(page).to_have_url(re.compile("model=linear"))
    choose(page, "Value", "Number")
    line = page.locator("#table-models tbody tr", has_text="Display")
    expect(line).to_contain_text("−4.0")
    choose(page, "Window", "7 days")
    expect(page.get_by_role("heading", name="No touches yet")).to_be_visible()
    choose(page, "Conversion", "Leads")
    expect(page.get_by_text("12 by touches, 0 unattributed")).to_be_visible()

    page.goto(f"/attribution/?{DAYS}")
    page.locator("#table-models").get_by_role("link", name="Display", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Display")
    expect(page.locator(".lead")).to_contain_text("it assists, it never closes")
    expect(page.get_by_role("region", name="What if it were switched off")).to_contain_text("would be lost")
    page.get_by_role("link", name="Display → Paid search").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Display → Paid search")
    expect(page.locator("table.listing tbody tr")).to_have_count(8)
    page.get_by_role("link", name="Both 3").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Both 3")


def test_flows_are_drawn_and_read_as_a_table(spring: World, page: Page) -> None:
    sign_in(page, spring.mark)
    page.goto(f"/paths/?{DAYS}")
    flows = page.locator("figure.chart[data-name=first-steps]")
    expect(flows.locator("canvas")).to_be_visible()
    flows.get_by_role("button", name="As a table").click()
    expect(flows.locator("tbody tr", has_text="Display")).to_contain_text("Paid search")
    page.get_by_label("Begins with").select_option("email")
    expect(page.locator("#table-paths tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("paths_begins=email"))


def test_published_figures_can_be_frozen_for_good(spring: World, page: Page) -> None:
    sign_in(page, spring.hanna)
    page.goto(f"/attribution/?{DAYS}")
    page.locator("summary", has_text="Publish these figures").click()
    page.get_by_label("Name", exact=True).fill("First quarter")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First quarter")
    page.get_by_role("button", name="Compare with now").click()
    expect(page.get_by_text("Everything is as it was published")).to_be_visible()
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("dialog").get_by_role("button", name="Freeze").click()
    expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)
    expect(page.get_by_role("button", name="Freeze")).to_have_count(0)


def test_a_phone_shows_attribution_without_scrolling_sideways(spring: World, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, spring.mark)
    for address in ("/attribution/", "/attribution/group/?group=display", "/attribution/windows/", "/attribution/limits/",
                    "/attribution/published/", "/paths/", "/paths/steps/", "/paths/lag/"):  # fmt: skip
        page.goto(f"{address}{'&' if '?' in address else '?'}{DAYS}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address


def test_the_menus_open_and_choose_by_keyboard(spring: World, page: Page) -> None:
    sign_in(page, spring.mark)
    page.goto(f"/attribution/?{DAYS}")
    page.locator("details.menu > summary", has_text="Model").focus()
    page.keyboard.press("Enter")
    page.locator("details.menu[open]").get_by_role("link", name="Last touch", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("model=last"))
    expect(page.locator("details.menu > summary", has_text="Model: Last touch")).to_be_visible()
