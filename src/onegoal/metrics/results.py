"""What longer answers look like: lists of records behind a number, curves of time, cohorts of customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class MemberList:
    """The records a number was counted from, newest first; `ids` is one page of `total`.

    `entity` is one of lead, deal, person, visitor, touch, payment, schedule, spend, call.
    """

    entity: str
    ids: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class CurvePoint:
    """By day `day` the share `reached` has arrived (1 - Kaplan-Meier), between `low` and `high` with 95 % confidence."""

    day: float
    reached: float
    low: float
    high: float


@dataclass(frozen=True)
class Survival:
    """How long a way takes in one row, in days. A quartile that the curve does not reach is None.

    `records` started, `events` arrived, `open` are still on the way; the rest gave up. Where most never arrive the curve
    stays short of its median: `arrived_median` is then what those that did arrive took (too quick while many are open). The curve
    is known, and flat after its last point, up to `watched_days`: the longest that anybody was watched.
    """

    by: Mapping[str, str | None]
    records: int
    events: int
    open: int
    q25: float | None
    median: float | None
    q75: float | None
    median_low: float | None
    median_high: float | None
    points: tuple[CurvePoint, ...]
    arrived_median: float | None = None
    watched_days: float = 0.0


@dataclass(frozen=True)
class Cohort:
    """The customers whose first contract was signed in one month, money in minor units.

    `margin` is their gross margin so far, `margin_known` the share of their deals where it is known (0: all figures of
    margin are None or empty). `ltv_by_month[n]` is the margin of a customer by the end of the n-th month after (0 is the
    month itself), None for months not yet over; `payback_month` is the first n by which it covers `cac`.
    """

    month: dt.date
    customers: int
    deals: int
    spend: int
    margin: int | None
    margin_known: float
    cac: Decimal | None
    ltv: Decimal | None
    ltv_by_month: tuple[Decimal | None, ...]
    payback_month: int | None


@dataclass(frozen=True)
class Cohorts:
    """Cohorts in order of their month."""

    currency: str
    rows: tuple[Cohort, ...]
    data_version: str
