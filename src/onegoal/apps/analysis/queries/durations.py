"""How long ways between two moments take, as curves side by side and as quartiles."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.apps.facts.queries import survival
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Differs, Question
from onegoal.metrics.results import Survival

MOST_CURVES = 6
STEPS = 60
MONTH = 30
WIDTHS = (1, 2, 3, 5, 6, 10, 15, 30)
"""Steps of a curve in days that meet every thirtieth day."""

LONG_HORIZONS, SHORT_HORIZONS = (30, 60, 90, 180), (1, 3, 7, 14)
"""After how many days the share that has arrived is told, on long ways and on those that half go in a few days."""

_FEW_DAYS = 10


@dataclass(frozen=True)
class Durations:
    """The curves of one question (most records first), whether they differ, or why it was refused."""

    question: Question
    curves: tuple[Survival, ...] = ()
    differs: Differs | None = None
    refusal: QuestionRefused | None = None


def durations(asked: Asked, metric: str, dimension: str, between: tuple[tuple[str, str | None], ...] = ()) -> Durations:
    """The way named by `metric` over the page's period and filters, cut by a dimension when one is given."""
    narrowed = replace(asked, where=(*asked.where, *between))
    question = narrowed.question(metric, (dimension,) if dimension else ())
    try:
        curves = sorted(survival(question), key=lambda curve: -curve.records)
    except QuestionRefused as refusal:
        return Durations(question, refusal=refusal)
    answer = ask_each([question])[question]
    return Durations(question, tuple(curves), answer.differs if isinstance(answer, Answer) else None)


@dataclass(frozen=True)
class ShareWithin:
    """What share of those who started has arrived within `days`, between `low` and `high`."""

    days: int
    share: float
    low: float
    high: float


def horizons(curves: Sequence[Survival]) -> tuple[int, ...]:
    """After how many days to tell what share has arrived, by the quickness of the curves."""
    medians = [curve.median for curve in curves if curve.median is not None]
    return SHORT_HORIZONS if medians and max(medians) < _FEW_DAYS else LONG_HORIZONS


def share_within(curve: Survival, days: int) -> ShareWithin | None:
    """Read a curve at one horizon; None where nobody has been watched for as long."""
    step = read_curve(curve, [float(days)])
    (share,), (low,), (high,) = step.reached, step.low, step.high
    return None if share is None or low is None or high is None else ShareWithin(days, share, low, high)


@dataclass(frozen=True)
class Step:
    """One curve read at common days: what share has arrived by each, and between which bounds."""

    reached: list[float | None]
    low: list[float | None]
    high: list[float | None]


def common_days(curves: Sequence[Survival]) -> list[float]:
    """The days at which curves are drawn together: from nought to the last known one, evenly, in whole days."""
    last = max((point.day for curve in curves for point in curve.points), default=0.0)
    width = next((width for width in WIDTHS if last / width <= STEPS), math.ceil(last / STEPS))
    return [float(day) for day in range(0, (math.ceil(last / width) + 1) * width, width)] if last else [0.0]


def read_curve(curve: Survival, days: Sequence[float]) -> Step:
    """Read a step curve at days; beyond the longest that anybody was watched it is not known."""
    known = [point.day for point in curve.points]
    last = max(known[-1], curve.watched_days) if known else -1.0
    found = [curve.points[max(0, bisect.bisect_right(known, day) - 1)] if day <= last else None for day in days]
    before = [bool(known) and day < known[0] for day in days]
    pairs = list(zip(found, before, strict=True))
    return Step(
        [None if point is None else 0.0 if early else point.reached for point, early in pairs],
        [None if point is None else 0.0 if early else point.low for point, early in pairs],
        [None if point is None else 0.0 if early else point.high for point, early in pairs],
    )
