"""Payment schedules: a price split into dated parts that add up to it to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from onegoal.core.money import split_largest_remainder
from onegoal.core.periods import add_months

__all__ = ["MOST_PARTS", "Part", "close_schedule", "deposit_then_parts", "equal_parts", "is_sound", "paid_parts"]

MOST_PARTS: Final = 480
"""Forty years of months: more parts than that are a slip of the pen."""

_WHOLE_BP: Final = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """One promised payment: a day and a positive amount in minor units."""

    due_on: dt.date
    amount_minor: int


def equal_parts(total: int, *, count: int, start: dt.date, months: int = 1) -> list[Part]:
    """Split `total` into `count` equal parts, the first on `start`, then one every `months` months.

    Cents that do not divide go to the earlier parts, one each. A day that a month lacks becomes its last day.
    Raises: ValueError for a total too small to give every part a cent, or a count beyond 1 to `MOST_PARTS`.
    """
    if not 1 <= count <= MOST_PARTS or months < 1 or total < count:
        raise ValueError("a schedule has 1 to 480 parts of at least one minor unit each")
    amounts = split_largest_remainder(total, [1] * count)
    return [Part(add_months(start, place * months), amount) for place, amount in enumerate(amounts)]


def deposit_then_parts(total: int, *, deposit_bp: int, count: int, start: dt.date, months: int) -> list[Part]:
    """Take `deposit_bp` hundredths of a per cent on `start` and the rest in `count` equal parts, one every `months` months.

    The deposit and the rest are split by the largest remainder, so that all parts add up to `total` exactly.
    Raises: ValueError for a share outside 1 to 9,999 or what `equal_parts` refuses.
    """
    if not 0 < deposit_bp < _WHOLE_BP:
        raise ValueError("a deposit is more than nothing and less than everything")
    deposit, rest = split_largest_remainder(total, [deposit_bp, _WHOLE_BP - deposit_bp])
    if deposit < 1:
        raise ValueError("a deposit of less than one minor unit")
    return [Part(start, deposit), *equal_parts(rest, count=count, start=add_months(start, months), months=months)]


def close_schedule(parts: Sequence[Part], *, total: int) -> tuple[list[Part], int]:
    """Put parts in order of their days and let the last one take what lacks; returns them and the difference it took.

    Raises: ValueError for no parts, for one that is not positive, or when the last one would be left with nothing.
    """
    ordered = sorted(parts, key=lambda part: part.due_on)
    if not ordered or min(part.amount_minor for part in ordered) < 1:
        raise ValueError("every part is more than nothing")
    rest = total - sum(part.amount_minor for part in ordered)
    last = ordered[-1]
    if last.amount_minor + rest < 1:
        raise ValueError("the parts before the last already exceed the total")
    return [*ordered[:-1], Part(last.due_on, last.amount_minor + rest)], rest


def is_sound(parts: Sequence[Part], *, total: int) -> bool:
    """Tell whether the parts are positive and add up to the total exactly."""
    return bool(parts) and all(part.amount_minor > 0 for part in parts) and total == sum(p.amount_minor for p in parts)


def paid_parts(parts: Sequence[Part], *, received: int) -> int:
    """Return how many of the parts, in order of their days, the money received covers whole."""
    covered = 0
    for count, part in enumerate(sorted(parts, key=lambda part: part.due_on)):
        covered += part.amount_minor
        if covered > received:
            return count
    return len(parts)
