"""Journeys of people whose reasons to buy are known, so that the credits of every model can be held against the truth.

A person has a propensity u, normally distributed, and buys by herself with the chance `base * exp(u)`, at a random
moment of the 90 days. Each channel contacts people at random moments, `rate` times on average, those with a higher
propensity more often (`targeting`: confounding). A contact makes a person buy with the chance `lift`, some days later;
contacts of assisting channels never do that, but multiply the lift of the person's later contacts by 1 + `assist`. The
first reason that strikes decides the moment. Harvesting channels (brand search, direct) also stand shortly before a
purchase that is coming anyway, with the chance `harvest`.

The truth about a channel is a counterfactual: the same people with the same luck live once more without its contacts,
and the purchases that do not happen then are the ones it caused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution.cutting import NO_LEAD, Conversions, Touches, cut_journeys
from onegoal.core.attribution.journeys import DAY, JourneyRule, Journeys, NullJourneys

DAYS = 90.0
MEAN_DELAY, MEAN_HARVEST_LAG = 3.0, 0.2
"""Days from a contact to the purchase it causes, and from a harvesting contact to the purchase; both exponential."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Channel:
    """How a channel meets people and what it does to them; every effect is a chance or a factor, see above."""

    name: str
    rate: float
    lift: float = 0.0
    assist: float = 0.0
    targeting: float = 0.0
    harvest: float = 0.0


COMPANY = (
    Channel("brand search", rate=0.05, targeting=0.8, harvest=0.5),
    Channel("direct", rate=0.15, targeting=0.8, harvest=0.6),
    Channel("display", rate=1.0),
    Channel("email", rate=0.4, lift=0.010, targeting=0.4),
    Channel("portal", rate=0.4, lift=0.020),
    Channel("retargeting", rate=0.4, lift=0.004, targeting=1.0),
    Channel("search", rate=0.5, lift=0.030, targeting=0.5),
    Channel("social", rate=0.6, assist=1.5),
)
BASE = 0.01
"""Purchases that nobody caused, as a share of people of average propensity."""


def company(*, is_assisting: bool = True, is_harvesting: bool = True, is_targeted: bool = True) -> tuple[Channel, ...]:
    """Return the company's channels without the disturbances that are switched off."""
    return tuple(
        replace(
            channel,
            assist=channel.assist if is_assisting else 0.0,
            harvest=channel.harvest if is_harvesting else 0.0,
            targeting=channel.targeting if is_targeted else 0.0,
        )
        for channel in COMPANY
    )


@dataclass(frozen=True, slots=True)
class Lives:
    """Everything chance decides about P people with C channels and n contacts; what happens then is worked out from it.

    base_at: (P,) day of the purchase nobody caused, infinite for most.  person, channel, at, luck, delay: (n,) contacts;
    `luck` is uniform, `at` and `delay` are days.  harvest_luck, harvest_lag: (P, C).
    """

    channels: tuple[Channel, ...]
    base_at: Floats
    person: NDArray[np.int64]
    channel: NDArray[np.int64]
    at: Floats
    luck: Floats
    delay: Floats
    harvest_luck: Floats
    harvest_lag: Floats

    def column(self, name: str) -> Floats:
        """Return one effect of every channel, (C,)."""
        return np.array([getattr(channel, name) for channel in self.channels])


def draw_lives(channels: tuple[Channel, ...], *, people: int, seed: int) -> Lives:
    """Draw what chance decides, from a seed."""
    draw = np.random.default_rng(seed)
    propensity = draw.standard_normal(people)
    base_at = np.where(draw.random(people) < BASE * np.exp(propensity), draw.random(people) * DAYS, np.inf)
    # The mean of exp(t u) over people is exp(t^2 / 2): divided out, `rate` stays the average number of contacts.
    wanted = [c.rate * np.exp(c.targeting * propensity - c.targeting**2 / 2) for c in channels]
    counts = draw.poisson(np.stack(wanted, axis=1))
    person, channel = (np.repeat(part, counts.ravel()) for part in np.divmod(np.arange(counts.size), len(channels)))
    return Lives(
        channels, base_at, person, channel, at=draw.random(len(person)) * DAYS, luck=draw.random(len(person)),
        delay=draw.exponential(MEAN_DELAY, len(person)), harvest_luck=draw.random(counts.shape),
        harvest_lag=draw.exponential(MEAN_HARVEST_LAG, counts.shape),
    )  # fmt: skip


