"""How far credits could lie elsewhere by chance: the bootstrap over random groups of people.

People fall into BUCKETS random groups. Each replicate draws BUCKETS of these groups with replacement and computes every
model again from what the drawn groups did, open journeys too (Efron and Tibshirani 1993, chapter 6; whole people are
drawn, because journeys of one person are not independent). What a group of people did is counted once. Chains of higher
orders and large rate games are followed to first order around the data instead of being solved again each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from onegoal.core.attribution import shapley
from onegoal.core.attribution.cents import Floats, check_amounts
from onegoal.core.attribution.chain import chain_of, moves_of
from onegoal.core.attribution.journeys import BUCKETS, START, Ints, Journeys, NullJourneys
from onegoal.core.attribution.markov import first_order
from onegoal.core.attribution.models import parcels_of
from onegoal.core.attribution.removal import Removal
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings, check_models
from onegoal.core.attribution.weights import Attributed, attributed_of
from onegoal.core.problems import ValueProblem

REPLICATES, LEVEL = 200, 0.95

_CELLS = 1 << 21
"""Cells of replicates worked on together."""
_NOISE = 1e-9
_MOST_RESAMPLED_PLAYERS = 12
"""With more groups the rate game is followed to first order instead of being played again for each replicate."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what the credits of each group lie, (K,) each: conversions, and money in minor units."""

    model: str
    level: float
    conversions_low: Floats
    conversions_high: Floats
    value_low: Floats
    value_high: Floats


@dataclass(frozen=True, slots=True)
class Resampled:
    """Credits of each model in each of R replicates: conversions and money in minor units, (R, K) each."""

    groups: tuple[str, ...]
    credits: Mapping[str, tuple[Floats, Floats]]

    def bounds(self, model: str, level: float = LEVEL) -> Bounds:
        """Return the interval of each group's credits: the percentiles that leave out 1 - level, half on each side."""
        return _bounds(model, level, *self.credits[model])

    def difference_of_models(self, model: str, other: str, level: float = LEVEL) -> Bounds:
        """Return the interval of what `model` gives to each group more than `other`; chance that moves both cancels out."""
        mine, theirs = self.credits[model], self.credits[other]
        return _bounds(f"{model} - {other}", level, mine[0] - theirs[0], mine[1] - theirs[1])

    def difference_of_groups(self, model: str, group: str, level: float = LEVEL) -> Bounds:
        """Return the interval of what `group` gets more than each group, by one model."""
        place = self.groups.index(group)
        conversions, value = self.credits[model]
        return _bounds(model, level, conversions[:, [place]] - conversions, value[:, [place]] - value)


def intervals(
    journeys: Journeys,
    nulls: NullJourneys,
    models: Sequence[str],
    settings: ModelSettings | None = None,
    *,
    replicates: int = REPLICATES,
    level: float = LEVEL,
    seed: int = 1,
) -> dict[str, Bounds]:
    """Return the interval of each group's credits by each model. The same seed gives the same interval."""
    found = resample(journeys, nulls, models, settings, replicates=replicates, seed=seed)
    return {model: found.bounds(model, level) for model in models}


def resample(
    journeys: Journeys,
    nulls: NullJourneys,
    models: Sequence[str],
    settings: ModelSettings | None = None,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
) -> Resampled:
    """Return the credits of each model in replicates that draw random groups of people again.

    Raises: ValueProblem as `attribute` does, and "no_buckets" when open journeys were counted without groups of people.
    """
    settings = settings or ModelSettings()
    check_models(tuple(models), settings)
    work = _work(journeys, nulls, settings, replicates, seed)
    return Resampled(journeys.groups, {model: work.credits(model) for model in models})


def losses_of(
    journeys: Journeys, nulls: NullJourneys, *, replicates: int = REPLICATES, level: float = LEVEL, seed: int = 1
) -> Bounds:
    """Return the intervals of what would be lost without each group: removal effects of order 1 times what was attributed.

    Raises: ValueProblem as `resample` does.
    """
    conversions, value = _work(journeys, nulls, ModelSettings(), replicates, seed).losses()
    return _bounds("markov", level, conversions, value)


def _work(journeys: Journeys, nulls: NullJourneys, settings: ModelSettings, replicates: int, seed: int) -> _Work:
    check_amounts(journeys.value)
    drawn = np.random.default_rng(seed).multinomial(BUCKETS, np.full(BUCKETS, 1 / BUCKETS), size=replicates)
    return _Work(attributed_of(journeys), nulls, settings, drawn.astype(np.float64))


