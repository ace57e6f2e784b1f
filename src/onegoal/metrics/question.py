"""A question about figures and its answer, as every screen, export, command and API call asks and reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Value = int | float | Decimal | None


@dataclass(frozen=True)
class Scope:
    """Which rows the asker may see; `None` means all. Sellers, teams and projects are given by record id."""

    seller_ids: frozenset[int] | None = None
    team_ids: frozenset[int] | None = None
    project_ids: frozenset[int] | None = None


@dataclass(frozen=True)
class Question:
    """One metric, cut by dimensions, over days `start` to `end` (both included, the company's calendar; None is open)."""

    metric: str
    by: tuple[str, ...] = ()
    start: dt.date | None = None
    end: dt.date | None = None
    where: tuple[tuple[str, str | None], ...] = ()
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True)
class Row:
    """One figure. Money in minor units; a rate is `numerator / denominator`; `low` and `high` bound its 95 % interval.

    `stands_out` is "above" or "below" where the row differs from the rest beyond chance after correction for the
    number of rows compared, "" where it does not or where nothing can be told.
    """

    by: Mapping[str, str | None]
    value: Value
    numerator: Value = None
    denominator: Value = None
    low: Value = None
    high: Value = None
    stands_out: str = ""


@dataclass(frozen=True)
class Differs:
    """Whether the rows differ from each other: the p value of the one test over all rows."""

    p: float
    beyond_chance: bool


@dataclass(frozen=True)
class Answer:
    """The rows of one question, the largest first unless the dimension has an order of its own (days, hours)."""

    question: Question
    unit: str
    currency: str
    rows: tuple[Row, ...]
    differs: Differs | None = None
    data_version: str = ""
