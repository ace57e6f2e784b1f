"""How fast raw touches become credits, beside DuckDB's sort of the same rows, ChannelAttribution and MAM, in one run.

`python -m bench attribution attribution-processes attribution-rest`; ONEGOAL_BENCH_TOUCHES is the number of touches (10
million if it is not set), ONEGOAL_BENCH_HISTORY of the longer history (five times that).
"""

from __future__ import annotations

import functools
import os
import statistics
from collections.abc import Mapping
from pathlib import Path

from bench import attribution_mart
from bench.attribution_data import touches_folder
from bench.children import Run, peer_python, read_once, run_child
from bench.figures import Figure, Section, Table

TOUCHES = int(os.environ.get("ONEGOAL_BENCH_TOUCHES", 10_000_000))
HISTORY = int(os.environ.get("ONEGOAL_BENCH_HISTORY", 5 * TOUCHES))
REPEATS = 5
SOON = 1_000_000
"""Up to so many touches peers run as often as we do; beyond, once."""
OURS = {
    "ours, nine models": ("ours", "nine"),
    "ours, heuristics alone": ("ours", "heuristics"),
    "ours, every model": ("ours", "every"),
    "ours, nine models with intervals": ("ours", "with-intervals"),
    "ours by Ibis on DuckDB, nine models": ("ours", "nine", "ibis"),
}
LIMITS = {
    "DuckDB sort, all columns": ("sort",),
    "DuckDB sort, person, time and channel only": ("sort", "person, time, channel"),
    "DuckDB scan": ("scan",),
}
CHANNELATTRIBUTION, SESSION, GROUPED = "ChannelAttribution", "MAM by session", "MAM by path"
PEERS = {
    CHANNELATTRIBUTION: ("channelattribution", "channelattribution"),
    SESSION: ("mam", "mam_session"),
    GROUPED: ("mam", "mam_grouped"),
}
"""Each peer's environment and step."""
NINE, SORT = "ours, nine models", "DuckDB sort, all columns"


@functools.cache
def runs(touches: int = TOUCHES) -> Mapping[str, list[Run]]:
    """Run everything on the same files: ours and the limits in turns, so that a noisy minute meets both, then peers."""
    folder = touches_folder(touches)
    pythons = {peer: peer_python(environment) for peer, (environment, _step) in PEERS.items()}
    read_once(folder)
    found: dict[str, list[Run]] = {}
    for _ in range(REPEATS):
        for name, words in (OURS | LIMITS).items():
            found.setdefault(name, []).append(step(folder, *words))
    for peer, (_environment, name) in PEERS.items():
        times = REPEATS if touches <= SOON else 1
        found[peer] = [step(folder, name, python=pythons[peer]) for _ in range(times)]
    check_same_journeys(found)
    return found


def step(folder: Path, name: str, *words: str, python: Path | None = None) -> Run:
    """Run one step as a process of its own."""
    return run_child("bench.attribution_steps", name, str(folder), *words, python=python)


def check_same_journeys(found: Mapping[str, list[Run]]) -> None:
    """Refuse figures of sides that did not work on the same journeys."""
    own, peer = found[NINE][0].answer, found[CHANNELATTRIBUTION][0].answer
    if (own["conversions"], own["nulls"]) != (peer["conversions"], peer["nulls"]):
        raise SystemExit(f"Journeys differ: {own} and {peer}.")


def seconds(found: list[Run]) -> float:
    """Return the median seconds of the work after imports."""
    return statistics.median(run.seconds for run in found)


def wall(found: list[Run]) -> float:
    """Return the median seconds of the whole process."""
    return statistics.median(run.wall for run in found)


def peak(found: list[Run]) -> float:
    """Return the largest peak memory, MiB."""
    return max(run.peak for run in found)


def measure() -> Section:
    """Compare ours with peers and limits; a row's goal is what the other side took, times or over the wanted factor."""
    found = runs()
    figures = [
        *faster(found, CHANNELATTRIBUTION, 10), *faster(found, SESSION, 30), *faster(found, GROUPED, None),
        *against_sort(found, "nine models", NINE, 1.2),
        *against_sort(found, "heuristics alone", "ours, heuristics alone", 0.5),
        *against_sort(found, "every model", "ours, every model", None),
        Figure("peak memory, nine models", peak(found[NINE]), 600, "MiB", missed(peak(found[NINE]), 600)),
    ]  # fmt: skip
    parts = found[CHANNELATTRIBUTION][0].answer
    how = (
        f"{TOUCHES:,} touches of {TOUCHES // 4:,} people over 12 channels in Parquet files, in the order of a log, to credits of "
        "first, last, last non-direct, linear by touch and by channel, time decay, position, Markov (exact) and Shapley. "
        f"Median of {REPEATS} runs of ours and of the sort in turns, peers {'as often' if TOUCHES <= SOON else 'once'}; every "
        "run is a process of its own. `Whole` is the process with its imports, `work` begins after them. ChannelAttribution "
        f"(three heuristics and Markov of order 1 on two cores) is fed by our fastest path SQL: {parts['path_building']:.1f} s "
        f"of its time, {parts['paths']:,} distinct paths. MAM by session cuts touches itself and runs its seven models, by "
        "path it is fed like ChannelAttribution and runs six. The goal of a row is what the other side took, by the factor."
    )
    return ("Attribution of raw touches", how, figures)


