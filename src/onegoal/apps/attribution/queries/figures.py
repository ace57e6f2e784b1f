"""Figures of attribution over the company's own records: journeys, credits by model, intervals and costs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from onegoal.apps.attribution.queries.asked import NOT_SET, USUAL_HALF_LIFE, Asked
from onegoal.apps.attribution.queries.data import Data, present_data
from onegoal.apps.attribution.queries.narrowing import converted, folded_of, opened, unseen_of
from onegoal.apps.attribution.queries.sources import conversion_tables, touch_tables
from onegoal.apps.attribution.queries.streams import OTHER
from onegoal.apps.facts.engine import Memory
from onegoal.core.attribution.journeys import DAY, Journeys, NullJourneys
from onegoal.core.attribution.models import Credits, attribute
from onegoal.core.attribution.settings import DATA_DRIVEN, MODELS, ModelSettings
from onegoal.metrics import asking
from onegoal.metrics.question import Question, Scope

if TYPE_CHECKING:
    from onegoal.core.attribution.bootstrap import Bounds

__all__ = ["DATA_DRIVEN", "MODELS", "Found", "Spent", "bounds_of", "credits_of", "journeys_of", "spent_of"]

_answers = Memory(most=500)
_shared_out = Memory(most=5_000)
"""Credits by model: small, and many of each question."""


@dataclass(frozen=True, slots=True)
class Found:
    """The journeys of one question, filtered to its days and records, and the open journeys of the whole company.

    Open journeys are those touched last in the days asked for, as they stood at the end of these days: what happens
    later does not change them. `elsewhere` are (currency, minor units) of conversions whose worth is not known in
    `currency`: they count as conversions worth nothing. `folded` are groups that stand under "(other)", `unseen` those that
    only leads tell of.
    """

    journeys: Journeys
    nulls: NullJourneys
    data_version: str
    currency: str
    elsewhere: tuple[tuple[str, int], ...] = ()
    folded: frozenset[str] = frozenset()
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spent:
    """Spend by group in minor units of `currency`; `elsewhere` is spend whose worth in it is not known."""

    by_group: dict[str, int]
    currency: str
    elsewhere: tuple[tuple[str, int], ...] = ()


def journeys_of(asked: Asked, scope: Scope, *, data: Data | None = None) -> Found:
    """Return the journeys of a question over a version of the data, the present one unless given."""
    data = data or present_data()
    # The worth of records follows no model setting, so that changing one finds the same journeys again.
    plain = replace(asked, half_life_days=USUAL_HALF_LIFE, markov_share="global")
    found = _answers.remember(("journeys", *_key(plain, scope, data)), lambda: _journeys(plain, scope, data))
    return replace(found, data_version=data.version)


def credits_of(
    asked: Asked, scope: Scope, models: Sequence[str] = MODELS, *, data: Data | None = None
) -> dict[str, Credits]:
    """Return credits by model and group, remembered as long as the data stays."""
    data = data or present_data()
    key = _key(asked, scope, data)
    return {
        model: _shared_out.remember((model, *key), partial(_credits, asked, scope, model, data)) for model in models
    }


def bounds_of(
    asked: Asked, scope: Scope, models: Sequence[str] = DATA_DRIVEN, *, data: Data | None = None
) -> dict[str, Bounds]:
    """Return the intervals of credits by resampling people, remembered as long as the data stays."""
    data = data or present_data()
    key = ("bounds", tuple(models), *_key(asked, scope, data))
    return _answers.remember(key, lambda: _bounds(asked, scope, models, data))


def spent_of(asked: Asked, scope: Scope, *, sees_costs: bool, data: Data | None = None) -> Spent | None:
    """Return the spend of the same days.

    None where the asker may not see costs, or sees only some colleagues' records: spend belongs to no seller.
    """
    if not sees_costs or scope.seller_ids is not None or scope.team_ids is not None:
        return None
    data = data or present_data()
    key = ("spend", asked, scope, data.zone.key, data.currency, data.state("spend", "origins"))
    return _answers.remember(key, lambda: _spent(asked, scope, data))


def settings_of(asked: Asked) -> ModelSettings:
    """Return the settings of the models that a question names."""
    return ModelSettings(half_life=asked.half_life_days * DAY, markov_share=asked.markov_share)


def _key(asked: Asked, scope: Scope, data: Data) -> tuple[Hashable, ...]:
    tables = {*touch_tables(asked), *conversion_tables(asked.conversion)}
    return (asked, scope, data.zone.key, data.currency, data.state(*sorted(tables)))


def _journeys(asked: Asked, scope: Scope, data: Data) -> Found:
    journeys, currency, elsewhere = converted(asked, scope, data)
    return Found(
        journeys, opened(asked, data), data.version, currency, elsewhere, folded_of(asked, data), unseen_of(asked, data)
    )


def _credits(asked: Asked, scope: Scope, model: str, data: Data) -> Credits:
    found = journeys_of(asked, scope, data=data)
    return attribute(found.journeys, found.nulls, (model,), settings_of(asked))[model]


def _bounds(asked: Asked, scope: Scope, models: Sequence[str], data: Data) -> dict[str, Bounds]:
    from onegoal.core.attribution.bootstrap import intervals

    found = journeys_of(asked, scope, data=data)
    return intervals(found.journeys, found.nulls, models, settings_of(asked))


def _spent(asked: Asked, scope: Scope, data: Data) -> Spent:
    by = ("source", "medium") if asked.dimension == "source_medium" else (asked.dimension,)
    question = Question("spend", by, asked.start, asked.end, scope=_projects(asked, scope))
    answer = asking.answer(question, source=replace(data.source, manifest=data.manifest))
    folded, currency = folded_of(asked, data), answer.currency or data.currency
    by_group: dict[str, int] = {}
    elsewhere: dict[str, int] = {}
    for row in answer.rows:
        if (own := row.by.get("currency")) and own != currency:
            elsewhere[own] = elsewhere.get(own, 0) + int(row.value or 0)
            continue
        name = _label([row.by[part] for part in by])
        group = OTHER if name in folded else name
        by_group[group] = by_group.get(group, 0) + int(row.value or 0)
    return Spent(by_group, currency, tuple(sorted(elsewhere.items())))


def _label(parts: Sequence[str | None]) -> str:
    return " / ".join(part or NOT_SET for part in parts) if any(parts) else NOT_SET


def _projects(asked: Asked, scope: Scope) -> Scope:
    limits = [limit for limit in (asked.project_ids, scope.project_ids) if limit is not None]
    return Scope(project_ids=frozenset.intersection(*limits) if limits else None)