def bought_at(lives: Lives, *, without: frozenset[int] = frozenset()) -> Floats:
    """Return the day each person buys, (P,), infinite for those who do not, in a world without some channels."""
    kept = ~np.isin(lives.channel, list(without))
    person, at = lives.person[kept], lives.at[kept]
    chance = lives.column("lift")[lives.channel[kept]] * _help(lives, kept)
    moments = lives.base_at.copy()
    reason = lives.luck[kept] < chance
    np.minimum.at(moments, person[reason], (at + lives.delay[kept])[reason])
    return np.where(moments < DAYS, moments, np.inf)


def _help(lives: Lives, kept: NDArray[np.bool_]) -> Floats:
    """Return the factor by which earlier contacts with assisting channels raise the lift of each kept contact."""
    factor = np.ones(int(kept.sum()))
    for number, channel in enumerate(lives.channels):
        if channel.assist:
            own = kept & (lives.channel == number)
            met_at = np.full(len(lives.base_at), np.inf)
            np.minimum.at(met_at, lives.person[own], lives.at[own])
            factor += channel.assist * (met_at[lives.person[kept]] < lives.at[kept])
    return factor


def truth_of(lives: Lives) -> Floats:
    """Return the purchases each channel caused, (C,): those that do not happen without it."""
    everything = np.isfinite(bought_at(lives)).sum()
    alone = [np.isfinite(bought_at(lives, without=frozenset([c]))).sum() for c in range(len(lives.channels))]
    return (everything - np.array(alone)).astype(float)


def caused_by_all(lives: Lives) -> int:
    """Return the purchases that would not happen without any channel; channels that work together are in it once."""
    nobody = bought_at(lives, without=frozenset(range(len(lives.channels))))
    return int(np.isfinite(bought_at(lives)).sum() - np.isfinite(nobody).sum())


def journeys_of(lives: Lives, orders: tuple[int, ...] = (1, 2, 3)) -> tuple[Journeys, NullJourneys]:
    """Return what a tracker sees of these lives: contacts and harvesting contacts cut at each purchase, 30 days back."""
    moments = bought_at(lives)
    touches = _seen(lives, moments)
    buyers = np.flatnonzero(np.isfinite(moments))
    count = len(buyers)
    conversions = Conversions(
        buyers, _micros(moments[buyers]), np.full(count, 100), np.full(count, NO_LEAD), np.arange(count)
    )
    return cut_journeys(
        touches, conversions, groups=tuple(channel.name for channel in lives.channels), rule=JourneyRule(),
        ends_at=_micros(np.array([DAYS])).item(), orders=orders, coalitions=True,
    )  # fmt: skip


def _seen(lives: Lives, moments: Floats) -> Touches:
    """Return all touches in order; harvesting ones stand `harvest_lag` before the purchase."""
    caught = np.isfinite(moments)[:, None] & (lives.harvest_luck < lives.column("harvest"))
    person, channel = np.nonzero(caught)
    at = np.maximum(moments[person] - lives.harvest_lag[caught], 0.0)
    person = np.concatenate([lives.person, person])
    group = np.concatenate([lives.channel, channel]).astype(np.int32)
    micros = _micros(np.concatenate([lives.at, at]))
    order = np.lexsort((group, micros, person))
    return Touches(person[order], micros[order], group[order])


def _micros(days: Floats) -> NDArray[np.int64]:
    return np.round(days * DAY).astype(np.int64)


def share_error(credits: Floats, truth: Floats) -> float:
    """Return which part of the credit stands at a wrong channel: half the absolute differences of shares, 0 to 1."""
    return float(np.abs(credits / credits.sum() - truth / truth.sum()).sum() / 2)


WORLDS: Mapping[str, tuple[Channel, ...]] = {
    "nothing hidden": company(is_assisting=False, is_harvesting=False, is_targeted=False),
    "one channel only assists": company(is_harvesting=False, is_targeted=False),
    "two channels harvest": company(is_assisting=False, is_targeted=False),
    "buyers are targeted": company(is_assisting=False, is_harvesting=False),
    "all three": COMPANY,
}
