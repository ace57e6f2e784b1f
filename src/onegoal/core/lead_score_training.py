"""Learning a lead score: fitting in the past, calibrating after it, and judging on the newest leads whether it is any good."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onegoal.core.lead_score import Columns, Field, Floats, Model, chances, expit, raw_scores
from onegoal.core.statistics import Interval, wilson

WhyOff = Literal["", "too_few", "one_outcome", "no_better", "badly_calibrated"]
Ints = NDArray[np.int64]

LEAST_LEADS: Final = 300
LEAST_OF_EACH: Final = 50
"""So many leads of either outcome are needed in all, and a fifth of them among the newest."""
LEAST_DAYS: Final = 10
"""The newest leads must have come on so many days, else the interval of the gain means nothing."""
ROUNDS: Final = ((0.45, 0.6, 0.8), (0.6, 0.8, 1.0))
"""Two rounds of judgement: what teaches ends, what calibrates ends, what judges ends; each sees only what came before."""
PENALTIES: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse strengths of the ridge penalty that are tried, strongest first."""
FOLDS: Final = 3
RESAMPLES: Final = 2_000
BINS: Final = 10
LARGEST_ERROR: Final = 0.05
"""A mean distance of foretold and found shares up to here is good enough whatever the number of leads."""
_SEED: Final = 20_261_122
_EXACT, _ROUGH = 1e-7, 1e-4
"""When the fitting stops: penalties are compared by losses that differ far more than rough fitting blurs them."""


@dataclass(frozen=True)
class Bin:
    """Leads with chances beside each other: how many, how many came to something, and what was foretold on average."""

    count: int
    positives: int
    foretold: float
    found: Interval


@dataclass(frozen=True)
class Judgement:
    """How a recipe did on the newest leads, which it had not seen; gains are the base rate's loss minus the model's."""

    count: int
    positives: int
    log_loss: float
    base_log_loss: float
    log_gain: Interval
    brier: float
    base_brier: float
    brier_gain: Interval
    area: float
    calibration_error: float
    calibration_z: float
    bins: tuple[Bin, ...]

    @property
    def is_better(self) -> bool:
        """Whether both losses are smaller than the base rate's beyond chance."""
        return all(gain.low is not None and gain.low > 0 for gain in (self.log_gain, self.brier_gain))

    @property
    def is_calibrated(self) -> bool:
        """Whether chances are near enough to what happens, or no further away than chance explains."""
        return self.calibration_error <= LARGEST_ERROR or abs(self.calibration_z) < 2.58


class Tried(NamedTuple):
    """Chances, base rates, outcomes and days of leads that a model had not seen."""

    foretold: Floats
    base: Floats
    outcomes: Floats
    days: Ints


@dataclass(frozen=True)
class Learnt:
    """What came of a training: a model to use or the reason why there is none, and how the recipe was judged."""

    model: Model | None
    why_off: WhyOff
    judgement: Judgement | None
    penalty: float | None
    base_rate: float
    digest: str


def learn(
    columns: Columns, outcomes: Sequence[int], days: Sequence[int], *, progress: Callable[[int], None] = lambda _: None
) -> Learnt:
    """Learn from leads in the order of their arrival: texts by field, outcomes 0 or 1, and the day each came.

    The recipe is judged on the newest 40 %, each fifth by a model that was taught and calibrated on what came before it.
    Is it better than the base rate beyond chance, it is applied once more to all leads: the first 80 % teach, the newest
    20 % calibrate. `progress` is told per cent done. The same leads give the same model to the last bit; no randomness
    but a bootstrap with a fixed seed.
    """
    y, day = np.asarray(outcomes, dtype=np.int64), np.asarray(days, dtype=np.int64)
    base = float(y.mean()) if len(y) else 0.0
    if why := _too_little(y, day):
        return Learnt(None, why, None, None, base, "")
    penalty = _best_penalty(columns, y[: int(len(y) * ROUNDS[0][0])], progress)
    judged = judge([_tried(columns, y, day, round_, penalty) for round_ in ROUNDS])
    progress(85)
    if why := _verdict(judged):
        return Learnt(None, why, judged, penalty, base, "")
    model = fit(columns, y, past=int(len(y) * ROUNDS[-1][1]), tuned=len(y), penalty=penalty)
    progress(95)
    return Learnt(model, "", judged, penalty, base, digest_of(model))


def fit(columns: Columns, y: Ints, *, past: int, tuned: int, penalty: float) -> Model:
    """Fit weights on the first `past` leads and Platt's line on those up to `tuned`."""
    levels = frequent_levels(columns, past)
    weights, intercept = _weights(columns, levels, y[:past], penalty)
    fields = []
    for key, known in levels.items():
        own = dict(zip(known, weights[key][1:], strict=True))
        rare = weights[key][0]
        average = float(np.mean([own.get(value, rare) for value in columns[key][:past]]))
        fields.append(Field(key, own, rare, average))
    bare = Model(tuple(fields), intercept, 1.0, 0.0)
    held = {key: columns[key][past:tuned] for key in levels}
    slope, offset = platt(raw_scores(bare, held, tuned - past), y[past:tuned])
    return Model(bare.fields, intercept, slope, offset)


