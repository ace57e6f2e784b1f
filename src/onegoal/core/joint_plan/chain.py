"""What planned leads and those already in the house bring: expected deals by month, their interval, and missing leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load when first used: a start need not wait for them

from onegoal.core.joint_plan.delays import arrivals, from_before
from onegoal.core.joint_plan.figures import Basis, Floats, PlanFigures, Rate
from onegoal.core.statistics import LEVEL, Interval


@dataclass(frozen=True)
class Feed:
    """What feeds each month of a plan, by channel: `worth[channel, month]` is leads times the share signed in that month."""

    channels: tuple[str, ...]
    leads: Floats
    worth: Floats
    rates: tuple[Rate, ...]
    left: Floats
    deals_per_won: float
    swing: float

    @property
    def expected(self) -> Floats:
        """Return the deals still to be signed in each month, on average."""
        return self.deals_per_won * (self._means @ self.worth)

    def interval(self, months: list[int] | None = None, level: float = LEVEL) -> Interval:
        """Return the deals of some months together (all by default) with the interval that chance leaves.

        The variance adds chance (Poisson), what is not known of the conversions, and how months swing; the distribution is
        taken as gamma with that mean and variance.
        """
        chosen = slice(None) if months is None else months
        expected = self.expected[chosen]
        spread = (self.deals_per_won * self.worth[:, chosen].sum(axis=1)) ** 2
        unsure = float(spread @ np.array([rate.variance for rate in self.rates])) if self.rates else 0.0
        mean = float(expected.sum())
        return gamma_interval(mean, mean + unsure + self.swing * float(expected @ expected), level)

    @property
    def conversion(self) -> float:
        """Return the deals that a planned lead brings on average, by the plan's own split into channels."""
        weights = self.leads.sum(axis=1)
        if not weights.sum():
            weights = self.worth.sum(axis=1)
        if not weights.sum():
            return 0.0
        return float(self.deals_per_won * (weights @ self._means) / weights.sum())

    @property
    def _means(self) -> Floats:
        return np.array([rate.mean for rate in self.rates])


def feed_of(plan: PlanFigures, basis: Basis) -> Feed:
    """Return what feeds the plan's months: its planned leads (facts where a month is over) and those already in the house."""
    months = len(plan.months)
    channels = tuple(dict.fromkeys([*plan.channels, *basis.house, *basis.done_leads]))
    left = months_left(plan, basis)
    leads = np.stack([leads_of(plan, basis, name) for name in channels]) if channels else np.zeros((0, months))
    worth = np.stack(
        [
            left * (leads[at] @ arrivals(delay_of(basis, name), months) + house_of(basis, name, months))
            for at, name in enumerate(channels)
        ]
    ) if channels else np.zeros((0, months))  # fmt: skip
    rates = tuple(rate_of(basis, name) for name in channels)
    return Feed(channels, leads, worth, rates, left, basis.deals_per_won, basis.swing)


def leads_of(plan: PlanFigures, basis: Basis, channel: str) -> Floats:
    """Return a channel's leads by month: planned ones, but not fewer than have come, and only these where a month is over."""
    done = basis.done_leads.get(channel, np.zeros(len(plan.months)))
    planned = plan.by_channel("leads")
    if planned is None or channel not in plan.channels:
        return done
    return np.where(months_left(plan, basis) > 0, np.maximum(planned[:, plan.channels.index(channel)], done), done)


def months_left(plan: PlanFigures, basis: Basis) -> Floats:
    """Return the share of each month still to come; whole months unless the basis says otherwise."""
    return np.ones(len(plan.months)) if basis.left is None else basis.left


def rate_of(basis: Basis, channel: str) -> Rate:
    """Return a channel's conversion from lead to signed deal, the company's where it has none of its own."""
    return basis.won.get(channel) or basis.won[""]


def delay_of(basis: Basis, channel: str) -> Floats:
    """Return a channel's delays, the company's where it has none of its own."""
    found = basis.delays.get(channel)
    return basis.delays[""] if found is None else found


def house_of(basis: Basis, channel: str, months: int) -> Floats:
    """Return what a channel's leads of before the plan are worth in each of its months."""
    house = basis.house.get(channel)
    return np.zeros(months) if house is None else from_before(house, delay_of(basis, channel), months)


def deals_after(plan: PlanFigures, basis: Basis, feed: Feed) -> float:
    """Return how many deals the leads of the plan's months bring after its last month."""
    months = len(plan.months)
    later = [
        feed.leads[at] @ (1 - arrivals(delay_of(basis, name), months).sum(axis=1)) * feed.rates[at].mean
        for at, name in enumerate(feed.channels)
    ]
    return float(feed.deals_per_won * sum(later))


def missing_leads(plan: PlanFigures, basis: Basis, feed: Feed, gap: Floats) -> tuple[Floats, Floats]:
    """Return the leads behind a gap of deals: ([in each month of the plan], [in the months before it, the latest first]).

    Every deal takes 1 / conversion leads; they come before it as the delays say.
    """
    delay = _mean_delay(basis, feed)
    behind = gap / feed.conversion
    within, before = np.zeros(len(plan.months)), np.zeros(max(delay.size - 1, 1))
    for month, leads in enumerate(behind):
        for lag, share in enumerate(delay):
            if lag <= month:
                within[month - lag] += leads * share
            else:
                before[lag - month - 1] += leads * share
    return within, before


def gamma_interval(mean: float, variance: float, level: float = LEVEL) -> Interval:
    """Return a figure that is not negative with equal-tailed bounds, as a gamma with this mean and variance."""
    if mean <= 0 or variance <= 0:
        return Interval(mean, mean, mean)
    tail, shape, scale = (1 - level) / 2, mean**2 / variance, variance / mean
    low, high = scipy.special.gammaincinv(shape, [tail, 1 - tail]) * scale
    return Interval(mean, float(low), float(high))


def _mean_delay(basis: Basis, feed: Feed) -> Floats:
    """The delays of the deals that the plan's leads bring, all channels together."""
    size = max((delay_of(basis, name).size for name in feed.channels), default=basis.delays[""].size)
    total = np.zeros(size)
    for at, name in enumerate(feed.channels):
        own = delay_of(basis, name)
        total[: own.size] += own * feed.leads[at].sum() * feed.rates[at].mean
    return total / total.sum() if total.sum() else basis.delays[""]
