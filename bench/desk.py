"""Twenty people work at the sales desk of a large company; leads are judged and a score is learnt meanwhile."""

from __future__ import annotations

import random
import re
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from bench.desk_world import SELLERS, TEAMS, desk_home, email, run_in
from bench.figures import Figure
from bench.pages import percentile
from bench.serving import TOKEN, Visitor, serving
from bench.world import EMAIL, PASSWORD

SECONDS = 60
THINKING_SECONDS = 5.0
LIMIT_MS, DRAG_MS = 300, 150
COLLEAGUES = (
    *(email("seller", number) for number in range(12)), *(email("supervisor", number) for number in range(4)),
    EMAIL, email("quality", 0), email("marketer", 0), email("marketer", 1),
)  # fmt: skip
SEARCHED = ("serban", "чебан", "Ёлкин", "kovacs 1", "0720012", "+4072 000 123", "#1234")
FILTERS = (
    "state=open&channel=paid_search", "state=rejected&request=chat", "state=qualified&campaign=campaign-7",
    "state=open&sort=clock", "state=open&task=late", "state=rejected&period=last_30_days", "state=nobodys",
)  # fmt: skip
CARD = re.compile(r'href="(/leads/\d+/)"')
TAKE = re.compile(r'hx-post="(/leads/\d+/claim/)"')
DEAL = re.compile(r'data-stage="(\d+)" data-move="(/deals/\d+/move/)"')
COLUMN = re.compile(r'data-column="(\d+)" data-kind="open"')
Taken = dict[str, list[float]]


def measure(home: Path | None = None) -> tuple[str, str, list[Figure]]:
    """Serve the company at work, let twenty people work in it, then judge and train beside them."""
    home = desk_home(home)
    with serving(home) as port:
        people = [Colleague(port, address, seed) for seed, address in enumerate(COLLEAGUES)]
        # The training first: the product begins one by itself where there never was any, and the rest is to be without it.
        trained, while_training = beside(people, lambda: train(home))
        alone = work(people, lambda: time.sleep(SECONDS))
        judged, while_judging = beside(people, lambda: run_in(home, "judge"))
    figures = [
        Figure(f"{name}, 95th percentile", percentile(times, 95) * 1000, DRAG_MS if name == "move on the board" else LIMIT_MS,
               "ms", f"p50 {percentile(times, 50) * 1000:.0f} ms of {len(times)}")
        for name, times in sorted(alone.items())
    ]  # fmt: skip
    count, seconds = judged.split()
    figures.append(Figure(f"judging {int(count):,} leads", float(seconds), 10, "s", "20 people at work meanwhile"))
    figures.append(pages("pages while leads are judged", while_judging))
    seconds, why_off = trained
    figures.append(
        Figure("training on 178,000 decided leads", seconds, 60, "s", f"asked to done; off: {why_off or 'no'}")
    )
    figures.append(pages("pages while a score is learnt", while_training))
    how = (
        f"200,000 leads, 20,000 deals, 100,000 calls, {SELLERS} sellers in {TEAMS} teams. Twenty people (12 sellers, 4 "
        "supervisors, the head, quality control, 2 marketers) do one thing after another for "
        f"{SECONDS} s, thinking up to {2 * THINKING_SECONDS:.0f} s between; the load runs on the same two cores. Judging "
        "and training run beside them."
    )
    return ("The sales desk of a large company", how, figures)


def pages(what: str, taken: Taken) -> Figure:
    """Return the 95th percentile of everything people did."""
    times = [one for of_kind in taken.values() for one in of_kind]
    return Figure(f"{what}, 95th percentile", percentile(times, 95) * 1000, LIMIT_MS, "ms", f"{len(times)} answers")


def train(home: Path) -> tuple[float, str]:
    """Ask for a training and wait for it; the seconds from asking to the end, and why the score stays off."""
    run_in(home, "ask_training")
    while True:
        time.sleep(2)
        _progress, seconds, *why_off = run_in(home, "training").split(" ")
        if seconds:
            return float(seconds), "".join(why_off).strip()


