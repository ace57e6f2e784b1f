"""Shapley values: what each group adds on average over all orders in which groups could join.

In the game that counts the conversions of journeys within a set of groups, a group's value is its equal split over the
distinct groups of each journey (Shapley 1953, unanimity games), so no sets need to be looked at: `shapley` is computed as
`linear_distinct`. This module plays the game of the conversion rate, which has no such short cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from onegoal.core.attribution.cents import Floats, round_to_total, sums
from onegoal.core.attribution.journeys import Coalitions, Ints
from onegoal.core.attribution.weights import Attributed
from onegoal.core.problems import ValueProblem

MOST_PLAYERS = 20
"""Groups that play on their own; with more, the smallest play together as one."""
_MOST_BITS = 62


@dataclass(frozen=True, slots=True)
class RateShares:
    """Shares of the rate game, scaled to the attributed conversions and their money: floats, (K,) each.

    A share may be negative: the group's company lowers the rate of conversion.
    """

    conversions: Floats
    value: Floats
    folded: tuple[str, ...]

    def whole_value(self, total: int) -> Ints:
        """Return the money in minor units, adding up to `total` exactly."""
        return round_to_total(self.value.tolist(), total)


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays the rate game.  player: (K,) the player of each group, -1 for a group that no journey saw.

    folded: groups that play together as the last player.  weight: (K,) their parts of what that player gets.
    """

    number: int
    player: Ints
    folded: Ints
    weight: Floats

    def masks_of(self, masks: Ints) -> Ints:
        """Translate sets of groups into sets of players."""
        found = np.zeros(len(masks), np.int64)
        for group in np.flatnonzero(self.player >= 0):
            found |= ((masks >> group) & 1) << self.player[group]
        return found

    def spread(self, shares: Floats) -> Floats:
        """Give each group its player's share, (..., players) to (..., K)."""
        padded = np.concatenate((shares, np.zeros((*shares.shape[:-1], 1))), axis=-1)
        return padded[..., self.player] * self.weight


def rate_shares(attributed: Attributed, coalitions: Coalitions | None, open_journeys: int) -> RateShares:
    """Return the Shapley values of v(S) = conversions of journeys within S / all journeys within S, scaled.

    Raises: ValueProblem "no_coalitions" when there are open journeys but the sets of groups they saw are missing.
    """
    coalitions = checked_coalitions(coalitions, open_journeys)
    players = players_of(attributed, coalitions)
    mask = masks_of(attributed, players)
    size = 1 << players.number
    won = sums(mask, attributed.conversions, size).astype(float)
    money = sums(mask, attributed.value, size).astype(float)
    lost = sums(players.masks_of(coalitions.mask), coalitions.count, size).astype(float)
    shares = players.spread(rate_game(won, money, lost))
    return RateShares(shares[0], shares[1], tuple(attributed.groups[code] for code in players.folded))


def checked_coalitions(coalitions: Coalitions | None, open_journeys: int) -> Coalitions:
    """Return the coalitions, empty ones where no journey is open. Raises: ValueProblem "no_coalitions"."""
    if coalitions is not None:
        return coalitions
    if open_journeys:
        raise ValueProblem("no_coalitions", open_journeys)
    empty = np.zeros(0, np.int64)
    return Coalitions(empty, empty, empty.astype(np.int16))


def players_of(attributed: Attributed, coalitions: Coalitions, most: int = MOST_PLAYERS) -> Players:
    """Return the players: groups that any journey saw; beyond `most`, those in the fewest journeys play as one."""
    size = len(attributed.groups)
    distinct = attributed.distinct
    stood = sums(distinct.group, np.maximum(distinct.conversions, 1)[distinct.owner], size)
    for group in range(min(size, _MOST_BITS)):
        stood[group] += coalitions.count[(coalitions.mask >> group) & 1 == 1].sum()
    seen = np.flatnonzero(stood)
    player, weight = np.full(size, -1), np.ones(size)
    if len(seen) <= most:
        player[seen] = np.arange(len(seen))
        return Players(len(seen), player, np.zeros(0, np.int64), weight)
    ranked = seen[np.argsort(-stood[seen], kind="stable")]
    player[np.sort(ranked[: most - 1])] = np.arange(most - 1)
    folded = np.sort(ranked[most - 1 :])
    player[folded] = most - 1
    weight[folded] = _parts(distinct, folded)
    return Players(most, player, folded, weight)


