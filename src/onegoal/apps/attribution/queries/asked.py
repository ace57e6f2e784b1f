"""What a figure of attribution was asked for: everything that decides it, as a value that can be kept and asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from onegoal.core.attribution.journeys import DAY

Conversion = Literal["lead", "qualified", "deal", "money"]
Worth = Literal["count", "amount", "margin"]
Dimension = Literal["channel", "source_medium", "campaign", "creative"]
Share = Literal["global", "per_journey"]

CONVERSIONS: tuple[Conversion, ...] = ("lead", "qualified", "deal", "money")
WORTHS: tuple[Worth, ...] = ("count", "amount", "margin")
DIMENSIONS: tuple[Dimension, ...] = ("channel", "source_medium", "campaign", "creative")
MARKOV_SHARES: tuple[Share, ...] = ("global", "per_journey")
WINDOWS = (7, 14, 30, 60, 90, 180, 365)
"""Windows a page offers, in days; any number up to the last may be asked for."""
LONGEST_WINDOW = WINDOWS[-1]
HALF_LIVES = (3, 7, 14, 30)
"""Half-lives of time decay a page offers, in days."""
USUAL_HALF_LIFE = 7
NOT_SET = "(not set)"
"""The group of touches whose origin says nothing about the dimension."""
CALL, VISIT, AGENCY = "call", "visit", "agency"
"""Groups of the steps that are no advertising."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that decides a figure beside whose records are counted.

    `start` and `end` are days of the conversion on the company's calendar, both included, None is open. `value` says what
    a deal is worth; money received is always its own worth, leads are always counted. With `steps` calls, visits and
    agencies count as touches too. `project_ids` None means all.
    Raises: ValueError for what cannot be asked.
    """

    conversion: Conversion = "deal"
    value: Worth = "amount"
    window_days: int = 30
    start: dt.date | None = None
    end: dt.date | None = None
    dimension: Dimension = "channel"
    project_ids: frozenset[int] | None = None
    steps: bool = False
    overlapping: bool = False
    half_life_days: int = USUAL_HALF_LIFE
    markov_share: Share = "global"

    def __post_init__(self) -> None:
        allowed = {
            "conversion": (self.conversion, CONVERSIONS), "value": (self.value, WORTHS),
            "dimension": (self.dimension, DIMENSIONS), "markov_share": (self.markov_share, MARKOV_SHARES),
        }  # fmt: skip
        wrong = [name for name, (value, known) in allowed.items() if value not in known]
        wrong += [] if 1 <= self.window_days <= LONGEST_WINDOW else ["window_days"]
        wrong += [] if self.half_life_days >= 1 else ["half_life_days"]
        wrong += ["end"] if self.start and self.end and self.end < self.start else []
        if wrong:
            raise ValueError(f"cannot be asked: {', '.join(wrong)}")

    @property
    def window(self) -> int:
        """The window in microseconds."""
        return self.window_days * DAY

    @property
    def has_money(self) -> bool:
        """Whether conversions are worth money, not only counted."""
        return self.conversion == "money" or (self.conversion == "deal" and self.value != "count")

    @property
    def has_margin(self) -> bool:
        """Whether the money is gross margin: then a return on the spend can be told."""
        return self.conversion == "deal" and self.value == "margin"

    def as_json(self) -> dict[str, Any]:
        """Return plain values that `from_json` reads back."""
        return {
            "conversion": self.conversion, "value": self.value, "window_days": self.window_days,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None, "dimension": self.dimension,
            "project_ids": None if self.project_ids is None else sorted(self.project_ids), "steps": self.steps,
            "overlapping": self.overlapping, "half_life_days": self.half_life_days, "markov_share": self.markov_share,
        }  # fmt: skip

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> Asked:
        """Read what `as_json` wrote; what is left out keeps its default. Raises: ValueError or TypeError for anything else."""
        given = dict(raw)
        for name in ("start", "end"):
            given[name] = dt.date.fromisoformat(given[name]) if given.get(name) else None
        projects = given.get("project_ids")
        given["project_ids"] = None if projects is None else frozenset(int(one) for one in projects)
        return Asked(**given)
