"""The score of a reviewed call: the weighted share of points over the questions that apply."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["yes_no", "scale", "text"]

MOST: Final[dict[str, int]] = {"yes_no": 1, "scale": 5}
"""The best answer of each kind that gives points."""
_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Answered:
    """One question with its answer; `value` is None when it was not answered or does not apply."""

    kind: Kind
    weight: int
    value: int | None


def score_of(answers: Iterable[Answered]) -> int | None:
    """The weighted share of points in hundredths of a per cent, rounded half up; None when nothing gives points.

    A yes gives all points of its question, a 3 of 0-5 three fifths. Text, unanswered and not applicable questions and
    those without weight are left out of both sums. Raises: ValueError for an answer outside its scale.
    """
    got = possible = 0
    for one in answers:
        most = MOST.get(one.kind)
        if most is None or one.value is None:
            continue
        if not 0 <= one.value <= most:
            raise ValueError(f"an answer of the kind {one.kind} is between 0 and {most}")
        got += one.weight * one.value * (5 // most)
        possible += one.weight * 5
    return (2 * _WHOLE * got + possible) // (2 * possible) if possible else None


def is_failed(kind: Kind, value: int | None, failed_below: int) -> bool:
    """Whether an answer fails its question: a no, or a point below `failed_below`; no answer fails nothing."""
    if value is None or kind not in MOST:
        return False
    return value < (1 if kind == "yes_no" else failed_below)
