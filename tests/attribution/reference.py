"""The journey rule and every model once more, in plain Python and as slow as it is clear: what engines are held against."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np

DIRECT = frozenset({"direct", "(direct)", "(direct) / (none)", "direct / none", "(none)"})
WEEK = 7 * 86_400 * 1_000_000


@dataclass(frozen=True)
class Touch:
    """One row of touches; without a channel it is only a conversion. `at` is microseconds since 1970 UTC."""

    person: int
    at: int
    channel: str | None
    sequence: int | None = None
    converted: bool = False
    value: int = 0


@dataclass(frozen=True)
class Conversion:
    """One row of conversions."""

    person: int
    at: int
    value: int = 0
    lead_at: int | None = None
    key: int = 0


@dataclass(frozen=True)
class Step:
    """One touch of a journey."""

    channel: str
    age: int


@dataclass(frozen=True)
class Journey:
    """A conversion with the touches that belong to it, oldest first; none of them: an unattributed conversion."""

    conversion: Conversion
    steps: tuple[Step, ...]

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(step.channel for step in self.steps)


@dataclass(frozen=True)
class Cut:
    """All journeys of a table of touches."""

    journeys: tuple[Journey, ...]
    open_paths: tuple[tuple[str, ...], ...]
    censored: int

    @property
    def attributed(self) -> list[Journey]:
        return [journey for journey in self.journeys if journey.steps]


def cut(
    touches: Sequence[Touch],
    conversions: Sequence[Conversion] = (),
    *,
    window: int,
    is_overlapping: bool = False,
    ends_at: int | None = None,
) -> Cut:
    """Return the journeys of these rows."""
    found = [Conversion(row.person, row.at, row.value, None, row.sequence or 0) for row in touches if row.converted]
    wanted = sorted([*conversions, *found], key=lambda row: (row.person, row.at, row.key, row.value))
    steps = sorted((row for row in touches if row.channel is not None), key=_order)
    end = max([row.at for row in [*touches, *conversions]], default=0) if ends_at is None else ends_at
    journeys, previous = [], {}
    for row in wanted:
        begin = row.at - window if is_overlapping else max(row.at - window, previous.get(row.person, -math.inf))
        inside = [step for step in steps if step.person == row.person and begin < step.at <= row.at]
        journeys.append(Journey(row, tuple(Step(str(step.channel), row.at - step.at) for step in inside)))
        previous[row.person] = row.at
    left: dict[int, list[Touch]] = defaultdict(list)
    for step in steps:
        if step.at > previous.get(step.person, -math.inf):
            left[step.person].append(step)
    paths = tuple(tuple(str(step.channel) for step in path) for path in left.values())
    return Cut(tuple(journeys), paths, sum(end - path[-1].at < window for path in left.values()))


def _order(row: Touch) -> tuple[int, int, int, str]:
    return row.person, row.at, row.sequence or 0, row.channel or ""


# --- one conversion shared over its touches ---------------------------------------------------------------------


def split(value: int, weights: Sequence[float | Fraction]) -> list[int]:
    """Share whole cents by largest remainder; remainders equal to a millionth are ties, which the earlier touch wins."""
    total = sum(Fraction(weight) for weight in weights)
    exact = [Fraction(abs(value)) * Fraction(weight) / total for weight in weights]
    millionths = [round(share * 1_000_000) for share in exact]
    whole = [share // 1_000_000 for share in millionths]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(millionths[i] % 1_000_000), i))
    for i in by_remainder[: abs(value) - sum(whole)]:
        whole[i] += 1
    return [share if value >= 0 else -share for share in whole]


Weigher = Callable[[Journey], Sequence[float | Fraction]]


def first(journey: Journey) -> list[int]:
    return [1] + [0] * (len(journey.steps) - 1)


def last(journey: Journey) -> list[int]:
    return [0] * (len(journey.steps) - 1) + [1]


def last_non_direct(journey: Journey) -> list[int]:
    places = [i for i, name in enumerate(journey.path) if name.casefold() not in DIRECT]
    chosen = places[-1] if places else len(journey.steps) - 1
    return [int(i == chosen) for i in range(len(journey.steps))]


def linear(journey: Journey) -> list[int]:
    return [1] * len(journey.steps)


def linear_distinct(journey: Journey) -> list[int]:
    """Each group's first touch stands for the group."""
    return [int(name not in journey.path[:i]) for i, name in enumerate(journey.path)]


def time_decay(journey: Journey, half_life: int = WEEK) -> list[float]:
    youngest = journey.steps[-1].age
    return [2.0 ** -((step.age - youngest) / half_life) for step in journey.steps]


def position(journey: Journey, shares: tuple[str, str] = ("0.4", "0.4")) -> list[Fraction]:
    begin, end = map(Fraction, shares)
    count = len(journey.steps)
    if count <= 2:
        return [Fraction(1)] if count == 1 else [begin, end]
    return [begin, *[(1 - begin - end) / (count - 2)] * (count - 2), end]


