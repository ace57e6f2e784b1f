"""Tries every lever against every scheme whose people hold it, and tells where pay rises while the shared KPI falls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.differences import holm
from onegoal.core.kpi_conflicts.assumptions import Assumption
from onegoal.core.kpi_conflicts.history import Effect, History, goal_of_months
from onegoal.core.kpi_conflicts.levers import LEVERS, Ground, Lever, pools_of
from onegoal.core.kpi_conflicts.mending import Mend, mends_of
from onegoal.core.kpi_conflicts.paid import Paid, SchemePay, is_moved, paid
from onegoal.core.statistics import LEVEL, Interval

Floats = NDArray[np.float64]
DRAWS: Final = 10_000
LEAST_GAIN: Final = 0.005
"""A rise of pay below this share of it is nobody's reason."""
LEAST_LOSS: Final = 0.001
"""A fall of the shared KPI below a tenth of a point is not told."""
STRENGTHS: Final = (0.25, 0.5, 0.75, 1.0)
LEAST_MONTHS: Final = 3


@dataclass(frozen=True)
class Curve:
    """Pay (minor units a month, the scheme's people together) and KPI (shares of one) by how far the lever is pulled."""

    strengths: tuple[float, ...]
    pay: tuple[float, ...]
    kpi: tuple[Interval, ...]


@dataclass(frozen=True)
class Tested:
    """One lever against one scheme at full strength; `p` is corrected for all that was tested.

    `pay` in minor units a month, its people together; `kpi` in shares of one. `verdict` is conflict, chance (pay rises and
    the KPI may fall, not beyond chance), small, or aligned.
    """

    scheme_id: int
    lever: str
    pay: Interval
    kpi: Interval
    p: float
    verdict: str


@dataclass(frozen=True)
class Tried:
    """A change that mends a conflict and what the lever brings its people under it; tried against their other levers too."""

    mend: Mend
    pay: Interval


@dataclass(frozen=True)
class Conflict:
    """Where pay rises while the shared KPI falls: the part of the scheme that causes it, and the change that mends it.

    `parts` are the parts of the KPI that fall or rise, `people` what each gains a month, `part_gain` what the part
    brings of it, all in minor units; `share` is the gain over their pay.
    """

    tested: Tested
    part: str
    part_gain: float
    share: float
    people: tuple[tuple[int, float], ...]
    parts: Mapping[str, float]
    curve: Curve
    mended: Tried | None


@dataclass(frozen=True)
class Audit:
    """All that was tested, and the conflicts, the greatest loss first. `untested` are levers the history cannot try."""

    tested: tuple[Tested, ...]
    conflicts: tuple[Conflict, ...]
    untested: tuple[str, ...]


Progress = Callable[[float], None]


def audit(
    history: History, schemes: Sequence[SchemePay], assumptions: Mapping[str, Assumption], *, seed: int,
    draws: int = DRAWS, level: float = LEVEL, progress: Progress = lambda share: None,
) -> Audit:  # fmt: skip
    """Find the conflicts of schemes with the shared KPI. The same months and seed give the same findings.

    Months are drawn with replacement, uncertain numbers from their distributions. A pair is a conflict when both the rise
    of pay and the fall of the KPI hold beyond chance: its p is the larger of the two (intersection-union), then
    corrected for the number of pairs by Holm. Fewer than three months tell nothing.
    """
    if history.size < LEAST_MONTHS or not history.terms.parts:
        return Audit((), (), tuple(lever.key for lever in LEVERS))
    bench = _Bench(history, Ground(history, assumptions, pools_of(history.channels)), seed, draws, level)
    pairs = [
        (scheme, lever)
        for scheme in schemes
        for lever in bench.levers_of(scheme.side)
        if bench.can_matter(scheme, lever)
    ]
    results: list[_Result] = []
    for at, (scheme, lever) in enumerate(pairs):
        results.append(bench.result(scheme, lever))
        progress((at + 1) / len(pairs) * 0.7)
    tested = _judged(results, level)
    told = [(result, one) for result, one in zip(results, tested, strict=True) if one.verdict == "conflict"]
    conflicts = []
    for at, (result, one) in enumerate(told):
        conflicts.append(bench.conflict(result, one))
        progress(0.7 + 0.3 * (at + 1) / len(told))
    untested = tuple(lever.key for lever in LEVERS if not lever.is_possible(bench.ground))
    conflicts.sort(key=lambda one: one.tested.kpi.estimate or 0.0)
    return Audit(tuple(tested), tuple(conflicts), untested)


