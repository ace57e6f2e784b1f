"""How long ways between two moments take, as curves side by side and as quartiles."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onegoal.apps.analysis.queries.asked import Asked, ask_each
from onegoal.apps.facts.queries import survival
from onegoal.metrics.errors import QuestionRefused
from onegoal.metrics.question import Answer, Differs, Question
from onegoal.metrics.results import Survival

MOST_CURVES = 6
STEPS = 60


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
class Step:
    """One curve read at common days: what share has arrived by each, and between which bounds."""

    reached: list[float | None]
    low: list[float | None]
    high: list[float | None]


def common_days(curves: Sequence[Survival]) -> list[float]:
    """The days at which curves are drawn together: from nought to the last known one, evenly."""
    last = max((point.day for curve in curves for point in curve.points), default=0.0)
    width = max(last / STEPS, 1.0)
    return [round(at * width, 1) for at in range(int(last // width) + 1)]


def read_curve(curve: Survival, days: Sequence[float]) -> Step:
    """Read a step curve at days; beyond its last point it is not known."""
    known = [point.day for point in curve.points]
    last = known[-1] if known else -1.0
    found = [curve.points[max(0, bisect.bisect_right(known, day) - 1)] if day <= last else None for day in days]
    before = [bool(known) and day < known[0] for day in days]
    pairs = list(zip(found, before, strict=True))
    return Step(
        [None if point is None else 0.0 if early else point.reached for point, early in pairs],
        [None if point is None else 0.0 if early else point.low for point, early in pairs],
        [None if point is None else 0.0 if early else point.high for point, early in pairs],
    )