def w_shaped(journey: Journey, shares: tuple[str, str, str] = ("0.3", "0.3", "0.3")) -> list[Fraction]:
    conversion, count = journey.conversion, len(journey.steps)
    if conversion.lead_at is None or conversion.lead_at > conversion.at:
        return position(journey)
    lead_age = conversion.at - conversion.lead_at
    before = [i for i, step in enumerate(journey.steps) if step.age >= lead_age]
    weights = [Fraction(0)] * count
    for place, share in zip((0, before[-1] if before else 0, count - 1), map(Fraction, shares), strict=True):
        weights[place] += share
    others = [i for i, weight in enumerate(weights) if not weight]
    for i in others:
        weights[i] = (1 - sum(map(Fraction, shares))) / len(others)
    return weights


HEURISTICS: Mapping[str, Weigher] = {
    "first": first, "last": last, "last_non_direct": last_non_direct, "linear": linear, "linear_distinct": linear_distinct,
    "shapley": linear_distinct, "time_decay": time_decay, "position": position, "w_shaped": w_shaped,
}  # fmt: skip


def credits_of(model: str, journeys: Iterable[Journey]) -> tuple[dict[str, float], dict[str, int]]:
    """Return conversions and value by group of one heuristic model."""
    conversions: dict[str, float] = defaultdict(float)
    value: dict[str, int] = defaultdict(int)
    for journey in journeys:
        weights = HEURISTICS[model](journey)
        total = sum(weights)
        for name, weight, cents in zip(journey.path, weights, split(journey.conversion.value, weights), strict=True):
            conversions[name] += float(weight / total)
            value[name] += cents
    return dict(conversions), dict(value)


# --- Markov -----------------------------------------------------------------------------------------------------

State = tuple[str, ...]
CONVERSION, NULL = ("*conversion*",), ("*null*",)


def moves(path: Sequence[str], order: int, end: State) -> list[tuple[State, State]]:
    """Return the steps of one path from START, the empty state, to its end."""
    if not path:
        return []
    states = [(), *(tuple(path[i : i + order]) for i in range(max(1, len(path) - order + 1))), end]
    return list(pairwise(states))


def removal_effects(cut_: Cut, order: int, groups: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the removal effects on conversions and on value."""
    counts: Counter[tuple[State, State]] = Counter()
    values: dict[State, int] = defaultdict(int)
    for journey in cut_.attributed:
        steps = moves(journey.path, order, CONVERSION)
        counts.update(steps)
        values[steps[-1][0]] += journey.conversion.value
    for path in cut_.open_paths:
        counts.update(moves(path, order, NULL))
    worth = {state: total / counts[state, CONVERSION] for state, total in values.items()}
    result: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for effects, reward in zip(result, (dict.fromkeys(worth, 1.0), worth), strict=True):
        whole = _reached(counts, reward, None)
        for group in groups:
            effects[group] = 1 - _reached(counts, reward, group) / whole if whole else 0.0
    return result


def _reached(counts: Mapping[tuple[State, State], int], reward: Mapping[State, float], without: str | None) -> float:
    """Return what START is expected to earn while states that contain `without` lead nowhere."""
    states = sorted({source for source, _ in counts})
    place = {state: i for i, state in enumerate(states)}
    leaving: Counter[State] = Counter()
    for (source, _), count in counts.items():
        leaving[source] += count
    matrix, earned = np.eye(len(states)), np.zeros(len(states))
    for (source, target), count in counts.items():
        if without in source:
            continue
        if target == CONVERSION:
            earned[place[source]] += count / leaving[source] * reward[source]
        elif target != NULL:
            matrix[place[source], place[target]] -= count / leaving[source]
    return float(np.linalg.solve(matrix, earned)[place[()]]) if () in place else 0.0


# --- Shapley of the conversion rate -----------------------------------------------------------------------------


def shapley_rate(cut_: Cut, groups: Sequence[str]) -> dict[str, float]:
    """Return each group's share of the conversion rate, scaled to the attributed conversions; straight from the definition."""
    won = Counter(frozenset(journey.path) for journey in cut_.attributed)
    lost = Counter(map(frozenset, cut_.open_paths))

    def rate(players: frozenset[str]) -> float:
        converted = sum(count for seen, count in won.items() if seen <= players)
        failed = sum(count for seen, count in lost.items() if seen <= players)
        return converted / (converted + failed) if converted else 0.0

    share = dict.fromkeys(groups, 0.0)
    for group in groups:
        others = [name for name in groups if name != group]
        for size in range(len(groups)):
            weight = math.factorial(size) * math.factorial(len(groups) - size - 1) / math.factorial(len(groups))
            for players in map(frozenset, combinations(others, size)):
                share[group] += weight * (rate(players | {group}) - rate(players))
    scale = len(cut_.attributed) / rate(frozenset(groups)) if cut_.attributed else 0.0
    return {name: phi * scale for name, phi in share.items()}
