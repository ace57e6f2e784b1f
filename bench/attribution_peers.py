"""Proof against peers, not speed: our credits of a file of aggregated paths beside those of ChannelAttribution and MAM.

`ONEGOAL_BENCH_PATHS=FILE python -m bench attribution-peers`. The file has the columns of ChannelAttribution's example: path
(" > " between channels), total_conversions, total_conversion_value, total_null. Peers run in environments of their own.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.children import answer_with, peer_python, run_child
from bench.figures import Section, Table

SEPARATOR = " > "
ORDERS = {1: "markov", 2: "markov_2", 3: "markov_3"}
PEER_SEEDS, TIGHT = 20, 0.01
"""Runs of the peer's Monte Carlo with its own stopping rule (0.05), and the rule of one run that goes on for longer."""
HEURISTICS = {"first": "first_touch", "last": "last_touch", "linear": "linear_touch"}


@dataclass(frozen=True)
class PathRow:
    """One row of the file."""

    path: tuple[str, ...]
    conversions: int
    value: float
    nulls: int


def read_rows(file: str) -> list[PathRow]:
    """Read the file; a path of MAM's and ChannelAttribution's example has a blank on both sides of the sign."""
    with Path(file).open(newline="") as text:
        return [
            PathRow(
                tuple(row["path"].split(SEPARATOR)), int(float(row["total_conversions"])),
                float(row["total_conversion_value"]), int(float(row["total_null"])),
            )
            for row in csv.DictReader(text)
        ]  # fmt: skip


def ours(file: str) -> dict[str, Any]:
    """Return our credits of the same file, as the command line gives them."""
    from onegoal.attribution import attribution_of_paths

    return attribution_of_paths(file, separator=SEPARATOR, models=(*HEURISTICS, *ORDERS.values())).as_dict()["models"]


def channelattribution(file: str) -> None:
    """Answer with what ChannelAttribution says: heuristics once, each Markov order with several seeds."""
    import ChannelAttribution
    import pandas

    began = time.perf_counter()
    frame = pandas.read_csv(file)
    heuristics = ChannelAttribution.heuristic_models(
        frame, "path", "total_conversions", var_value="total_conversion_value", sep=">", flg_pro=False
    ).set_index("channel_name")
    chains = {order: [ca_chain(frame, order, seed) for seed in range(1, PEER_SEEDS + 1)] for order in ORDERS}
    tight = ca_chain(frame, 1, 1, conv_par=TIGHT)
    answer_with(time.perf_counter() - began, heuristics=heuristics.to_dict(), chains=chains, tight=tight)


def ca_chain(frame: Any, order: int, seed: int, **more: Any) -> dict[str, dict[str, float]]:
    """Return credits and removal effects of one run of ChannelAttribution's Monte Carlo."""
    import ChannelAttribution

    found = ChannelAttribution.markov_model(
        frame, "path", "total_conversions", var_value="total_conversion_value", var_null="total_null", order=order,
        out_more=True, sep=">", seed=seed, verbose=False, flg_pro=False, **more,
    )  # fmt: skip
    effects = found["removal_effects"].set_index("channel_name")["removal_effects_conversion"].to_dict()
    credits = found["result"].set_index("channel_name")["total_conversions"].to_dict()
    return {"credits": credits, "effects": effects}


def mam(file: str) -> None:
    """Answer with what MAM says of the same paths, converting and open ones as rows of their own."""
    import polars
    from mam import MAM

    began = time.perf_counter()
    rows = read_rows(file)
    frame = polars.DataFrame(
        [(SEPARATOR.join(r.path), r.conversions, True) for r in rows if r.conversions]
        + [(SEPARATOR.join(r.path), r.nulls, False) for r in rows if r.nulls],
        schema=["path", "times", "converted"], orient="row",
    )  # fmt: skip
    model = MAM(frame, "grouped_journey", "path", "converted", occurrences_colname="times")
    found = {
        "first": model.run_first_click(), "last": model.run_last_click(), "linear": model.run_linear(),
    }  # fmt: skip
    chain = model.run_markov()
    credits = {
        name: {str(row["channels"]): row["attribution"] for row in result.to_polars().iter_rows(named=True)}
        for name, result in found.items()
    }
    effects = chain.metadata["removal_effect"]["removal_effect"].to_dict()
    answer_with(time.perf_counter() - began, credits=credits, effects=effects)


