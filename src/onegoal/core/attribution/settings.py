"""The names of the models and what can be set about them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from onegoal.core.attribution.journeys import DAY
from onegoal.core.problems import ValueProblem

HEURISTICS = ("first", "last", "last_non_direct", "linear", "linear_distinct", "time_decay", "position", "w_shaped")
"""Models that share each conversion by a rule that looks at its own journey only."""
DATA_DRIVEN = ("markov", "markov_2", "markov_3", "shapley", "shapley_rate")
"""Models whose shares come from many journeys together, open ones too."""
MODELS = HEURISTICS + DATA_DRIVEN
MARKOV_ORDERS = {"markov": 1, "markov_2": 2, "markov_3": 3}

DIRECT = frozenset({"direct", "(direct)", "(direct) / (none)", "direct / none", "(none)"})
MarkovShare = Literal["global", "per_journey"]


@dataclass(frozen=True, slots=True)
class CustomWeights:
    """A model of one's own: a touch weighs the weight of its place times the weight of its group.

    first: weights of the first touches in order.  last: of the last touches, the very last one at the end.  middle: of
    every other place. A place that is both among the first and among the last weighs the sum of the two.
    groups: (name of a group, weight) where it is not 1.
    Weights of a journey are scaled to 1; where all of them are 0, its touches share equally.

    Raises: ValueProblem "bad_weight" for a weight that is negative or not a number, "bad_model_name" for the name of a
    built-in model or none.
    """

    name: str
    first: tuple[float, ...] = ()
    last: tuple[float, ...] = ()
    middle: float = 1.0
    groups: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not self.name or self.name in MODELS:
            raise ValueProblem("bad_model_name", self.name)
        _check_weights((*self.first, *self.last, self.middle, *(weight for _, weight in self.groups)))


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What decides the shares of the models, beside the journeys themselves.

    half_life: microseconds in which the weight of a touch halves, counted back from the conversion (time_decay).
    position: shares of the first and the last touch, the middle shares the rest; two touches share in proportion.
    w_shape: shares of the first touch, of the last touch at or before the lead and of the last touch; the others share
        the rest. A touch with several of these parts adds their shares; where no others are, the rest is shared in
        proportion. With a lead before every touch the lead's share goes to the first one; without a lead, or
        with one only after the conversion, `position` applies.
    direct: groups that are no marketing, compared without regard to case (last_non_direct).
    markov_share: "global", removal effects scaled to all attributed conversions, or "per_journey", each conversion
        shared over the groups of its journey in proportion to their removal effects.
    custom: models of one's own, asked for by their names.

    Raises: ValueProblem "bad_half_life", "bad_weight", "bad_markov_share".
    """

    half_life: int = 7 * DAY
    position: tuple[float, float] = (0.4, 0.4)
    w_shape: tuple[float, float, float] = (0.3, 0.3, 0.3)
    direct: frozenset[str] = DIRECT
    markov_share: MarkovShare = "global"
    custom: tuple[CustomWeights, ...] = ()

    def __post_init__(self) -> None:
        if self.half_life <= 0:
            raise ValueProblem("bad_half_life", self.half_life)
        if self.markov_share not in ("global", "per_journey"):
            raise ValueProblem("bad_markov_share", self.markov_share)
        for shares in (self.position, self.w_shape):
            _check_weights(shares)
            if math.fsum(shares) > 1 + 1e-9:
                raise ValueProblem("bad_weight", shares)

    def is_direct(self, group: str) -> bool:
        """Tell whether a group is no marketing."""
        return group.casefold() in {name.casefold() for name in self.direct}

    def custom_weights(self, model: str) -> CustomWeights | None:
        """Return the weights of the custom model of this name, None where there is none."""
        return next((weights for weights in self.custom if weights.name == model), None)


def check_models(models: tuple[str, ...], settings: ModelSettings) -> None:
    """Raises: ValueProblem "unknown_model" for a name that is neither built in nor custom."""
    for model in models:
        if model not in MODELS and settings.custom_weights(model) is None:
            raise ValueProblem("unknown_model", model)


def _check_weights(weights: tuple[float, ...]) -> None:
    for weight in weights:
        if not math.isfinite(weight) or weight < 0:
            raise ValueProblem("bad_weight", weight)
