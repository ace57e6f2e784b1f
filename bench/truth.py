"""How far the credits of each model are from what channels really caused, in a company whose truth is known."""

from __future__ import annotations

import functools
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bench.figures import Section, Table
from bench.simulator import WORLDS, Floats, bought_at, caused_by_all, draw_lives, journeys_of, share_error, truth_of
from onegoal.core.attribution.models import Credits, attribute
from onegoal.core.attribution.settings import MODELS

PEOPLE, SEEDS = 50_000, 20
COMPARED = tuple(model for model in MODELS if model != "w_shaped")
"""Nobody leaves a lead in the simulation, without which the W-shaped model is the position-based one."""
SHOWN = ("first", "last", "last_non_direct", "linear", "time_decay", "markov", "shapley")
EVERYTHING = "all three"


@dataclass(frozen=True)
class Life:
    """One simulated company: purchases caused by each channel and by all together, and what every model says."""

    purchases: int
    caused: int
    truth: Floats
    credits: Mapping[str, Credits]


@functools.cache
def lived(world: str) -> tuple[Life, ...]:
    """Return the same world lived once for each seed."""
    return tuple(live(world, seed) for seed in range(1, SEEDS + 1))


def live(world: str, seed: int) -> Life:
    """Draw one company, work out its truth, and ask every model."""
    lives = draw_lives(WORLDS[world], people=PEOPLE, seed=seed)
    credits = attribute(*journeys_of(lives), COMPARED)
    return Life(int(np.isfinite(bought_at(lives)).sum()), caused_by_all(lives), truth_of(lives), credits)


def measure() -> Section:
    """Return the part of credit at the wrong channel, by model and world: mean over the seeds and its spread."""
    rows = [
        (model, *(spread([share_error(x.credits[model].conversions, x.truth) for x in lived(w)]) for w in WORLDS))
        for model in COMPARED
    ]
    caused = ("purchases caused by channels", *(spread([x.caused / x.purchases for x in lived(w)]) for w in WORLDS))
    how = (
        f"{PEOPLE:,} simulated people, {len(WORLDS[EVERYTHING])} channels, {SEEDS} seeds, mean and standard deviation over "
        "them. A cell is the part of all credit that stands at a wrong channel: half the sum of absolute differences between "
        "the shares a model gives and the shares of purchases that would not have happened without the channel; 0 % is the "
        "truth, and negative credits can lead above 100 %. The last row is how much there is to give: models share out all "
        "purchases that a touch precedes, also those nobody caused. "
        "What it means: [attribution and the truth](algorithms/attribution-truth.md)."
    )
    return ("Models against the truth", how, Table(("model", *WORLDS), (*rows, caused)))


def measure_channels() -> Section:
    """Return for each channel of the company with everything in it what it caused and what some models say."""
    lives = lived(EVERYTHING)
    rows = []
    for number, channel in enumerate(WORLDS[EVERYTHING]):
        truth = statistics.mean(life.truth[number] for life in lives)
        said = [statistics.mean(life.credits[model].conversions[number] for life in lives) for model in SHOWN]
        off = statistics.mean(life.credits["markov"].removal_effects[number] * life.purchases for life in lives)
        rows.append((channel.name, *(f"{value:,.0f}" for value in (truth, *said, off))))
    return (
        "What channels caused and what models say",
        f"The world of all three disturbances: purchases, mean over {SEEDS} seeds. Caused: purchases that do not happen "
        "without the channel. Switched off: removal effect of the Markov chain times all purchases, which is what the chain "
        "expects to be lost.",
        Table(("channel", "caused", *SHOWN, "switched off by markov"), tuple(rows)),
    )


def spread(values: list[float]) -> str:
    """Write mean and standard deviation as percent."""
    return f"{statistics.mean(values):.0%} ± {100 * statistics.stdev(values):.1f}"
