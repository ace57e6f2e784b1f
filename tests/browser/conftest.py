"""A real browser for the main ways through the screens; without Chromium these tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.file_database import records_in_file
from tests.world import PASSWORD, World, make_world

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-gpu",
]  # fmt: skip

# Nothing on this machine takes so long, however many others work on it; a walk that is well never waits for it.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS / 3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright runs an event loop in this thread; Django would take the calls of the tests for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def company(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    """The little company, seen by the server too, with files and facts of its own and nothing in them yet."""
    settings.WAREHOUSE_DIRECTORY, settings.MEDIA_ROOT = tmp_path / "facts", tmp_path / "files"
    return make_world()


@pytest.fixture
def live_server(transactional_db: None, tmp_path: Path) -> Iterator[LiveServer]:
    """The product behind a server whose threads have connections of their own, as in an installation."""
    with records_in_file(tmp_path):
        server = LiveServer("localhost")
        yield server
        server.stop()


def sign_in(page: Page, user: Any) -> None:
    """Come in by the form, as people do."""
    page.goto("/sign-in/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Sign in", exact=True))
    page.locator("main h2, main p").first.wait_for()


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page, or to the same one anew, and wait until that one is there.

    A page that is reloaded, left or measured while a press is still on its way loses the press or the walk.
    """
    with page.expect_navigation():
        link.click()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    yield page
    assert faults == []