def faster(found: Mapping[str, list[Run]], peer: str, factor: float | None) -> list[Figure]:
    """Return how ours stands against a peer; without a wanted factor the peer's own time is the goal."""
    rows = []
    for kind, of in (("whole", wall), ("work", seconds)):
        own, other = of(found[NINE]), of(found[peer])
        goal = other / (factor or 1)
        what = f"nine models, {kind}; {f'{factor:.0f}x faster than ' if factor else 'against '}{peer}"
        note = f"{peer} {other:.2f} s, {other / own:.1f} times as long" + (
            missed(own, goal, before="; ") if factor else ""
        )
        rows.append(Figure(what, own, goal, "s", note))
    return rows


def against_sort(found: Mapping[str, list[Run]], what: str, name: str, factor: float | None) -> list[Figure]:
    """Return how many sorts ours takes."""
    rows = []
    for kind, of in (("whole", wall), ("work", seconds)):
        own, other = of(found[name]), of(found[SORT])
        goal = other * (factor or 1)
        note = f"DuckDB sort {other:.2f} s: {own / other:.2f} of it" + (
            missed(own, goal, before="; ") if factor else ""
        )
        rows.append(Figure(f"{what}, {kind}, against {factor or 1:g} sorts", own, goal, "s", note))
    return rows


def missed(value: float, goal: float, *, before: str = "") -> str:
    """Say by how much a goal is missed, nothing where it is reached."""
    return f"{before}not reached, {value / goal:.2f} times the goal" if value > goal else ""


def processes() -> Section:
    """Return every process of the comparison: whole, processor, work after imports, memory."""
    rows = [
        (name, str(len(found)), f"{wall(found):.2f}", f"{statistics.median(run.cpu for run in found):.2f}",
         f"{seconds(found):.2f}", f"{min(run.seconds for run in found):.2f}–{max(run.seconds for run in found):.2f}",
         f"{peak(found):,.0f}", parts_of(found[0]))
        for name, found in runs().items()
    ]  # fmt: skip
    columns = ("process", "runs", "whole, s", "processor, s", "work, s", "least–most, s", "peak, MiB", "parts, s")
    return (
        "Processes of the attribution measurements",
        f"{TOUCHES:,} touches, medians; the same runs as above.",
        Table(columns, tuple(rows)),
    )


def parts_of(run: Run) -> str:
    """Name the parts a peer's time has."""
    return ", ".join(f"{name.replace('_', ' ')} {value:.2f}" for name, value in run.answer.items() if "." in str(value))


def measure_rest() -> Section:
    """Measure growth, a new day on a long history, queries of pages, and what Ibis costs by itself."""
    figures = [*growth(), *attribution_mart.new_days(HISTORY), *attribution_mart.queries(TOUCHES), ibis_overhead()]
    how = (
        f"The same kind of data at {TOUCHES:,} and {HISTORY:,} touches, nine models, median of 3 runs. A new day is 100,000 "
        f"touches added to a mart of {HISTORY:,}. Queries of pages are asked of the mart of {TOUCHES:,}. Ibis: everything of "
        "the portable route that is not spent inside DuckDB."
    )
    return ("Attribution: growth, new days, queries", how, figures)


def growth() -> list[Figure]:
    """Return how time grows with the history, and the memory it takes."""
    times, memory = {}, 0.0
    for touches in (TOUCHES, HISTORY):
        folder = touches_folder(touches)
        read_once(folder)
        found = [step(folder, "ours", "nine") for _ in range(3)]
        times[touches], memory = seconds(found), peak(found)
    ratio = times[HISTORY] / times[TOUCHES]
    note = f"{times[TOUCHES]:.2f} s and {times[HISTORY]:.2f} s of work"
    return [
        Figure(
            f"growth from {TOUCHES:,} to {HISTORY:,} touches", ratio, 5.5, "x", note + missed(ratio, 5.5, before="; ")
        ),
        Figure(f"peak memory at {HISTORY:,} touches", memory, 3 * 1024, "MiB", missed(memory, 3 * 1024)),
    ]


def ibis_overhead() -> Figure:
    """Return the milliseconds the portable route spends outside DuckDB: building, compiling, and adding up results."""
    run = step(touches_folder(100_000), "ibis_overhead")
    note = f"median of later runs in one process; the first took {run.answer['first']:.0f} ms"
    value = run.answer["later"]
    return Figure("Ibis, all nine models: build and compile", value, 150, "ms", note + missed(value, 150, before="; "))
