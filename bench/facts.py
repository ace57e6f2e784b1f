"""How fast figures are answered from 200,000 leads, 20,000 deals and 5,000,000 touches.

No page and no database of records takes part: this is what the engine needs by itself.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from bench.figures import Figure
from onegoal.metrics import asking
from onegoal.metrics.catalogue import METRICS
from onegoal.metrics.question import Question
from onegoal.warehouse.lake import Lake
from onegoal.warehouse.manifest import Manifest
from onegoal.warehouse.schemas import arrow_schema
from onegoal.warehouse.sessions import EMPTY, DuckSession

START, DAYS = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), 540
LEADS, DEALS, ORIGINS, SELLERS, CHUNK = 200_000, 20_000, 5_000, 40, 20_000
FILE_ROWS = 250_000
TOUCHES = 5_000_000
TOUCHES_GOAL_MS, RECORDS_GOAL_MS = 400, 150


@dataclass
class Source:
    """A reading of the synthetic lake."""

    session: DuckSession
    manifest: Manifest
    zone: ZoneInfo
    currency: str = "EUR"
    version: str = "1"

    @property
    def years(self) -> tuple[int, int]:
        return self.manifest.years

    @property
    def latest(self) -> dt.datetime:
        return self.manifest.latest

    def run(self, expression: object, values: object = EMPTY) -> pa.Table:
        return self.session.run(expression, self.manifest, values)  # type: ignore[arg-type]


def fill(lake: Lake, touches: int) -> None:
    """Write a company's facts, drawn from a fixed seed."""
    draw = np.random.default_rng(1)
    names(lake)
    leads, deals = people(lake, draw)
    for name, table in (("leads", leads), ("deals", deals)):
        lake.publish({(name, at): table.slice(at * CHUNK, CHUNK) for at in range(table.num_rows // CHUNK)})
    spend = 50 * DAYS
    lake.publish({("spend", 0): filled("spend", spend, {
        "spend_id": np.arange(spend), "origin_id": draw.integers(0, ORIGINS, spend),
        "day": pa.array([START.date() + dt.timedelta(days=int(n)) for n in np.arange(spend) % DAYS]),
        "amount_minor": draw.integers(100, 90_000, spend), "currency": np.full(spend, "EUR"),
        "clicks": draw.integers(0, 90, spend), "impressions": draw.integers(100, 9_000, spend),
    })})  # fmt: skip
    for first in range(0, touches, FILE_ROWS):
        lake.append("touches", some_touches(draw, first, min(FILE_ROWS, touches - first), touches), batch="bench")


def names(lake: Lake) -> None:
    number = np.arange(ORIGINS)
    text = number.astype(str)
    lake.publish({
        ("origins", 0): filled("origins", ORIGINS, {
            "origin_id": number, "channel": np.char.add("channel ", (number % 12).astype(str)),
            "source": np.char.add("source ", (number % 40).astype(str)),
            "campaign": np.char.add("campaign ", (number % 300).astype(str)), "keyword": np.char.add("word ", text),
        }),
        ("projects", 0): filled("projects", 4, {"id": np.arange(4), "name": np.array(list("ABCD"))}),
        ("colleagues", 0): filled("colleagues", SELLERS, {
            "id": np.arange(SELLERS), "name": np.char.add("seller ", np.arange(SELLERS).astype(str)),
            "team_id": np.arange(SELLERS) % 5,
        }),
        ("teams", 0): filled("teams", 5, {"id": np.arange(5), "name": np.array(list("ABCDE"))}),
        ("stages", 0): filled("stages", 2, {
            "id": np.arange(2), "name": np.array(["new", "signed"]), "pipeline": np.array(["lead", "deal"]),
        }),
    })  # fmt: skip


def people(lake: Lake, draw: np.random.Generator) -> tuple[pa.Table, pa.Table]:
    """Return leads and deals, a deal for every tenth lead; each person is known by one identifier."""
    count = np.arange(LEADS)
    lake.publish({("identities", at): filled("identities", CHUNK, {
        "identity": count[at * CHUNK : (at + 1) * CHUNK] * 7, "person_id": count[at * CHUNK : (at + 1) * CHUNK],
    }) for at in range(LEADS // CHUNK)})  # fmt: skip
    created = draw.uniform(0, DAYS, LEADS)
    sellers = draw.integers(0, SELLERS, LEADS)
    worked = {"project_id": draw.integers(0, 4, LEADS), "seller_id": sellers, "team_id": sellers % 5}
    origin = draw.integers(0, ORIGINS, LEADS)
    qualified = np.where(draw.random(LEADS) < 0.4, created + draw.exponential(3, LEADS), np.nan)
    leads = filled("leads", LEADS, {
        "lead_id": count, "person_id": count, "created_at": moments(created), "origin_id": origin,
        "qualified_at": moments(qualified), "outcome": np.where(draw.random(LEADS) < 0.4, "rejected", "open"),
        "outcome_at": moments(created + 5), **worked,
    })  # fmt: skip
    with_deal = count[::10]
    opened = created[::10] + draw.exponential(10, DEALS)
    won = np.where(draw.random(DEALS) < 0.3, opened + draw.exponential(30, DEALS), np.nan)
    deals = filled("deals", DEALS, {
        "deal_id": np.arange(DEALS), "person_id": with_deal, "lead_id": with_deal, "origin_id": origin[::10],
        "opened_at": moments(opened), "won_at": moments(won), "currency": np.full(DEALS, "EUR"),
        "lost_at": moments(np.where(np.isnan(won) & (draw.random(DEALS) < 0.6), opened + 40, np.nan)),
        "amount_minor": draw.integers(5_000_000, 20_000_000, DEALS),
        "margin_minor": draw.integers(500_000, 2_000_000, DEALS), **{name: part[::10] for name, part in worked.items()},
    })  # fmt: skip
    return leads, deals


def some_touches(draw: np.random.Generator, first: int, count: int, total: int) -> pa.Table:
    """Return touches in the order of time; a third of the visitors are known persons."""
    at = (first + np.arange(count)) / total * DAYS
    return filled("touches", count, {
        "touch_key": first + np.arange(count), "digest": np.zeros(count, dtype=np.int64), "at": moments(at),
        "visitor": draw.integers(0, 600_000, count) * 7, "origin_id": draw.integers(0, ORIGINS, count),
        "touch_kind": np.where(draw.random(count) < 0.9, "visit", "click"), "page": np.full(count, "/flats"),
        "project_id": draw.integers(0, 4, count), "batch": np.full(count, "bench"),
    })  # fmt: skip


def moments(days: np.ndarray) -> pa.Array:
    known = ~np.isnan(days)
    micros = np.where(known, np.nan_to_num(days) * 86_400_000_000, 0).astype(np.int64)
    micros += int(START.timestamp()) * 1_000_000
    return pa.array(micros, mask=~known).cast(pa.timestamp("us", "UTC"))


def filled(table: str, count: int, columns: dict[str, object]) -> pa.Table:
    arrays = [
        pa.array(columns[field.name]).cast(field.type) if field.name in columns else pa.nulls(count, field.type)
        for field in arrow_schema(table)
    ]
    return pa.table(arrays, schema=arrow_schema(table))


QUESTIONS = (
    *(("leads", by) for by in ((), ("channel",), ("day",), ("hour_of_week",), ("keyword",))),
    *((name, ("channel",)) for name in METRICS if name != "time_between" and "channel" in METRICS[name].dimensions),
    *(("touches", by) for by in ((), ("day",), ("hour_of_week",), ("keyword",))),
    *(("visitors", by) for by in ((), ("day",), ("week", "channel"))),
    ("ltv", ()), ("lead_to_won", ("seller",)), ("cpl", ("campaign",)),
)  # fmt: skip


def measured(source: Source, name: str, by: tuple[str, ...]) -> tuple[float, float]:
    """Return milliseconds of the first question of its kind and of later ones over other days."""
    times = []
    for shift in range(6):
        start = START.date() + dt.timedelta(days=30 + shift)
        question = Question(name, by=by, start=start, end=start + dt.timedelta(days=365))
        before = time.perf_counter()
        asking.answer(question, source=source)
        times.append((time.perf_counter() - before) * 1000)
    return times[0], statistics.median(times[1:])


def measure() -> tuple[str, str, list[Figure]]:
    """Fill a lake and time each question: a later one of its kind over other days, without the cache of answers."""
    with tempfile.TemporaryDirectory(prefix="onegoal-bench-") as fresh:
        lake = Lake(Path(fresh))
        fill(lake, TOUCHES)
        source = Source(DuckSession(lake, threads=2, memory="1GB"), lake.manifest(), ZoneInfo("Europe/Bucharest"))
        figures = []
        for name, by in QUESTIONS:
            first, later = measured(source, name, by)
            goal = TOUCHES_GOAL_MS if {"touches", "touch_marks"} & set(METRICS[name].frames) else RECORDS_GOAL_MS
            what = f"{name} by {', '.join(by) or 'nothing'}"
            figures.append(Figure(what, later, goal, "ms", f"the first of its kind in a process: {first:.0f} ms"))
    how = (
        f"{LEADS:,} leads, {DEALS:,} deals, {TOUCHES:,} touches in Parquet; one process, two threads; median of five "
        "questions over different days, none from the cache."
    )
    return ("Questions to the warehouse", how, figures)
