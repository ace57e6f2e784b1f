"""Fifty people look at the first page and at walls while data arrive; a signed deal is looked for on the wall."""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import subprocess
import threading
import time
from collections import defaultdict
from pathlib import Path

from bench import pay, plan
from bench.desk_world import TEAMS, email
from bench.figures import Figure
from bench.goal_world import TOKEN_FILE, arriving, goal_home
from bench.pages import percentile
from bench.serving import Visitor, serving
from bench.world import EMAIL, PASSWORD

SECONDS = 60
WALLS, READERS = 25, 25
POLL_SECONDS, THINKING_SECONDS = 2.0, 10.0
LIMIT_MS, SIGNED_LIMIT_S, SIGNED = 200, 5.0, 20
WARM_SECONDS = 30
PEOPLE = (
    EMAIL, email("marketer", 0), email("marketer", 1), *(email("supervisor", number) for number in range(TEAMS)),
)  # fmt: skip
Taken = dict[str, list[float]]


def measure(home: Path | None = None) -> tuple[str, str, list[Figure]]:
    """Plan and pay by themselves, then serve the company while data arrive."""
    home = goal_home(home)
    figures = [*plan.measure()[2], *pay.measure()[2][:2]]
    token = (home / TOKEN_FILE).read_text().strip()
    with serving(home) as port:
        readers = [Reader(port, PEOPLE[number % len(PEOPLE)], number) for number in range(READERS)]
        walls = [Wall(port, token, number) for number in range(WALLS)]
        arrival = arriving(home)
        try:
            told(arrival)
            first = look_once(readers, walls)
            time.sleep(WARM_SECONDS)
            taken, signed = watch(readers, walls, arrival)
        finally:
            close(arrival)
    load = os.getloadavg()[0]
    figures += [
        Figure(
            f"{name}, 95th percentile", percentile(times, 95) * 1000, LIMIT_MS, "ms",
            f"p50 {percentile(times, 50) * 1000:.0f} ms of {len(times)}; first look {percentile(first[name], 50) * 1000:.0f} ms",
        )
        for name, times in sorted(taken.items())
    ]  # fmt: skip
    slowest = f"median {statistics.median(signed):.1f} s; a wall asks every {POLL_SECONDS:.0f} s"
    figures.append(
        Figure(f"a signed deal on the wall, slowest of {len(signed)}", max(signed), SIGNED_LIMIT_S, "s", slowest)
    )
    how = (
        "The large company (200,000 leads, 20,000 deals, 5,000,000 touches) with a KPI of four parts and a plan in force. "
        f"{READERS} people (the head, marketers, supervisors) open the first page about every {THINKING_SECONDS:.0f} s with what "
        f"it fetches, {WALLS} walls ask every {POLL_SECONDS:.0f} s, for {SECONDS} s; three leads, a deal, a payment are written "
        "and published every second meanwhile. Everything, the viewers too, on the same two cores; load average at the end "
        f"{load:.1f}. Plan and pay are measured before, by themselves."
    )
    return ("One goal", how, figures)


def told(arrival: subprocess.Popen[str], line: str = "") -> str:
    """Send a line and return the answer."""
    if arrival.stdin is None or arrival.stdout is None:
        raise RuntimeError("a process without pipes")
    if line:
        arrival.stdin.write(line + "\n")
    return arrival.stdout.readline().strip()


def close(arrival: subprocess.Popen[str]) -> None:
    """End what arrives."""
    if arrival.stdin:
        arrival.stdin.close()
    arrival.wait(timeout=60)


def look_once(readers: list[Reader], walls: list[Wall]) -> Taken:
    """Everybody opens what they look at, one after the other."""
    taken: Taken = defaultdict(list)
    for one in (*readers, *walls):
        one.look(taken)
    return taken


def watch(readers: list[Reader], walls: list[Wall], arrival: subprocess.Popen[str]) -> tuple[Taken, list[float]]:
    """Let everybody look for a while; sign deals meanwhile and time until a wall is told of each."""
    taken: Taken = defaultdict(list)
    over = threading.Event()
    threads = [threading.Thread(target=one.run, args=(taken, over)) for one in (*readers, *walls)]
    for thread in threads:
        thread.start()
    signed = []
    chance, until = random.Random(3), time.monotonic() + SECONDS
    for _ in range(SIGNED):
        time.sleep(chance.uniform(0.5, 2.5))
        began = time.monotonic()
        deal = int(told(arrival, "sign"))
        signed.append(_until_seen(walls[0], deal, began))
    time.sleep(max(0.0, until - time.monotonic()))
    over.set()
    for thread in threads:
        thread.join()
    return taken, signed


def _until_seen(wall: Wall, deal: int, began: float) -> float:
    while deal not in wall.seen:
        if time.monotonic() - began > 60:
            return 60.0
        time.sleep(0.02)
    return wall.seen[deal] - began


class Reader:
    """Somebody who opens the first page again and again, with the part it fetches."""

    def __init__(self, port: int, address: str, seed: int) -> None:
        self._visitor, self._chance = Visitor(port), random.Random(seed)
        self._visitor.sign_in(address, PASSWORD)

    def run(self, taken: Taken, over: threading.Event) -> None:
        """Look until it is over."""
        while not over.wait(self._chance.uniform(0, 2 * THINKING_SECONDS)):
            self.look(taken)

    def look(self, taken: Taken) -> None:
        """Open the page, then what it fetches."""
        for name, path in (("first page", "/goal/"), ("what is owed today", "/goal/owed/")):
            began = time.monotonic()
            status, _page = self._visitor.fetch(path)
            taken[name].append(time.monotonic() - began)
            if status != 200:
                raise SystemExit(f"{path} answered {status}.")


class Wall:
    """A screen on the wall: asks every two seconds with the ETag it was given, and notes each deal it is told of."""

    def __init__(self, port: int, token: str, seed: int) -> None:
        self._visitor, self._path, self._etag = Visitor(port), f"/wall/{token}/data/", ""
        self._chance = random.Random(seed)
        self.seen: dict[int, float] = {}
        self.digests: set[str] = set()

    def run(self, taken: Taken, over: threading.Event) -> None:
        """Ask until it is over."""
        over.wait(self._chance.uniform(0, POLL_SECONDS))
        while not over.wait(POLL_SECONDS):
            self.look(taken)

    def look(self, taken: Taken) -> None:
        """Ask once."""
        connection = self._visitor.connection
        began = time.monotonic()
        connection.request("GET", self._path, headers={"If-None-Match": self._etag} if self._etag else {})
        answer = connection.getresponse()
        body = answer.read()
        taken["wall"].append(time.monotonic() - began)
        if answer.status not in (200, 304):
            raise SystemExit(f"The wall answered {answer.status}.")
        self._etag = answer.headers.get("ETag", "")
        if answer.status == 200:
            self.digests.add(hashlib.sha256(body).hexdigest())
            for deal in json.loads(body)["deals"]:
                self.seen.setdefault(deal["id"], time.monotonic())
