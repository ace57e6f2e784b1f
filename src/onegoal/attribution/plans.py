"""The questions of the portable route as expressions, built once for whoever asks the same of tables of the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import ibis.expr.operations as ops
import ibis.expr.types as ir

from onegoal.attribution.engines import named
from onegoal.core.attribution.journeys import JourneyRule
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings
from onegoal.metrics import journey_credits, journey_moves, journeys

RATE = "shapley_rate"
_PLANS_KEPT = 8
_GROUPS = {"channel": "string", "code": "int64"}
_EFFECTS = {"model": "int64", "code": "int64", "effect": "float64"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed and asked; None where no model needs it.

    ends, steps: the tables that the engine keeps by these names, conversions and touches of journeys.  counts: conversions
    and value.  open_sets: open journeys by sets and number.  by_rule: credits of models that look at one journey at a time.
    contexts, open_contexts: steps of journeys.  by_effects: credits by the table "effects".  sets: journeys by their sets.
    """

    ends: ir.Table
    steps: ir.Table
    counts: ir.Table
    open_sets: ir.Table
    by_rule: ir.Table | None
    contexts: ir.Table | None
    open_contexts: ir.Table | None
    by_effects: ir.Table | None
    sets: ir.Table | None


def models_by_rule(models: tuple[str, ...]) -> list[str]:
    """Return the models that look at one journey at a time."""
    return [model for model in models if model not in MARKOV_ORDERS and model != RATE]


@lru_cache(maxsize=_PLANS_KEPT)
def plan_of(
    given_touches: ops.Relation,
    given_conversions: ops.Relation | None,
    rule: JourneyRule,
    models: tuple[str, ...],
    settings: ModelSettings,
    groups: tuple[str, ...],
    censored_after: int,
) -> Plan:
    """Return the plan over tables of an engine: nothing but names, kinds and what is asked, so it holds for any rows.

    `groups` are handed to the engine as the table "groups".
    """
    told = given_touches.to_expr()
    touches = journeys.coded(told, named("groups", _GROUPS))
    ends = journeys.numbered_conversions(told, given_conversions.to_expr() if given_conversions else None)
    kept_ends = named("ends", ends.schema())
    steps = journeys.journey_touches(touches, kept_ends, rule)
    kept_steps, still_open = named("steps", steps.schema()), journeys.open_touches(touches, kept_ends)
    order = max((MARKOV_ORDERS[model] for model in models if model in MARKOV_ORDERS), default=0)
    by_rule, players = models_by_rule(models), range(len(groups)) if RATE in models else ()
    is_shared = bool(order) and settings.markov_share == "per_journey"
    return Plan(
        ends=ends,
        steps=steps,
        counts=journeys.counts(kept_steps, kept_ends),
        open_sets=journey_moves.open_sets(still_open, players, censored_after=censored_after),
        by_rule=journey_credits.model_credits(kept_steps, by_rule, settings, groups) if by_rule else None,
        contexts=journey_moves.contexts(kept_steps, journeys.JOURNEY, order, value=True) if order else None,
        open_contexts=journey_moves.contexts(still_open, ("person",), order, value=False) if order else None,
        by_effects=journey_credits.effect_credits(kept_steps, named("effects", _EFFECTS)) if is_shared else None,
        sets=journey_moves.converting_sets(kept_steps, players) if RATE in models else None,
    )
