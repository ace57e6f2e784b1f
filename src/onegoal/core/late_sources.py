"""Whether a source of data is late: silent for longer than it ever was lately."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LEAST_GAPS: Final = 10
"""A habit is known after so many gaps; before that nothing is called late."""
RETIRED_AFTER: Final = 45
"""After so many calendar days of silence a source is no longer one."""


def is_late(seen: Sequence[dt.date], today: dt.date, working_days: Sequence[dt.date]) -> bool:
    """Tell whether nothing came for longer than the longest gap between days on which something came.

    `seen` are those days and `working_days` those of the company, both in order, both within the time looked at; a gap is
    counted in working days, so a weekend makes nothing late. If nothing changed, a gap is the longest of n + 1 with a
    chance of 1 in n + 1 at most: with the least of 10 gaps a false alarm has a chance of 9 %, with 60 gaps 1.6 %.
    """
    if not seen or (today - seen[-1]).days > RETIRED_AFTER:
        return False
    places = [bisect_right(working_days, day) for day in seen]
    gaps = [after - before for before, after in pairwise(places)]
    silence = bisect_right(working_days, today) - places[-1]
    return len(gaps) >= LEAST_GAPS and silence > max(1, *gaps)
