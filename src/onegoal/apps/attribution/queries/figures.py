"""Figures of attribution over the company's own records: journeys, credits by model, intervals and costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.core.attribution.journeys import Journeys, NullJourneys
from onegoal.metrics.question import Scope

if TYPE_CHECKING:
    from onegoal.core.attribution.bootstrap import Bounds
    from onegoal.core.attribution.models import Credits

MODELS = (
    "first", "last", "last_non_direct", "linear", "linear_distinct", "time_decay", "position", "w_shaped", "markov",
    "markov_2", "markov_3", "shapley", "shapley_rate",
)  # fmt: skip
DATA_DRIVEN = MODELS[8:]


@dataclass(frozen=True, slots=True)
class Found:
    """The journeys of one question, filtered to its days and records, and the open journeys of the whole company.

    `elsewhere` are (currency, minor units) of conversions whose worth is not known in `currency`: they count as
    conversions worth nothing.
    """

    journeys: Journeys
    nulls: NullJourneys
    data_version: str
    currency: str
    elsewhere: tuple[tuple[str, int], ...] = ()


def journeys_of(asked: Asked, scope: Scope) -> Found:
    """Return the journeys of a question over the present version of the data."""
    raise NotImplementedError


def credits_of(asked: Asked, scope: Scope, models: Sequence[str] = MODELS) -> dict[str, Credits]:
    """Return credits by model and group, remembered by data version."""
    raise NotImplementedError


def bounds_of(asked: Asked, scope: Scope, models: Sequence[str] = DATA_DRIVEN) -> dict[str, Bounds]:
    """Return the intervals of credits by resampling people, remembered by data version."""
    raise NotImplementedError


def spend_of(asked: Asked, scope: Scope, *, sees_costs: bool) -> dict[str, int] | None:
    """Return the spend of the same days by group, minor units of the company's currency.

    None where the asker may not see costs, or sees only some colleagues' records: spend belongs to no seller.
    """
    raise NotImplementedError
