"""Days that come again every week, month or year, counted from the first one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from onegoal.core.periods import add_months

Repeats = Literal["", "week", "month", "year"]
_MONTHS = {"month": 1, "year": 12}


def days_from(first: dt.date, repeats: Repeats, start: dt.date) -> Iterator[dt.date]:
    """Yield the days on or after `start`, the earliest first; without repetition there is at most one.

    The 31st falls on the last day of a shorter month and on the 31st again where there is one; 29 February likewise.
    """
    number = _number_before(first, repeats, start)
    while True:
        day = _day(first, repeats, number)
        if day >= start:
            yield day
        if not repeats:
            return
        number += 1


def _number_before(first: dt.date, repeats: Repeats, start: dt.date) -> int:
    """Return the number of an occurrence that is not after the first one wanted, close to it."""
    if start <= first or not repeats:
        return 0
    if repeats == "week":
        return (start - first).days // 7
    months = (start.year - first.year) * 12 + start.month - first.month
    return max(0, months // _MONTHS[repeats] - 1)


def _day(first: dt.date, repeats: Repeats, number: int) -> dt.date:
    if not repeats:
        return first
    if repeats == "week":
        return first + dt.timedelta(weeks=number)
    return add_months(first, number * _MONTHS[repeats])
