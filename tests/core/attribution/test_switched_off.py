"""What would be lost without a group lies around its removal effect, and is nought where it was never needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from tests.core.attribution.paths_by_hand import journeys, nulls

from onegoal.core.attribution.journeys import BUCKETS, Journeys
from onegoal.core.attribution.models import attribute
from onegoal.core.attribution.switched_off import losses_of


def spread(found: Journeys) -> Journeys:
    """The same journeys with each person in a random group of its own."""
    return replace(found, bucket=(np.arange(len(found.value)) % BUCKETS).astype(np.int16))


def test_the_loss_lies_around_the_removal_effect() -> None:
    found, lost = spread(journeys(*["ab"] * 40, *["b"] * 20)), nulls("ab", "a", "b")
    effects = attribute(found, lost, ("markov",))["markov"].removal_effects
    assert effects is not None
    bounds = losses_of(found, lost)
    for group in (0, 1):
        assert bounds.conversions_low[group] < effects[group] * 60 < bounds.conversions_high[group]
        assert bounds.value_low[group] < effects[group] * 6000 < bounds.value_high[group]
    assert (bounds.conversions_low[2], bounds.conversions_high[2]) == (0, 0)


def test_the_same_seed_gives_the_same_bounds() -> None:
    found, lost = spread(journeys("ab", "b", "ab", "cb")), nulls("ab", "c")
    assert losses_of(found, lost).conversions_high.tolist() == losses_of(found, lost).conversions_high.tolist()
    assert losses_of(found, lost).conversions_high.tolist() != losses_of(found, lost, seed=2).conversions_high.tolist()