@dataclass(frozen=True)
class _Result:
    scheme: SchemePay
    lever: Lever
    before: Paid
    after: Paid
    pay: Interval
    kpi: Interval
    p: float


class _Bench:
    """The months drawn, the uncertain numbers drawn, and what the KPI makes of them, for each lever once."""

    def __init__(self, history: History, ground: Ground, seed: int, draws: int, level: float) -> None:
        self.history, self.ground, self._draws, self._level = history, ground, draws, level
        random = np.random.default_rng(seed)
        names = dict.fromkeys(name for lever in LEVERS for name in lever.uses)
        self._errors = {name: random.standard_normal(draws) for name in names}
        self._weights = {block: _weights(random, draws, history.size, block) for block in (1, 2)}
        self._kpi: dict[tuple[str, float], Floats] = {}
        self._before: dict[int, tuple[SchemePay, Paid]] = {}

    def levers_of(self, side: str) -> list[Lever]:
        """Return the levers the people of a department hold."""
        return [lever for lever in LEVERS if side in lever.sides and lever.is_possible(self.ground)]

    def can_matter(self, scheme: SchemePay, lever: Lever) -> bool:
        """Tell whether the lever moves anything that somebody is paid by; a fixed pay is no test of it."""
        return bool(scheme.people) and is_moved(scheme, lever.effect(self.ground, 1.0, {}))

    def result(self, scheme: SchemePay, lever: Lever) -> _Result:
        """Return pay and KPI with the lever less without it; pay that does not rise is not looked at more closely."""
        before = self._paid_before(scheme)
        centre = lever.effect(self.ground, 1.0, {})
        if not is_moved(scheme, centre):
            return _Result(scheme, lever, before, before, _NONE, self._interval_of_kpi(lever, 1.0), 1.0)
        after = paid(scheme, self.history, centre)
        gained = (after.by_month - before.by_month).mean()
        if gained <= 0:
            pay = Interval(float(gained), None, None)
            return _Result(scheme, lever, before, after, pay, self._interval_of_kpi(lever, 1.0), 1.0)
        rises = self._gains(scheme, lever, before, after)
        falls = self._kpi_draws(lever, 1.0)
        count = self._draws + 1
        p = max((1 + int((rises <= 0).sum())) / count, (1 + int((falls >= 0).sum())) / count)
        pay = self._interval(rises, float(gained))
        return _Result(scheme, lever, before, after, pay, self._interval_of_kpi(lever, 1.0), p)

    def conflict(self, result: _Result, tested: Tested) -> Conflict:
        """Return what is to be told of a conflict: its part, its people, its curve, and the change that mends it."""
        scheme, lever = result.scheme, result.lever
        by_part = (result.after.by_part - result.before.by_part).mean(axis=1)
        at = int(np.argmax(by_part))
        part = scheme.parts[at].key
        gains = (result.after.by_person - result.before.by_person).mean(axis=1)
        people = tuple((one.user_id, float(gain)) for one, gain in zip(scheme.people, gains, strict=True))
        share = (tested.pay.estimate or 0.0) / max(float(result.before.by_month.mean()), 1.0)
        return Conflict(
            tested, part, float(by_part[at]), share, people, self._kpi_parts(lever), self._curve(scheme, lever, result.before),
            self._mended(scheme, lever, part),
        )  # fmt: skip

    def _paid_before(self, scheme: SchemePay) -> Paid:
        # The scheme is kept beside its pay, so that its identity is nobody else's.
        if id(scheme) not in self._before:
            self._before[id(scheme)] = scheme, paid(scheme, self.history)
        return self._before[id(scheme)][1]

    def _gains(self, scheme: SchemePay, lever: Lever, before: Paid, after: Paid) -> Floats:
        """Draws of the mean gain a month: at the estimates, moved by each uncertain number as one standard error moves it."""
        centre = after.by_month - before.by_month
        weights = self._weights[lever.block]
        total = weights @ centre
        for name in lever.uses:
            moved = paid(scheme, self.history, lever.effect(self.ground, 1.0, {name: np.ones(1)})).by_month
            total = total + self._errors[name] * (weights @ (moved - after.by_month))
        return total / weights.sum(axis=1)

    def _kpi_draws(self, lever: Lever, strength: float) -> Floats:
        key = lever.key, strength
        if key not in self._kpi:
            weights = self._weights[lever.block]
            errors = {name: self._errors[name] for name in lever.uses}
            after = goal_of_months(self.history, lever.effect(self.ground, strength, errors), weights)[""]
            self._kpi[key] = after - goal_of_months(self.history, Effect(), weights)[""]
        return self._kpi[key]

    def _kpi_parts(self, lever: Lever) -> dict[str, float]:
        weights = np.ones((1, self.history.size))
        after = goal_of_months(self.history, lever.effect(self.ground, 1.0, {}), weights)
        before = goal_of_months(self.history, Effect(), weights)
        weighed = {part.kind: part.weight_bp / 10_000 for part in self.history.terms.parts}
        return {kind: float((after[kind] - before[kind])[0]) * weighed[kind] for kind in weighed}

    def _interval_of_kpi(self, lever: Lever, strength: float) -> Interval:
        weights = np.ones((1, self.history.size))
        after = goal_of_months(self.history, lever.effect(self.ground, strength, {}), weights)[""]
        estimate = float((after - goal_of_months(self.history, Effect(), weights)[""])[0])
        return self._interval(self._kpi_draws(lever, strength), estimate)

    def _interval(self, draws: Floats, estimate: float) -> Interval:
        tail = (1 - self._level) / 2
        low, high = (float(value) for value in np.quantile(draws, [tail, 1 - tail]))
        return Interval(estimate, min(low, estimate), max(high, estimate))

    def _curve(self, scheme: SchemePay, lever: Lever, before: Paid) -> Curve:
        pay = [
            float((paid(scheme, self.history, lever.effect(self.ground, one, {})).by_month - before.by_month).mean())
            for one in STRENGTHS
        ]
        kpi = tuple(self._interval_of_kpi(lever, one) for one in STRENGTHS)
        return Curve((0.0, *STRENGTHS), (0.0, *pay), (Interval(0.0, 0.0, 0.0), *kpi))

    def _mended(self, scheme: SchemePay, lever: Lever, part: str) -> Tried | None:
        """Return the smallest change under which the lever brings its people nothing and no other lever of theirs does harm."""
        for mend in mends_of(scheme, self.history, part):
            changed = scheme.with_parts(mend.parts)
            own = self.result(changed, lever)
            if (own.pay.estimate or 0.0) > 0:
                continue
            others = (self.result(changed, one) for one in self.levers_of(scheme.side) if one.key != lever.key)
            if not any(self._is_told(one, one.p) for one in others):
                return Tried(mend, self._measured(own))
        return None

    def _measured(self, result: _Result) -> Interval:
        gains = self._gains(result.scheme, result.lever, result.before, result.after)
        return self._interval(gains, result.pay.estimate or 0.0)

    def _is_told(self, result: _Result, p: float) -> bool:
        return p < 1 - self._level and not _is_small(result)


