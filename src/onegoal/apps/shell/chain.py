"""The chain of cards joined by arrows, as pages describe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from onegoal.apps.shell.cells import Text


@dataclass(frozen=True)
class Arrow:
    """The conversion from one link to the next: a rate, the list behind it, and a word against plan."""

    rate: Any
    url: str = ""
    note: Text = ""


@dataclass(frozen=True)
class ChainLink:
    """One card: what is counted, how many (or how much money, with `currency`), and the list behind it.

    `before` is the same figure of the compared period. `arrow` leads to the next link; the last has none.
    """

    label: Text
    value: Any
    url: str = ""
    currency: str = ""
    before: Any = None
    against: Text = ""
    note: Text = ""
    arrow: Arrow | None = None


@dataclass(frozen=True)
class HeatCell:
    """One square of a table of shares: what is written in it and how dark it is, 0 to 1; None leaves it void."""

    text: Text
    share: float | None = None
    title: Text = ""
    url: str = ""

    @property
    def per_cent(self) -> int:
        """Return the darkness in whole per cent."""
        return round(100 * min(1.0, max(0.0, self.share or 0.0)))


@dataclass(frozen=True)
class HeatTable:
    """A triangle of cohorts or another table of shares: a header, and a label with its squares for each row.

    Where not all columns fit, `first_column` is the one the reader sees first; the others are a scroll away.
    """

    title: Text
    header: Sequence[Text]
    rows: Sequence[tuple[Text, Sequence[HeatCell | None]]]
    note: Text = ""
    first_column: int = 0