class _Work:
    """Computes the credits of every replicate from what each random group of people did."""

    def __init__(self, attributed: Attributed, nulls: NullJourneys, settings: ModelSettings, drawn: Floats) -> None:
        self._attributed, self._nulls, self._settings, self._drawn = attributed, nulls, settings, drawn
        self._size = len(attributed.groups)
        self._bucket = attributed.bucket.astype(np.int64)
        everyone = np.zeros(len(self._bucket), np.int64)
        self._won, self._money = (
            self._redrawn(everyone, self._bucket, column, 1) for column in (attributed.conversions, attributed.value)
        )

    def credits(self, model: str) -> tuple[Floats, Floats]:
        """Return conversions and money of one model, (R, K) each."""
        if model in MARKOV_ORDERS:
            effects = self._effects(MARKOV_ORDERS[model])
            return (
                self._per_journey(effects[0])
                if self._settings.markov_share == "per_journey"
                else self._global(*effects)
            )
        if model == "shapley_rate":
            return self._rate()
        parcels = parcels_of(model, self._attributed, self._settings)
        bucket = self._bucket[parcels.journey]
        conversions, value = (
            self._redrawn(parcels.group, bucket, column, self._size) for column in (parcels.conversions, parcels.value)
        )
        return conversions, value

    def losses(self) -> tuple[Floats, Floats]:
        """Return conversions and money that would be lost without each group, (R, K) each."""
        conversions, value = self._effects(1)
        return conversions * self._won, value * self._money

    def _redrawn(self, code: NDArray[np.integer], bucket: Ints, column: Floats | Ints, size: int) -> Floats:
        """Return the sums of a column by code in each replicate, (R, size)."""
        if size * BUCKETS <= _CELLS:
            cells = np.bincount(code * np.int64(BUCKETS) + bucket, weights=column, minlength=size * BUCKETS)
            return self._drawn @ cells.reshape(size, BUCKETS).T
        cells = sparse.coo_array((column.astype(np.float64), (code, bucket)), shape=(size, BUCKETS)).tocsr()
        return (cells @ self._drawn.T).T

    def _effects(self, order: int) -> tuple[Floats, Floats]:
        """Return removal effects on conversions and on money in each replicate, (R, K) each."""
        _check_buckets(self._nulls, order)
        chain = chain_of(moves_of(self._attributed, order, by_bucket=True), self._nulls, self._size)
        count, value, bucket = chain.rows
        pairs, removal = len(chain.source), Removal(chain) if order > 1 else None
        found: list[tuple[Floats, Floats]] = []
        for part in self._parts(max(pairs, (self._size + 2) ** 2)):
            counts, values = (part._redrawn(chain.row, bucket, column, pairs) for column in (count, value))
            found.append(removal.followed(counts, values) if removal else first_order(chain, counts, values))
        return np.concatenate([row[0] for row in found]), np.concatenate([row[1] for row in found])

    def _parts(self, cells: int) -> list[_Work]:
        """Return the same work with fewer replicates at a time, so that `cells` numbers for each fit into memory."""
        step = max(_CELLS // max(cells, 1), 1)
        return [
            _Work(self._attributed, self._nulls, self._settings, self._drawn[begin : begin + step])
            for begin in range(0, len(self._drawn), step)
        ]

    def _global(self, conversions: Floats, value: Floats) -> tuple[Floats, Floats]:
        """Return effects scaled to what each replicate won, money by its own effects where they are usable."""
        share = _shares(conversions)
        usable = (self._money[:, 0] > 0) & (value.sum(axis=1) > 0) & (value.min(axis=1, initial=0) >= -_NOISE)
        by_money = np.where(usable[:, None], _shares(np.maximum(value, 0)), share)
        return share * self._won, by_money * self._money

    def _per_journey(self, effects: Floats) -> tuple[Floats, Floats]:
        """Return each journey's conversions and money shared over its groups by effect: by each different set of groups."""
        distinct = self._attributed.distinct
        first, journey_set = _sets(distinct)
        member = sparse.csr_array(
            (np.ones(len(distinct.group)), distinct.group, distinct.starts), shape=(len(distinct.value), self._size)
        )[first]
        lengths, conversions, value = distinct.lengths[first], np.zeros_like(effects), np.zeros_like(effects)
        done = 0
        for part in self._parts(len(first)):
            rows = slice(done, done + len(part._drawn))
            done = rows.stop
            whole = (member @ effects[rows].T).T
            for column, found in ((distinct.conversions, conversions), (distinct.value, value)):
                won = part._redrawn(journey_set, self._bucket, column, len(first))
                by_effect = np.divide(won, whole, out=np.zeros_like(won), where=whole > 0)
                equally = np.where(whole > 0, 0.0, won / lengths)
                found[rows] = (member.T @ by_effect.T).T * effects[rows] + (member.T @ equally.T).T
        return conversions, value

    def _rate(self) -> tuple[Floats, Floats]:
        """Return the shares of the rate game in each replicate."""
        coalitions = shapley.checked_coalitions(self._nulls.coalitions, self._nulls.paths + self._nulls.censored)
        players = shapley.players_of(self._attributed, coalitions)
        masks, place = np.unique(
            np.concatenate((shapley.masks_of(self._attributed, players), players.masks_of(coalitions.mask))),
            return_inverse=True,
        )
        mine, theirs = np.split(place, [len(self._bucket)])
        table = (masks, mine, theirs, coalitions.count, coalitions.bucket.astype(np.int64))
        if players.number > _MOST_RESAMPLED_PLAYERS:
            shares = self._followed(players.number, *table)
        else:
            shares = np.concatenate(
                [part._played(players.number, *table) for part in self._parts(1 << players.number)], axis=1
            )
        spread = players.spread(shares)
        return spread[0], spread[1]

    def _journeys_by_set(
        self, masks: Ints, mine: Ints, theirs: Ints, count: Ints, bucket: Ints
    ) -> tuple[Floats, Floats, Floats]:
        """Return conversions, money and open journeys of each set of players in each replicate, (R, sets) each."""
        size = len(masks)
        return (
            self._redrawn(mine, self._bucket, self._attributed.conversions, size),
            self._redrawn(mine, self._bucket, self._attributed.value, size),
            self._redrawn(theirs, bucket, count, size),
        )

    def _played(self, number: int, masks: Ints, *table: Ints) -> Floats:
        """Return the shares of the game played in each replicate, (2, R, players)."""
        columns = []
        for found in self._journeys_by_set(masks, *table):
            column = np.zeros((1 << number, len(self._drawn)))
            column[masks] = found.T
            columns.append(column)
        return shapley.rate_game(*columns).transpose(0, 2, 1)

    def _followed(self, number: int, masks: Ints, *table: Ints) -> Floats:
        """Return the shares of each replicate to first order around those of the data, (2, R, players)."""
        whole = _Work(self._attributed, self._nulls, self._settings, np.ones((1, BUCKETS)))
        base = [np.zeros(1 << number) for _ in range(3)]
        for column, found in zip(base, whole._journeys_by_set(masks, *table), strict=True):
            column[masks] = found[0]
        won, money, lost = self._journeys_by_set(masks, *table)
        gain, less, less_money = shapley.rate_slopes(base[0], base[1], base[2], masks)
        journeys = won + lost
        shares = shapley.rate_game(*base) / max(base[0].sum() + base[2].sum(), 1)
        total = journeys.sum(axis=1, keepdims=True)
        return np.stack(
            [
                (shares[0] + won @ gain.T - journeys @ less.T) * total,
                (shares[1] + money @ gain.T - journeys @ less_money.T) * total,
            ]
        )


def _sets(distinct: Attributed) -> tuple[Ints, Ints]:
    """Return a journey of each different set of groups, (S,), and the set of each journey, (N,)."""
    words = np.zeros((len(distinct.value), len(distinct.groups) // 62 + 1), np.int64)
    np.add.at(words, (distinct.owner, distinct.group // 62), np.left_shift(np.int64(1), distinct.group % 62))
    if words.shape[1] == 1:
        _, first, found = np.unique(words[:, 0], return_index=True, return_inverse=True)
    else:
        _, first, found = np.unique(words, axis=0, return_index=True, return_inverse=True)
    return first, found.reshape(-1)


def _shares(effects: Floats) -> Floats:
    total = effects.sum(axis=1, keepdims=True)
    equal = np.full(effects.shape, 1.0 / max(effects.shape[1], 1))
    return np.divide(effects, total, out=equal, where=total > 0)


def _bounds(model: str, level: float, conversions: Floats, value: Floats) -> Bounds:
    ends = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(conversions, ends, axis=0)
    value_low, value_high = np.quantile(value, ends, axis=0)
    return Bounds(model, level, low, high, value_low, value_high)


def _check_buckets(nulls: NullJourneys, order: int) -> None:
    moves = nulls.moves.get(order)
    if moves is None or not len(moves.bucket):
        return
    paths = int(moves.count[moves.source == START].sum())
    if paths > BUCKETS and int(moves.bucket.min()) == int(moves.bucket.max()):
        raise ValueProblem("no_buckets", paths)