def beside(people: list[Colleague], do: Callable[[], object]) -> tuple[object, Taken]:
    """Let the people work while something else is done."""
    done: list[object] = []
    taken = work(people, lambda: done.append(do()))
    return done[0], taken


def work(people: list[Colleague], until: Callable[[], object]) -> Taken:
    """Let everybody work until the call returns; the seconds of what they did, by its kind."""
    taken: Taken = defaultdict(list)
    over = threading.Event()
    threads = [threading.Thread(target=one.work, args=(taken, over)) for one in people]
    for thread in threads:
        thread.start()
    try:
        until()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return taken


class Colleague:
    """One person at a browser: opens the inbox, filters, searches, reads cards, takes leads, moves deals."""

    def __init__(self, port: int, address: str, seed: int) -> None:
        self._visitor, self._chance = Visitor(port), random.Random(seed)
        self._visitor.sign_in(address, PASSWORD)
        self._sells = not address.startswith(("quality", "marketer"))
        self._inbox = self._page("/leads/")
        self._board = self._page("/deals/")

    def work(self, taken: Taken, over: threading.Event) -> None:
        """Do one thing after another until it is over."""
        doings: list[tuple[str, Callable[[], float | None], int]] = [
            ("inbox", self._open_inbox, 4), ("filter", self._filter, 3), ("search", self._search, 3),
            ("card of a lead", self._card, 5), ("board", self._open_board, 1),
            ("are there new leads", lambda: self._timed("/leads/fresh/?after=199990"), 3),
        ]  # fmt: skip
        if self._sells:
            doings += [("take a lead", self._take, 1), ("move on the board", self._move, 3)]
        while not over.wait(self._chance.uniform(0, 2 * THINKING_SECONDS)):
            name, do, _weight = self._chance.choices(doings, [weight for _, _, weight in doings])[0]
            seconds = do()
            if seconds is not None:
                taken[name].append(seconds)

    def _page(self, path: str) -> str:
        status, page = self._visitor.fetch(path)
        if status != 200:
            raise SystemExit(f"{path} answered {status}.")
        return page.decode()

    def _timed(self, path: str) -> float:
        began = time.monotonic()
        status, _page = self._visitor.fetch(path)
        if status >= 400:
            raise SystemExit(f"{path} answered {status}.")
        return time.monotonic() - began

    def _open_inbox(self) -> float:
        began = time.monotonic()
        self._inbox = self._page("/leads/")
        return time.monotonic() - began

    def _filter(self) -> float:
        return self._timed(f"/leads/?{self._chance.choice(FILTERS)}")

    def _search(self) -> float:
        return self._timed(f"/leads/?state=open&q={urllib.parse.quote(self._chance.choice(SEARCHED))}")

    def _card(self) -> float | None:
        cards = CARD.findall(self._inbox)
        return self._timed(self._chance.choice(cards)) if cards else None

    def _open_board(self) -> float:
        began = time.monotonic()
        self._board = self._page("/deals/")
        return time.monotonic() - began

    def _take(self) -> float | None:
        offers = TAKE.findall(self._inbox)
        return self._send(self._chance.choice(offers), self._inbox, {})[0] if offers else None

    def _move(self) -> float | None:
        columns = COLUMN.findall(self._board)
        deals = [(stage, address) for stage, address in DEAL.findall(self._board) if stage in columns]
        if not deals:
            return None
        stage, address = self._chance.choice(deals)
        target = self._chance.choice([one for one in columns if one != stage])
        seconds, _answer = self._send(address, self._board, {"stage": target, "query": ""}, accept="application/json")
        return seconds

    def _send(self, path: str, page: str, form: dict[str, str], accept: str = "text/html") -> tuple[float, bytes]:
        token = TOKEN.search(page)
        body = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": token[1] if token else ""})
        began = time.monotonic()
        status, answer = self._visitor.fetch(path, body=body, accept=accept)
        if status >= 400 and status not in (404, 409):
            raise SystemExit(f"{path} answered {status}: {answer[:300]!r}")
        return time.monotonic() - began, answer
