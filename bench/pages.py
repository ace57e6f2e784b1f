"""Twenty people click through every page of a large company, on the machine that serves them."""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
from pathlib import Path

from bench.figures import Figure
from bench.serving import Visitor, serving
from bench.world import EMAIL, PASSWORD, World, change_something, large_home

PEOPLE = 20
SECONDS = 40
THINKING_SECONDS = 1.0
PAGES = {
    "chain": "/?from=2026-01-01&to=2026-09-30",
    "chain by seller": "/?from=2026-01-01&to=2026-09-30&by=seller",
    "channels": "/channels/?from=2026-01-01&to=2026-09-30&compare=previous",
    "campaigns": "/channels/?from=2026-01-01&to=2026-09-30&by=campaign",
    "creatives": "/creatives/?from=2026-01-01&to=2026-09-30",
    "hours": "/hours/?from=2026-01-01&to=2026-09-30",
    "time to sale": "/time-to-sale/?from=2026-01-01&to=2026-09-30",
    "cohorts": "/cohorts/?from=2025-06-01&to=2026-09-30",
    "models side by side": "/attribution/?from=2026-01-01&to=2026-09-30",
    "models by campaign": "/attribution/?from=2026-01-01&to=2026-09-30&by=campaign&conversion=lead",
    "one channel's parts": "/attribution/group/?from=2026-01-01&to=2026-09-30&group=paid_search",
    "windows": "/attribution/windows/?from=2026-01-01&to=2026-09-30",
    "paths": "/paths/?from=2026-01-01&to=2026-09-30",
    "steps": "/paths/steps/?from=2026-01-01&to=2026-09-30",
    "time lag": "/paths/lag/?from=2026-01-01&to=2026-09-30",
    "list behind a number": "/behind/?metric=leads&from=2026-01-01&to=2026-09-30",
    "people": "/people/",
    "imports": "/data/",
    "audit trail": "/settings/changes/",
    "settings": "/settings/",
}


def measure(home: Path | None = None) -> tuple[str, str, list[Figure]]:
    """Serve the large company and click."""
    world = large_home(home)
    with serving(world.home) as port:
        first = [first_view_after_a_change(port, world, path) for path in PAGES.values()]
        taken = click_together(port)
    figures = [Figure(f"{name}, 95th percentile", percentile(taken[name], 95) * 1000, 300, "ms") for name in PAGES]
    everything = [seconds for times in taken.values() for seconds in times]
    figures.append(
        Figure("all pages, 95th percentile", percentile(everything, 95) * 1000, 300, "ms", f"{len(everything)} pages")
    )
    figures.append(Figure("slowest first view after a data change", max(first) * 1000, 1000, "ms"))
    how = (
        f"{world.leads:,} leads, {world.deals:,} deals and {world.touches:,} touches; {PEOPLE} people click on pages in random "
        f"order for {SECONDS} s, each thinking up to {2 * THINKING_SECONDS:.0f} s between pages."
    )
    return ("Pages of a large company", how, figures)


def first_view_after_a_change(port: int, world: World, path: str) -> float:
    """Return how long a page takes when a record has just changed and its figures are new."""
    visitor = Visitor(port)
    visitor.sign_in(EMAIL, PASSWORD)
    fetch(visitor, path)
    change_something(world)
    return fetch(visitor, path)


def click_together(port: int) -> dict[str, list[float]]:
    """Return the seconds each page took, for all people together."""
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    visitors = [Visitor(port) for _ in range(PEOPLE)]
    for visitor in visitors:
        visitor.sign_in(EMAIL, PASSWORD)
    for path in PAGES.values():
        fetch(visitors[0], path)
    deadline = time.monotonic() + SECONDS
    threads = [threading.Thread(target=click, args=(v, taken, deadline, seed)) for seed, v in enumerate(visitors)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def click(visitor: Visitor, taken: dict[str, list[float]], deadline: float, seed: int) -> None:
    """One person: think, click, until the time is over."""
    chance = random.Random(seed)
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(0, 2 * THINKING_SECONDS))
        name = chance.choice(list(PAGES))
        taken[name].append(fetch(visitor, PAGES[name]))


def fetch(visitor: Visitor, path: str) -> float:
    """Return how long a page took; anything but a good answer ends the benchmark."""
    began = time.monotonic()
    status, _page = visitor.fetch(path)
    if status != 200:
        sys.exit(f"{path} answered {status}.")
    return time.monotonic() - began


def percentile(values: list[float], rank: int) -> float:
    """Return a percentile of the values, the largest of fewer than twenty."""
    return statistics.quantiles(values, n=100)[rank - 1] if len(values) >= 20 else max(values, default=float("nan"))