def _judged(results: Iterable[_Result], level: float) -> list[Tested]:
    found = list(results)
    corrected = holm([one.p for one in found])
    return [
        Tested(one.scheme.scheme_id, one.lever.key, one.pay, one.kpi, p, _verdict(one, p, level))
        for one, p in zip(found, corrected, strict=True)
    ]


def _verdict(result: _Result, p: float, level: float) -> str:
    if (result.pay.estimate or 0.0) <= 0 or (result.kpi.estimate or 0.0) >= 0:
        return "aligned"
    if p >= 1 - level:
        return "chance"
    return "small" if _is_small(result) else "conflict"


def _is_small(result: _Result) -> bool:
    gain = (result.pay.estimate or 0.0) / max(float(result.before.by_month.mean()), 1.0)
    return gain < LEAST_GAIN or -(result.kpi.estimate or 0.0) < LEAST_LOSS


def _weights(random: np.random.Generator, draws: int, months: int, block: int) -> Floats:
    """How often each month is drawn: months, or pairs of neighbours, with replacement."""
    groups = [list(range(first, min(first + block, months))) for first in range(0, months, block)]
    counts = random.multinomial(len(groups), [1 / len(groups)] * len(groups), size=draws)
    return np.repeat(counts, [len(group) for group in groups], axis=1).astype(float)


_NONE: Final = Interval(0.0, 0.0, 0.0)
