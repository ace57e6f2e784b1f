"""Who gets the next lead: in turn, or whoever has least to do; absent and fully loaded colleagues are passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Method = Literal["round_robin", "by_load"]
WhyNot = Literal["", "away", "full"]
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Candidate:
    """A colleague who could get a lead: how many they have in work, and when one was last given to them (None: never)."""

    key: int
    open_leads: int = 0
    last_turn: dt.datetime | None = None
    is_away: bool = False


def why_not(candidate: Candidate, most_open: int | None = None) -> WhyNot:
    """Return why a candidate is passed over, or an empty text."""
    if candidate.is_away:
        return "away"
    return "full" if most_open is not None and candidate.open_leads >= most_open else ""


def choose(candidates: Sequence[Candidate], method: Method, most_open: int | None = None) -> Candidate | None:
    """Return who gets the lead, or None when nobody can take it.

    In turn: whose turn was longest ago, who never had one first. By load: who has fewest leads in work, among equals
    whose turn was longest ago. What is still equal falls to the smallest key, so the same state gives the same choice.
    Who comes back from a holiday gets one lead and is then in line again, not everything that was missed.
    """
    able = [one for one in candidates if not why_not(one, most_open)]
    if method == "by_load":
        return min(able, key=lambda one: (one.open_leads, one.last_turn or _NEVER, one.key), default=None)
    return min(able, key=lambda one: (one.last_turn or _NEVER, one.key), default=None)
