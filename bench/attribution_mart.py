"""What the marts of attribution cost: filling one, a new day on a long history, and the queries of pages.

`python -m bench.attribution_mart STEP FOLDER [WORDS]` is one measured process.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.attribution_data import bench_home, new_day, touches_folder
from bench.children import answer_with, read_once, run_child
from bench.figures import Figure

DAY_GOAL_S, QUERY_GOAL_MS = 1.0, 15.0
DAYS_ADDED, QUERIES = 5, 40
KEYS_OF_A_DAY = 10**9
"""Keys of conversions of a later day begin at a multiple of this, so that none is told twice."""


def new_days(history: int) -> list[Figure]:
    """Return the seconds that days of 100,000 touches take, one after another, on a history of so many."""
    folder = filled(history)
    try:
        runs = [run_child(__name__, "day", str(folder), str(history), str(day)) for day in range(1, DAYS_ADDED + 1)]
    finally:
        shutil.rmtree(folder)
    value, worst = statistics.median(run.seconds for run in runs), max(run.seconds for run in runs)
    memory = max(run.peak for run in runs)
    note = f"opening and writing, median of {DAYS_ADDED} days; the slowest {worst:.2f} s; at most {memory:,.0f} MiB"
    return [Figure(f"a new day of 100,000 touches on {history:,}", value, DAY_GOAL_S, "s", note)]


def queries(touches: int) -> list[Figure]:
    """Return the milliseconds of the queries of pages on a mart of so many touches, each over days of its own."""
    run = run_child(__name__, "queries", str(filled(touches)))
    return [
        Figure(name, found["p50"], QUERY_GOAL_MS, "ms", f"p50 of {QUERIES}; 95th percentile {found['p95']:.1f} ms")
        for name, found in run.answer["queries"].items()
    ] + [Figure("first query of a process", run.answer["first"], 1000, "ms", "opens the mart and orders its journeys")]


def filled(touches: int) -> Path:
    """Return the folder of a mart of so many touches, made if it is not there."""
    folder = bench_home() / f"mart-{touches}"
    if not (folder / "filled").exists():
        shutil.rmtree(folder, ignore_errors=True)
        data = touches_folder(touches)
        read_once(data)
        run = run_child(__name__, "fill", str(folder), str(data))
        print(f"Mart of {touches:,} touches: {run.seconds:.1f} s, {run.peak:,.0f} MiB", file=sys.stderr)
        (folder / "filled").touch()
    return folder


def fill(folder: str, data: str) -> None:
    """Fill an empty mart with all touches at once."""
    import pyarrow.parquet as pq

    from onegoal.attribution.marts import JourneyMart

    began = time.perf_counter()
    JourneyMart.open(Path(folder)).update(changes_of(pq.read_table(data), first_key=0))
    answer_with(time.perf_counter() - began)


def day(folder: str, history: str, number: str) -> None:
    """Add one day; the clock runs from opening the mart to the new version."""
    from onegoal.attribution.marts import JourneyMart

    which = int(number)
    changes = changes_of(new_day(int(history) // 4, day=which), first_key=KEYS_OF_A_DAY * which)
    began = time.perf_counter()
    JourneyMart.open(Path(folder)).update(changes)
    answer_with(time.perf_counter() - began)


def changes_of(table: Any, *, first_key: int) -> Any:
    """Return rows of touches, some of them conversions, as the mart takes them."""
    import numpy as np
    import pyarrow as pa

    from onegoal.attribution.marts import Changes, Converted, Touched

    bought = table.filter(table["converted"])
    at = bought["time"].cast(pa.int64()).to_numpy()
    conversions = Converted(
        bought["person"].to_numpy(), at, bought["value"].to_numpy(), first_key + np.arange(bought.num_rows)
    )
    touches = table.select(["person", "time", "channel"]).rename_columns(["identity", "at", "channel"])
    return Changes(touches=Touched.from_arrow(touches.unify_dictionaries()), converted=conversions)


def queries_of_pages(folder: str) -> None:
    """Ask what pages ask, each time over other days, so that nothing is remembered but the mart's own columns."""
    from onegoal.attribution.marts import JourneyMart
    from onegoal.core.attribution.journeys import DAY

    began = time.perf_counter()
    mart = JourneyMart.open(Path(folder))
    month = 30 * DAY
    mart.reading().credits(("linear",), window=month)
    first = (time.perf_counter() - began) * 1000
    ends_at = mart.reading().ends_at
    start = ends_at - 90 * DAY

    def asked(*models: str, days: int = 60) -> Callable[[int], object]:
        return lambda shift: mart.reading().credits(
            models, start=start + shift * DAY // 2, end=start + shift * DAY // 2 + days * DAY, window=month
        )

    kinds = {
        "linear by channel, 60 days": asked("linear"),
        "seven heuristics, 60 days": asked(
            "first", "last", "last_non_direct", "linear", "linear_distinct", "time_decay", "position"
        ),
        "markov by channel, 60 days": asked("markov"),
        "linear by channel, 7 days": asked("linear", days=7),
    }
    found = {name: times_of(query) for name, query in kinds.items()}
    answer_with(time.perf_counter() - began, first=first, queries=found)


def times_of(query: Callable[[int], object]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    taken = []
    for shift in range(QUERIES):
        began = time.perf_counter()
        query(shift)
        taken.append((time.perf_counter() - began) * 1000)
    return {"p50": statistics.median(taken), "p95": statistics.quantiles(taken, n=20)[-1]}


STEPS = {"fill": fill, "day": day, "queries": queries_of_pages}

if __name__ == "__main__":
    STEPS[sys.argv[1]](*sys.argv[2:])
