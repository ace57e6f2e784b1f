"""How far credits and losses could lie elsewhere by chance, for every model and for the differences between models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.figures import journeys_of, settings_of
from onegoal.apps.facts.engine import Reading, reading
from onegoal.core.attribution.bootstrap import Bounds, Resampled, losses_of, resample
from onegoal.metrics.question import Scope

Ends = tuple[float, float]


@dataclass(frozen=True)
class Intervals:
    """Bounds of one main model and of every other model's difference from it, by the place of a group."""

    main: Bounds
    differences: Mapping[str, Bounds]

    def of_main(self, place: int, *, is_money: bool) -> Ends:
        """Between what the main model's credit of a group lies."""
        return _ends(self.main, place, is_money=is_money)

    def of_difference(self, model: str, place: int, *, is_money: bool) -> Ends | tuple[None, None]:
        """Between what lies that a model gives more to a group than the main one; unknown where it was not computed."""
        bounds = self.differences.get(model)
        return _ends(bounds, place, is_money=is_money) if bounds else (None, None)


def intervals_of(asked: Asked, scope: Scope, main: str, models: Sequence[str]) -> Intervals:
    """Return the bounds of `main`, and of the difference of each of `models` from it."""
    source = reading()
    found = _resampled(source, asked, scope, main)
    others = {model: _resampled(source, asked, scope, model) for model in models if model != main}
    joined = Resampled(found.groups, {**found.credits, **{m: own.credits[m] for m, own in others.items()}})
    return Intervals(joined.bounds(main), {model: joined.difference_of_models(model, main) for model in others})


def losses(asked: Asked, scope: Scope) -> Bounds:
    """Return between what the loss of each group would lie if it were switched off."""

    def compute() -> Bounds:
        found = journeys_of(asked, scope)
        return losses_of(found.journeys, found.nulls)

    return reading().remember(("attribution losses", asked, scope), compute)


def _resampled(source: Reading, asked: Asked, scope: Scope, model: str) -> Resampled:
    def compute() -> Resampled:
        found = journeys_of(asked, scope)
        return resample(found.journeys, found.nulls, (model,), settings_of(asked))

    return source.remember(("attribution resampled", asked, scope, model), compute)


def _ends(bounds: Bounds, place: int, *, is_money: bool) -> Ends:
    low, high = (bounds.value_low, bounds.value_high) if is_money else (bounds.conversions_low, bounds.conversions_high)
    return float(low[place]), float(high[place])
