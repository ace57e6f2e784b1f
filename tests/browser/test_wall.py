"""The wall in a real browser: boards turn, a lost network is told and survived, a new deal is celebrated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.apps.wall.conftest import stored_screen
from tests.world import World

from onegoal.apps.people.models import Person
from onegoal.apps.sales.models import Deal
from onegoal.apps.wall.models import WallBoard
from onegoal.apps.wall.services import screens

PATIENCE = 25_000
"""Longer than a wall waits before it says that nothing comes."""


@pytest.fixture
def hung(company: World) -> tuple[Any, str]:
    """A screen with the two boards that need neither goal nor plan."""
    screen, token = stored_screen(company.ada)
    WallBoard.objects.filter(screen=screen).exclude(kind__in=("money", "sellers")).delete()
    return screen, token


@pytest.fixture
def tv(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A TV of 1920 x 1080 with a clock the test moves."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", locale="en-GB"
    )
    context.set_default_timeout(20_000)
    yield context
    for page in context.pages:
        page.unroute_all(behavior="ignoreErrors")  # what a wall asks while it is switched off is nobody's affair
    context.close()


def switch_on(tv: BrowserContext, token: str) -> Page:
    page = tv.new_page()
    page.clock.install(time=timezone.now())
    page.goto(f"/wall/{token}/")
    page.locator(".board").wait_for()
    return page


def asked(page: Page) -> None:
    """Let the wall ask once, and wait for its answer."""
    with page.expect_response(lambda answer: answer.url.endswith("/data/")):
        page.clock.run_for(3_000)


def sign(world: World) -> None:
    now = timezone.now()
    person = Person.objects.create(created_at=now)
    Deal.objects.create(
        person=person, opened_at=now - dt.timedelta(days=9), won_at=now, seller=world.nora, project=world.river_park
    )


def test_boards_turn_are_read_from_afar_and_leave_nothing_behind(hung: Any, tv: BrowserContext) -> None:
    page = switch_on(tv, hung[1])
    heading = page.locator(".board h1")
    expect(heading).to_contain_text("Money received in")
    box = page.locator(".main").bounding_box()
    assert box and box["height"] >= 300
    assert page.locator("a, button, input").count() == 0 and tv.cookies() == []
    page.clock.run_for(20_500)
    expect(heading).to_have_text("Contracts this month")
    elements = page.locator("*").count()
    for _ in range(6):
        page.clock.fast_forward(3 * 3600 * 1000)
        page.clock.run_for(21_000)
    expect(heading).to_have_text("Contracts this month")
    assert page.locator("*").count() == elements
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_a_lost_network_keeps_the_last_picture_and_says_its_age(hung: Any, tv: BrowserContext) -> None:
    page = switch_on(tv, hung[1])
    age = page.locator("#wall-age")
    expect(age).to_be_hidden()
    tv.set_offline(True)
    page.clock.run_for(PATIENCE)
    expect(age).to_contain_text("No connection. Figures of")
    page.clock.run_for(7 * 60_000)
    expect(age).to_contain_text("7 minutes ago")
    expect(page.locator(".board")).to_be_visible()
    tv.set_offline(False)
    with page.expect_response(lambda answer: answer.url.endswith("/data/")):
        page.clock.fast_forward(80_000)  # it asks at least every minute and a quarter
    page.clock.run_for(500)
    expect(age).to_be_hidden()


def test_a_new_deal_is_celebrated_for_five_seconds_once(company: World, hung: Any, tv: BrowserContext) -> None:
    page = switch_on(tv, hung[1])
    news = page.locator("#wall-news")
    expect(news).to_be_hidden()
    sign(company)
    asked(page)
    page.clock.run_for(500)
    expect(news).to_be_visible()
    expect(news).to_contain_text("Nora")
    expect(news).to_contain_text("signed a contract · River Park")
    assert news.evaluate("element => getComputedStyle(element).animationName") == "none"  # motion is reduced
    page.clock.run_for(5_500)
    expect(news).to_be_hidden()
    asked(page)
    page.clock.run_for(500)
    expect(news).to_be_hidden()
    page.reload()  # it remembers what it has told
    page.locator(".board").wait_for()
    page.clock.run_for(3_500)
    expect(news).to_be_hidden()


def test_a_revoked_link_takes_its_figures_off_the_screen(hung: Any, tv: BrowserContext) -> None:
    screen, token = hung
    page = switch_on(tv, token)
    screens.revoke_screen(screen=screen, now=timezone.now())
    asked(page)
    expect(page.locator("#wall-board")).to_have_text(
        "This link does not work any more. Ask for a new one in the settings of wall screens."
    )
    assert page.evaluate("localStorage.length") == 0


def test_a_new_version_is_loaded_between_two_boards(hung: Any, tv: BrowserContext) -> None:
    page = switch_on(tv, hung[1])
    page.evaluate("window.isOld = true")

    def newer(route: Any) -> None:
        answer = route.fetch(headers={**route.request.headers, "if-none-match": ""})
        body = answer.json() | {"bundle": "newer"}
        route.fulfill(response=answer, json=body)

    page.route("**/data/", newer)
    asked(page)
    assert page.evaluate("window.isOld") is True
    with page.expect_navigation():
        page.clock.run_for(20_500)
    page.locator(".board").wait_for()
    page.evaluate("window.isOld = false")
    page.clock.run_for(60_000)  # once for each version, whatever a cache on the way still serves
    assert page.evaluate("window.isOld") is False
