"""How many bytes the first paint of each page moves, as a real browser receives them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure
from bench.pages import PAGES
from bench.serving import serving
from bench.world import EMAIL, PASSWORD, large_home

LIMIT_KB = 500


def measure(home: Path | None = None) -> tuple[str, str, list[Figure]]:
    """Open each page with an empty cache and count what comes over the wire until the page has loaded."""
    world = large_home(home)
    with serving(world.home) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1440, "height": 900})
        sign_in(context.new_page())
        figures = [
            Figure(name, weight_of(context.new_page(), path) / 1000, LIMIT_KB, "kB") for name, path in PAGES.items()
        ]
        browser.close()
    return ("First paint", "Bytes over the wire with an empty cache, everything the page loads counted.", figures)


def sign_in(page: Page) -> None:
    """Sign in through the form."""
    page.goto("/sign-in/")
    page.fill("input[name=username]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button")
    page.wait_for_load_state("networkidle")
    if "/sign-in/" in page.url:
        sys.exit("The browser could not sign in.")


def weight_of(page: Page, path: str) -> int:
    """Return the bytes received for a page with the cache switched off."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.close()
    return int(sum(received))
