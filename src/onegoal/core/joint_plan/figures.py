"""What is planned, what the company's own history says, and what the checks and the simulation answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.statistics import Interval

Floats = NDArray[np.float64]

GREEN: Final = "green"
AMBER: Final = "amber"
RED: Final = "red"
UNKNOWN: Final = "unknown"
"""Levels of a check; `unknown` where the company has no history to check against."""
NOTHING: Final = Interval(None, None, None)
CODES: Final = ("leads_short", "budget_short", "conversion_unseen", "hours_short", "stock_short", "cash_late")


@dataclass(frozen=True)
class PlanFigures:
    """The planned figures of consecutive months.

    `sales` maps a metric to an array [month, project, product type], `marketing` to one [month, project, channel]; a metric
    that is not planned is left out. Money in minor units. An empty name stands for "not divided".
    """

    months: tuple[dt.date, ...]
    projects: tuple[str, ...]
    types: tuple[str, ...]
    channels: tuple[str, ...]
    sales: Mapping[str, Floats]
    marketing: Mapping[str, Floats]

    def by_month(self, metric: str) -> Floats | None:
        """Return the planned total of each month; None where the metric is not planned."""
        found = self.sales.get(metric, self.marketing.get(metric))
        return None if found is None else found.sum(axis=(1, 2))

    def by_type(self, metric: str) -> Floats | None:
        """Return [month, product type] over all projects."""
        return self.sales[metric].sum(axis=1) if metric in self.sales else None

    def by_channel(self, metric: str) -> Floats | None:
        """Return [month, channel] over all projects."""
        return self.marketing[metric].sum(axis=1) if metric in self.marketing else None


@dataclass(frozen=True, slots=True)
class Rate:
    """A conversion as a Beta distribution, the counts behind it, and the most that any month makes believable.

    `events` of `exposure` are the company's own counts (for conversions that take time `exposure` is what the open ones
    are worth so far); `best` is the upper bound of the best month, None where no month tells.
    """

    a: float
    b: float
    events: float
    exposure: float
    best: float | None = None

    @property
    def mean(self) -> float:
        """Return the mean of the distribution."""
        return self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        """Return the variance of the distribution."""
        return self.mean * (1 - self.mean) / (self.a + self.b + 1)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one lead (or visitor) costs, in minor units: spend over what came of it.

    What a month's money buys is lognormal around it: `error` is the standard error of its logarithm, `swing` how far single
    months lie apart beyond chance, on the same scale. `count` were had for `spend`; `is_free` where they came without spend.
    """

    each: float
    error: float
    swing: float
    spend: float = 0.0
    count: float = 0.0
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class Price:
    """The mean price of a deal in minor units, its standard error, the deviation of single prices, and how many there were."""

    mean: float
    error: float
    deviation: float
    count: float


@dataclass(frozen=True)
class Hours:
    """Seller hours: what one lead takes to work (with its interval), and what there is in each month of the plan.

    `per_seller` is a seller's own hours in each month. `assumed` names kinds of work whose minutes nobody has settled.
    """

    per_lead: Interval
    capacity: Floats
    per_seller: Floats
    sellers: int
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Basis:
    """What the company's own history says at the time a plan is checked; empty parts mean "no history".

    `won` maps a channel to lead -> signed deal, `""` to the whole company's; `qualified` and `visited` (visitor -> lead)
    likewise. `delays` maps a channel to the share of its signed deals by whole months after the lead's month (sum 1).
    `house` maps a channel to the leads of months before the plan, the latest first; `done_*` is what has already happened
    in each month of the plan and `left` the share of each month still to come. `mix` and `prices` map a product type to
    the deals it had and what it costs, `stock` a project and type to its units on sale (None: no products are recorded).
    `swing` is the month-to-month variance of deals beyond chance, relative to the mean squared; `cash_swing` that of money
    received. `paid` is the share of a deal's price received by whole months after signing, `owed` what deals signed before
    the plan are expected to pay in each month. `ahead` is how many months before the plan are not over yet. `deals_per_won`
    is how many deals are signed for each lead that signs (second deals, deals without a lead).
    """

    won: Mapping[str, Rate] = field(default_factory=dict)
    qualified: Mapping[str, Rate] = field(default_factory=dict)
    visited: Mapping[str, Rate] = field(default_factory=dict)
    delays: Mapping[str, Floats] = field(default_factory=dict)
    delay_counts: Mapping[str, float] = field(default_factory=dict)
    house: Mapping[str, Floats] = field(default_factory=dict)
    costs: Mapping[str, Cost] = field(default_factory=dict)
    visit_costs: Mapping[str, Cost] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    mix: Mapping[str, float] = field(default_factory=dict)
    stock: Mapping[tuple[str, str], float] | None = None
    hours: Hours | None = None
    paid: Floats | None = None
    owed: Floats | None = None
    left: Floats | None = None
    done_leads: Mapping[str, Floats] = field(default_factory=dict)
    done_deals: Floats | None = None
    done_money: Floats | None = None
    done_cash: Floats | None = None
    ahead: int = 0
    deals_per_won: float = 1.0
    swing: float = 0.0
    cash_swing: float = 0.0


@dataclass(frozen=True, slots=True)
class Closing:
    """One way to close a gap: `what` names it, `amount` says how much of it, in `unit` (count, money, share, hours)."""

    what: str
    amount: float
    unit: str = "count"
    month: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a plan must stand: planned against possible, what is missing, and what would close the gap.

    `missing` is counted in leads for `leads_short` (planned and possible are deals) and in `unit` for the others. `month`
    is None for the whole plan; `subject` names the conversion, channel or product type it is about. `by_month`
    spreads what is missing over the months in which it would have to come, `too_late` is the part of it that falls
    before the time of the check. Only a red one refuses the plan: the planned figure lies outside the interval.
    """

    code: str
    level: str
    planned: float = 0.0
    possible: Interval = NOTHING
    missing: float = 0.0
    unit: str = "count"
    month: dt.date | None = None
    subject: str = ""
    project: str = ""
    closes: tuple[Closing, ...] = ()
    by_month: tuple[tuple[dt.date, float], ...] = ()
    too_late: float = 0.0
    reason: str = ""

    @property
    def is_red(self) -> bool:
        """Whether the plan is refused for this, chance allowed for."""
        return self.level == RED


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a planned figure is reached: `chance` of the runs did, `likely` is their mean with the middle 95 %.

    `month` is None for the whole plan. A figure without a target (the mix) has a `likely` attainment and no chance.
    """

    metric: str
    month: dt.date | None
    planned: float
    likely: Interval
    chance: float | None