def measure() -> Section:
    """Run both peers and ourselves on the file and put the largest differences side by side."""
    file = os.environ.get("ONEGOAL_BENCH_PATHS")
    if not file:
        sys.exit("Name the file of aggregated paths with ONEGOAL_BENCH_PATHS.")
    rows = read_rows(file)
    own = ours(file)
    theirs = run_child(__name__, "channelattribution", file, python=peer_python("channelattribution")).answer
    other = run_child(__name__, "mam", file, python=peer_python("mam")).answer
    different = len(distinct([run["effects"] for run in theirs["chains"]["1"]]))
    how = (
        f"A public file of {len(rows):,} distinct paths: {sum(r.conversions for r in rows):,} conversions, "
        f"{sum(r.nulls for r in rows):,} open paths, {len(own['first']['conversions'])} channels. The largest difference over "
        "the channels, beside the largest figure of a channel. ChannelAttribution's Markov model is a Monte Carlo: it was run "
        f"with {PEER_SEEDS} seeds, which gave {different} different results. Their mean is compared, beside the standard "
        "deviation of one run; the last column is how many standard errors of that mean lie between it and the exact figure, "
        "at the channel where these are most."
    )
    columns = ("what", "peer", "largest difference", "largest figure", "one run of the peer", "standard errors")
    return (
        "Credits beside those of peers",
        how,
        Table(columns, (
            *heuristic_rows(own, theirs["heuristics"], other["credits"]), effect_row(own, other["effects"]),
            *chain_rows(own, theirs["chains"]), tight_row(own, theirs["tight"]),
        )),
    )  # fmt: skip


Shares = Mapping[str, float]
Rows = list[tuple[str, ...]]


def heuristic_rows(own: Mapping[str, Any], theirs: Mapping[str, Shares], other: Mapping[str, Shares]) -> Rows:
    """Compare first, last and linear: conversions and value with ChannelAttribution, conversions with MAM."""
    rows: Rows = []
    for name, title in HEURISTICS.items():
        for what in ("conversions", "value"):
            rows.append(exact_row(f"{name}, {what}", "ChannelAttribution", own[name][what], theirs[f"{title}_{what}"]))
        rows.append(exact_row(f"{name}, conversions", "MAM", own[name]["conversions"], other[name]))
    return rows


def effect_row(own: Mapping[str, Any], other: Shares) -> tuple[str, ...]:
    """Compare removal effects of order 1 with MAM's, which are exact too."""
    return exact_row("markov, removal effects", "MAM", own["markov"]["removal_effects"], other)


def exact_row(what: str, peer: str, one: Shares, two: Shares) -> tuple[str, ...]:
    """Compare figures that both sides compute without chance; a channel that one side does not know counts as 0 there."""
    largest = max(abs(one.get(name, 0.0) - two.get(name, 0.0)) for name in {*one, *two})
    return (what, peer, f"{largest:.1e}", f"{max(one.values()):,.4g}", "exact", "")


def chain_rows(own: Mapping[str, Any], chains: Mapping[str, list[Mapping[str, Shares]]]) -> Rows:
    """Compare removal effects and credits of each order with the runs of ChannelAttribution."""
    return [
        noisy_row(f"{name}, {what.replace('_', ' ')}", own[name][what], [run[title] for run in chains[str(order)]])
        for order, name in ORDERS.items()
        for what, title in (("removal_effects", "effects"), ("conversions", "credits"))
    ]


def noisy_row(what: str, exact: Shares, runs: list[Shares]) -> tuple[str, ...]:
    """Compare the exact figures with the mean of runs, and the distance with the spread of the runs."""
    runs = distinct(runs)
    means = {name: statistics.mean(run.get(name, 0.0) for run in runs) for name in exact}
    spreads = {name: statistics.stdev(run.get(name, 0.0) for run in runs) for name in exact}
    away = {name: abs(means[name] - exact[name]) for name in exact}
    errors = max(away[name] / (spreads[name] / len(runs) ** 0.5) for name in exact if spreads[name])
    return (
        what, "ChannelAttribution", f"{max(away.values()):.4g}", f"{max(exact.values()):,.4g}",
        f"± {max(spreads.values()):.4g}", f"{errors:.1f}",
    )  # fmt: skip


def distinct(runs: list[Shares]) -> list[Shares]:
    """Return runs that differ: some seeds of the peer lead to the same draws."""
    return list({tuple(sorted(run.items())): run for run in runs}.values())


def tight_row(own: Mapping[str, Any], run: Mapping[str, Shares]) -> tuple[str, ...]:
    """Compare order 1 with the one run of ChannelAttribution that goes on for longer."""
    exact = own["markov"]["removal_effects"]
    largest = max(abs(run["effects"].get(name, 0.0) - figure) for name, figure in exact.items())
    peer = f"ChannelAttribution with conv_par {TIGHT}"
    return ("markov, removal effects", peer, f"{largest:.4g}", f"{max(exact.values()):,.4g}", "one run", "")


if __name__ == "__main__":
    {"channelattribution": channelattribution, "mam": mam}[sys.argv[1]](sys.argv[2])
