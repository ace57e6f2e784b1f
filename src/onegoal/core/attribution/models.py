"""Credits of every group by every model: who asks for attribution asks here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from onegoal.core.attribution import weights
from onegoal.core.attribution.cents import Floats, added, check_amounts, split, split_equally, split_total, sums
from onegoal.core.attribution.chain import moves_of
from onegoal.core.attribution.journeys import Ints, Journeys, NullJourneys
from onegoal.core.attribution.markov import Effects, effects_of
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings, check_models
from onegoal.core.attribution.shapley import rate_shares
from onegoal.core.attribution.weights import Attributed, attributed_of

GLOBAL = "global share"
PER_JOURNEY = "per journey"
BY_CONVERSIONS = "global share, money by the removal effects on conversions"
BY_RATE = "scaled to the attributed conversions"


@dataclass(frozen=True, slots=True)
class Credits:
    """What one model gives to each group; columns are (K,) in the order of the groups.

    conversions: parts of conversions, adding up to the attributed ones.  value: minor units, adding up to the value of
    attributed conversions exactly.  removal_effects, value_removal_effects: shares of all conversions and of all money
    lost without the group (Markov only).  normalisation: how effects became credits (Markov and the rate game).
    folded: groups that played as one because there were too many for the rate game.
    """

    model: str
    conversions: Floats
    value: Ints
    removal_effects: Floats | None = None
    value_removal_effects: Floats | None = None
    normalisation: str | None = None
    folded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcels:
    """What conversions give to the groups of their touches, piece by piece; columns are (P,).

    group: code.  journey: which attributed journey gives.  conversions: parts of it.  value: minor units.
    """

    group: NDArray[np.integer]
    journey: Ints
    conversions: Floats
    value: Ints


def attribute(
    journeys: Journeys | Attributed, nulls: NullJourneys, models: Sequence[str], settings: ModelSettings | None = None
) -> dict[str, Credits]:
    """Return the credits of each model, in the order asked for; groups that no journey saw get 0.

    Conversions without a touch take no part: they are the difference to all conversions and all money.

    Raises: ValueProblem "unknown_model"; "too_large" when the values do not fit into 64 bits together; "no_moves" or
    "no_coalitions" when a data-driven model is asked for and open journeys came without what it needs.
    """
    settings = settings or ModelSettings()
    check_models(tuple(models), settings)
    check_amounts(journeys.value)
    attributed = attributed_of(journeys)
    return {model: _credits(model, attributed, nulls, settings) for model in models}


def _credits(model: str, attributed: Attributed, nulls: NullJourneys, settings: ModelSettings) -> Credits:
    if model in MARKOV_ORDERS:
        effects = effects_of(moves_of(attributed, MARKOV_ORDERS[model]), nulls, len(attributed.groups))
        return markov_credits(model, attributed, effects, settings)
    if model == "shapley_rate":
        return _rate(attributed, nulls)
    return _summed(model, attributed, lambda block: parcels_of(model, block, settings))


def parcels_of(model: str, attributed: Attributed, settings: ModelSettings) -> Parcels:
    """Return what each conversion gives to which group, for a model that looks at one journey at a time, shapley too."""
    if model in ("first", "last", "last_non_direct"):
        group = attributed.group[chosen_touch(model, attributed, settings)]
        return Parcels(group, np.arange(len(group)), attributed.conversions.astype(float), attributed.value)
    if model in ("linear_distinct", "shapley"):
        return _equal(attributed.distinct)
    if model == "linear":
        return _equal(attributed)
    return _shared(attributed, shares_of(model, attributed, settings))


def shares_of(model: str, attributed: Attributed, settings: ModelSettings) -> Floats:
    """Return the share of each touch, (T,), of linear, time_decay, position, w_shaped or a custom model."""
    own = settings.custom_weights(model)
    return weights.custom(attributed, own) if own else weights.SHARES[model](attributed, settings)


def chosen_touch(model: str, attributed: Attributed, settings: ModelSettings) -> Ints:
    """Return the one touch of each journey that gets all of it, (N,): first, last or last_non_direct."""
    if model == "last_non_direct":
        return weights.last_non_direct(attributed, settings)
    return attributed.first if model == "first" else attributed.last


def markov_credits(model: str, attributed: Attributed, effects: Effects, settings: ModelSettings) -> Credits:
    """Return credits from removal effects, by the normalisation that is set."""
    if settings.markov_share == "per_journey":
        found = _summed(model, attributed, lambda block: _by_effects(block.distinct, effects))
        normalisation = PER_JOURNEY
    else:
        found = global_share(
            model, effects, int(attributed.conversions.sum()), int(attributed.value.sum()), len(attributed.groups)
        )
        normalisation = str(found.normalisation)
    return replace(
        found,
        removal_effects=effects.conversions,
        value_removal_effects=effects.value,
        normalisation=normalisation,
    )


def global_share(model: str, effects: Effects, conversions: int, value: int, size: int) -> Credits:
    """Return credits in proportion to removal effects over all attributed conversions and all their money.

    Where money has no usable effects of its own (a total that is not positive, or a group without which there would be
    more), the effects on conversions share it, and the normalisation says so.
    """
    total = effects.conversions.sum()
    shares = effects.conversions / total if total > 0 else np.full(size, 1.0 / max(size, 1))
    by_money = effects.has_money
    return Credits(
        model=model,
        conversions=shares * conversions,
        value=split_total(value, effects.value if by_money else shares),
        removal_effects=effects.conversions,
        value_removal_effects=effects.value,
        normalisation=GLOBAL if by_money else BY_CONVERSIONS,
    )


def _equal(attributed: Attributed) -> Parcels:
    parts = (attributed.conversions / attributed.lengths)[attributed.owner]
    value = split_equally(attributed.value, attributed.starts, attributed.owner)
    return Parcels(attributed.group, attributed.owner, parts, value)


def _shared(attributed: Attributed, shares: Floats) -> Parcels:
    value = split(attributed.value, shares, attributed.starts, attributed.owner)
    return Parcels(attributed.group, attributed.owner, shares * attributed.conversions[attributed.owner], value)


def _by_effects(distinct: Attributed, effects: Effects) -> Parcels:
    return _shared(distinct, weights.by_weight_of_group(distinct, effects.conversions))


def _summed(model: str, attributed: Attributed, parcels: Callable[[Attributed], Parcels]) -> Credits:
    """Add up what `parcels` tells of each block of journeys."""
    size = len(attributed.groups)
    conversions, value = [], np.zeros(size, np.int64)
    for block in attributed.blocks:
        found = parcels(block)
        conversions.append(added(found.group, found.conversions, size))
        value += sums(found.group, found.value, size)
    # Sums along rows go pairwise, so that rounding does not pile up over many blocks.
    return Credits(model, np.stack(conversions, axis=1).sum(axis=1), value)


def _rate(attributed: Attributed, nulls: NullJourneys) -> Credits:
    shares = rate_shares(attributed, nulls.coalitions, nulls.paths + nulls.censored)
    return Credits(
        "shapley_rate",
        shares.conversions,
        shares.whole_value(int(attributed.value.sum())),
        normalisation=BY_RATE,
        folded=shares.folded,
    )