def masks_of(attributed: Attributed, players: Players) -> Ints:
    """Return the set of players of each journey, (N,)."""
    if not len(attributed.value):
        return np.zeros(0, np.int64)
    bit = np.left_shift(1, np.maximum(players.player, 0))
    return np.bitwise_or.reduceat(bit[attributed.group], attributed.first)


def rate_game(won: Floats, money: Floats, lost: Floats) -> Floats:
    """Return shares of conversions and of money, (2, players, ...), from journeys by their set of players, (2^players, ...).

    Shapley values of a rate add up to the rate of all journeys; times their number, they add up to what was won.
    """
    won, money, lost = (_within(column) for column in (won, money, lost))
    journeys = won + lost
    divisor = np.where(journeys > 0, journeys, 1)
    return np.stack([shapley_values(column / divisor) * journeys[-1] for column in (won, money)])


def shapley_values(worth: Floats) -> Floats:
    """Return the Shapley value of each player, (players, ...), of a game with the worth of each set, (2^players, ...)."""
    number, rest = len(worth).bit_length() - 1, worth.shape[1:]
    weight = _weights(number)
    found = np.empty((number, *rest))
    for player in range(number):
        pairs = worth.reshape(-1, 2, 1 << player, *rest)
        found[player] = weight @ (pairs[:, 1] - pairs[:, 0]).reshape(len(weight), *rest)
    return found


def rate_slopes(won: Floats, money: Floats, lost: Floats, sets: Ints) -> tuple[Floats, Floats, Floats]:
    """Return how the values of the rate game change with the journeys of each set, to first order, (players, sets) each.

    The first is by conversion and by unit of money, the second, to be taken off, by journey for the value of conversions,
    the third the same for the value of money. So near the columns given, (2^players,), the value of conversions is the
    value there + first @ won - second @ journeys.
    """
    won, money, lost = (_within(column) for column in (won, money, lost))
    journeys = np.where(won + lost > 0, won + lost, np.inf)
    number = len(won).bit_length() - 1
    weight = _weights(number)
    slopes = np.empty((3, number, len(sets)))
    for player in range(number):
        signed = np.empty(len(won))
        pairs = signed.reshape(-1, 2, 1 << player)
        pairs[:, 1] = weight.reshape(-1, 1 << player)
        pairs[:, 0] = -pairs[:, 1]
        once = signed / journeys
        for row, column in enumerate((once, once * won / journeys, once * money / journeys)):
            slopes[row, player] = _beyond(column)[sets]
    return slopes[0], slopes[1], slopes[2]


def _weights(number: int) -> Floats:
    """Return the chance that exactly a set of the others, (2^(number-1),), stands before a player."""
    if not number:
        return np.zeros(0)
    orders = np.array(
        [math.factorial(size) * math.factorial(number - size - 1) / math.factorial(number) for size in range(number)]
    )
    return orders[np.bitwise_count(np.arange(1 << (number - 1)))]


def _beyond(column: Floats) -> Floats:
    """Return for each set the sum over all sets that contain it, (2^players,)."""
    found = column.copy()
    for player in range(len(column).bit_length() - 1):
        pairs = found.reshape(-1, 2, 1 << player)
        pairs[:, 0] += pairs[:, 1]
    return found


def _within(column: Floats) -> Floats:
    """Return for each set the sum over all sets within it, (2^players, ...): the zeta transform."""
    found = column.copy()
    for player in range(len(column).bit_length() - 1):
        pairs = found.reshape(-1, 2, 1 << player, *column.shape[1:])
        pairs[:, 1] += pairs[:, 0]
    return found


def _parts(distinct: Attributed, folded: Ints) -> Floats:
    """Return how the groups that play as one share: by their equal split over distinct groups, equally if that is 0."""
    parts = (distinct.conversions / distinct.lengths)[distinct.owner]
    credit = np.bincount(distinct.group, weights=parts, minlength=len(distinct.groups))[folded]
    return credit / credit.sum() if credit.sum() else np.full(len(folded), 1 / len(folded))