def frequent_levels(columns: Columns, past: int) -> dict[str, list[str]]:
    """Return the values of each field that are frequent enough to learn from; fields that never vary are left out."""
    least = max(20, past // 500)
    found = {}
    for key in sorted(columns):
        counted = Counter(columns[key][:past])
        frequent = sorted(value for value, count in counted.items() if count >= least)
        if len(frequent) + (len(counted) > len(frequent)) > 1:
            found[key] = frequent
    return found


def platt(scores: Floats, y: Ints) -> tuple[float, float]:
    """Return slope and offset of the logistic line through scores, with Platt's softened outcomes, by Newton's method.

    A slope below zero would turn the model round: it becomes zero, the base rate for everybody.
    """
    positives = int(y.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(y) - positives + 2)
    target = np.where(y == 1, high, low)
    slope, offset = _newton(scores, target)
    if slope <= 0:
        mean = float(target.mean())
        return 0.0, float(np.log(mean / (1 - mean)))
    return slope, offset


def judge(tried: Sequence[Tried]) -> Judgement:
    """Hold models against base rates on leads neither has seen.

    Gains have bootstrap intervals over whole days, because leads of one day share their campaign and their seller's mood.
    """
    foretold, base, own, days = (np.concatenate(parts) for parts in zip(*tried, strict=True))
    logs, base_logs = _log_losses(foretold, own), _log_losses(base, own)
    squares, base_squares = (foretold - own) ** 2, (base - own) ** 2
    bins = _bins(foretold, own)
    return Judgement(
        count=len(own), positives=int(own.sum()),
        log_loss=float(logs.mean()), base_log_loss=float(base_logs.mean()), log_gain=_gain(base_logs - logs, days),
        brier=float(squares.mean()), base_brier=float(base_squares.mean()), brier_gain=_gain(base_squares - squares, days),
        area=area_under_curve(foretold, own),
        calibration_error=sum(one.count * abs(one.foretold - one.positives / one.count) for one in bins) / len(own),
        calibration_z=spiegelhalter(foretold, own),
        bins=bins,
    )  # fmt: skip


def area_under_curve(foretold: Floats, outcomes: Floats) -> float:
    """The chance that a lead that came to something was ranked above one that did not (Mann-Whitney), 0.5 is blind."""
    import scipy

    ranks = scipy.stats.rankdata(foretold)
    positives = outcomes == 1
    n1, n0 = int(positives.sum()), int((~positives).sum())
    if not n1 or not n0:
        return 0.5
    return float((ranks[positives].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def spiegelhalter(foretold: Floats, outcomes: Floats) -> float:
    """Spiegelhalter's z for calibration (1986): standard normal when chances are true, large when they are not."""
    spread = np.sum((1 - 2 * foretold) ** 2 * foretold * (1 - foretold))
    return float(np.sum((outcomes - foretold) * (1 - 2 * foretold)) / np.sqrt(spread)) if spread > 0 else 0.0


def digest_of(model: Model) -> str:
    """Return a short text that two models share only when every number of them is the same."""
    return hashlib.sha256(json.dumps(model.to_data(), sort_keys=True).encode()).hexdigest()[:16]


def _too_little(y: Ints, days: Ints) -> WhyOff:
    positives = int(y.sum())
    if len(y) and positives in (0, len(y)):
        return "one_outcome"
    start = int(len(y) * ROUNDS[-1][1])
    fewest = min(positives, len(y) - positives)
    fewest_newest = min(int(y[start:].sum()), int((1 - y[start:]).sum()))
    is_enough = len(y) >= LEAST_LEADS and fewest >= LEAST_OF_EACH and fewest_newest >= LEAST_OF_EACH // 5
    return "" if is_enough and len(set(days[start:].tolist())) >= LEAST_DAYS else "too_few"


def _tried(columns: Columns, y: Ints, days: Ints, round_: tuple[float, float, float], penalty: float) -> Tried:
    """Teach, calibrate and foretell in one round; the base rate is that of the leads that calibrated."""
    past, tuned, end = (int(len(y) * share) for share in round_)
    model = fit(columns, y, past=past, tuned=tuned, penalty=penalty)
    held = {key: columns[key][tuned:end] for key in model.keys}
    base = np.full(end - tuned, (y[past:tuned].sum() + 0.5) / (tuned - past + 1))
    return Tried(chances(model, held, end - tuned), base, y[tuned:end].astype(float), days[tuned:end])


def _verdict(judged: Judgement) -> WhyOff:
    if not judged.is_better:
        return "no_better"
    return "" if judged.is_calibrated else "badly_calibrated"


def _best_penalty(columns: Columns, y: Ints, progress: Callable[[int], None]) -> float:
    """Choose the penalty inside the past alone: each fold teaches with what came before and tries what came next.

    The smallest mean loss wins; of equal ones the strongest penalty.
    """
    cuts = [len(y) * (fold + 1) // (FOLDS + 1) for fold in range(FOLDS + 1)]
    losses = np.zeros((len(PENALTIES), FOLDS))
    for fold in range(FOLDS):
        before, after = cuts[fold], cuts[fold + 1]
        part = {key: values[:after] for key, values in columns.items()}
        for place, penalty in enumerate(PENALTIES):
            losses[place, fold] = _fold_loss(part, y[:after], before, penalty)
        progress(10 + 55 * (fold + 1) // FOLDS)
    return PENALTIES[int(losses.mean(axis=1).argmin())]


def _fold_loss(columns: Columns, y: Ints, before: int, penalty: float) -> float:
    if y[:before].min() == y[:before].max():
        return float(_log_losses(np.full(len(y) - before, float(y[:before].mean())), y[before:].astype(float)).mean())
    levels = frequent_levels(columns, before)
    weights, intercept = _weights(columns, levels, y[:before], penalty, exactness=_ROUGH)
    sums = np.full(len(y) - before, intercept)
    for key, known in levels.items():
        own = dict(zip(known, weights[key][1:], strict=True))
        sums += np.array([own.get(value, weights[key][0]) for value in columns[key][before:]])
    return float(_log_losses(expit(sums), y[before:].astype(float)).mean())


def _weights(
    columns: Columns, levels: dict[str, list[str]], y: Ints, penalty: float, *, exactness: float = _EXACT
) -> tuple[dict[str, list[float]], float]:
    """Fit the ridge-penalised logistic regression; for each field the weight of the rare, then of each level."""
    if not levels:
        mean = (y.sum() + 0.5) / (len(y) + 1)
        return {}, float(np.log(mean / (1 - mean)))
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    matrix, ends = one_hot(columns, levels, len(y))
    fitted = LogisticRegression(C=penalty, solver="lbfgs", max_iter=400, tol=exactness).fit(matrix, y)
    found, start = {}, 0
    for key, end in zip(levels, ends, strict=True):
        found[key] = [float(one) for one in fitted.coef_[0, start:end]]
        start = end
    return found, float(fitted.intercept_[0])


def one_hot(columns: Columns, levels: dict[str, list[str]], count: int) -> tuple[Any, list[int]]:
    """Return a sparse matrix with a one for each field's value, and where each field's columns end; rare comes first."""
    from scipy.sparse import csr_array

    places, ends, start = [], [], 0
    for key, known in levels.items():
        at = {value: start + 1 + place for place, value in enumerate(known)}
        places.append(np.array([at.get(value, start) for value in columns[key][:count]], dtype=np.int32))
        start += len(known) + 1
        ends.append(start)
    indices = np.stack(places, axis=1).ravel()
    pointers = np.arange(0, len(indices) + 1, len(levels), dtype=np.int32)
    return csr_array((np.ones(len(indices)), indices, pointers), shape=(count, start)), ends


def _newton(scores: Floats, target: Floats) -> tuple[float, float]:
    mean = float(target.mean())
    slope, offset = 0.0, float(np.log(mean / (1 - mean)))
    for _ in range(100):
        chance = expit(slope * scores + offset)
        error, spread = target - chance, chance * (1 - chance)
        gradient = np.array([error @ scores, error.sum()])
        across = spread @ scores
        curve = np.array([[spread @ scores**2 + 1e-9, across], [across, spread.sum() + 1e-9]])
        step = np.linalg.solve(curve, gradient)
        slope, offset = slope + float(step[0]), offset + float(step[1])
        if np.abs(step).max() < 1e-10:
            break
    return slope, offset


def _log_losses(foretold: Floats, outcomes: Floats) -> Floats:
    safe = np.clip(foretold, 1e-9, 1 - 1e-9)
    return -(outcomes * np.log(safe) + (1 - outcomes) * np.log(1 - safe))


def _gain(gains: Floats, days: Ints) -> Interval:
    """The mean gain with a percentile interval from resampling whole days."""
    _names, at = np.unique(days, return_inverse=True)
    sums, counts = np.bincount(at, weights=gains), np.bincount(at).astype(float)
    drawn = np.random.default_rng(_SEED).multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=RESAMPLES)
    means = (drawn @ sums) / np.maximum(drawn @ counts, 1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(gains.mean()), float(low), float(high))


def _bins(foretold: Floats, outcomes: Floats) -> tuple[Bin, ...]:
    """Ten bins of as equal size as can be, lowest chances first; leads of one chance may fall into two bins."""
    order = np.argsort(foretold, kind="stable")
    found = []
    for part in np.array_split(order, min(BINS, len(order))):
        positives = int(outcomes[part].sum())
        found.append(Bin(len(part), positives, float(foretold[part].mean()), wilson(positives, len(part))))
    return tuple(found)
