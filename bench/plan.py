"""How long a plan of a year, ten channels and five product types takes to check and to live through ten thousand times."""

from __future__ import annotations

import datetime as dt
import statistics
import time

import numpy as np

from bench.figures import Figure, Section
from onegoal.core.joint_plan.checks import check
from onegoal.core.joint_plan.figures import Basis, Cost, Hours, PlanFigures, Price, Rate
from onegoal.core.joint_plan.simulation import RUNS, simulate
from onegoal.core.periods import add_months
from onegoal.core.statistics import Interval

MONTHS, CHANNELS, TYPES, TIMES = 12, 10, 5, 7
LIMIT_S = 1.0


def measure() -> Section:
    """Check and simulate a full plan several times; every time the same chances."""
    plan, basis = large_plan(), large_basis()
    seconds, answers = [], set()
    for _ in range(TIMES):
        begun = time.perf_counter()
        check(plan, basis)
        chances = simulate(plan, basis)
        seconds.append(time.perf_counter() - begun)
        answers.add(chances)
    same = "the same chances each time" if len(answers) == 1 else f"{len(answers)} different answers"
    note = f"worst of {TIMES}: {max(seconds):.2f} s; {same}"
    how = (
        f"{MONTHS} months, {CHANNELS} channels, {TYPES} product types; every figure planned; all six checks and {RUNS:,} runs, "
        "without reading the company's history, which is remembered until the facts change."
    )
    return "Joint plan", how, [Figure("checks and simulation, median", statistics.median(seconds), LIMIT_S, "s", note)]


def large_plan() -> PlanFigures:
    """A plan with all seven figures in every cell."""
    sold, bought = np.ones((MONTHS, 1, TYPES)), np.ones((MONTHS, 1, CHANNELS))
    return PlanFigures(
        tuple(add_months(dt.date(2026, 1, 1), at) for at in range(MONTHS)), ("",), _types(), _channels(),
        {"deals_won": sold * 10, "money_signed": sold * 1e8, "money_received": sold * 9e7},
        {"spend": bought * 1e6, "visitors": bought * 2_000, "leads": bought * 100, "qualified_leads": bought * 40},
    )  # fmt: skip


def large_basis() -> Basis:
    """A history in which every part of the checks and the simulation has something to do."""
    won, qualified, visited = (
        Rate(50, 950, 50, 1_000, 0.08),
        Rate(40, 60, 40, 100, 0.5),
        Rate(500, 9_500, 500, 10_000, 0.07),
    )
    price = Price(1e7, 1e5, 2e6, 100)
    channels, types = _channels(), _types()
    return Basis(
        won=dict.fromkeys(("", *channels), won), qualified=dict.fromkeys(("", *channels), qualified),
        visited=dict.fromkeys(("", *channels), visited), delays={"": np.array([0.2, 0.3, 0.2, 0.1, 0.1, 0.1])},
        house={name: np.full(12, 100.0) for name in channels}, costs={name: Cost(1e4, 0.05, 0.1) for name in channels},
        visit_costs={name: Cost(500.0, 0.05, 0.1) for name in channels}, prices=dict.fromkeys(("", *types), price),
        mix=dict.fromkeys(types, 20.0), stock={("", name): 200.0 for name in types},
        hours=Hours(Interval(1.0, 0.9, 1.1), np.full(MONTHS, 1_500.0), np.full(MONTHS, 150.0), 10),
        paid=np.array([0.3, 0.1, 0.1, 0.1]), owed=np.full(MONTHS, 1e8), swing=0.01, cash_swing=0.01,
    )  # fmt: skip


def _channels() -> tuple[str, ...]:
    return tuple(f"channel {at}" for at in range(CHANNELS))


def _types() -> tuple[str, ...]:
    return tuple(f"type {at}" for at in range(TYPES))
