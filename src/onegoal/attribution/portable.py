"""Attribution inside an engine, by the same expressions on DuckDB and Spark: only results of groups leave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from onegoal.attribution.engines import Engine, opened
from onegoal.attribution.plans import RATE, models_by_rule, plan_of
from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.chain import Converting
from onegoal.core.attribution.journeys import (
    CONVERSION,
    NULL,
    START,
    Coalitions,
    Ints,
    JourneyRule,
    Moves,
    NullJourneys,
)
from onegoal.core.attribution.markov import Effects, effects_of
from onegoal.core.attribution.models import BY_RATE, PER_JOURNEY, Credits, global_share
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings, check_models
from onegoal.core.attribution.shapley import rate_shares
from onegoal.core.attribution.steps import MOST_SET_GROUPS
from onegoal.core.attribution.weights import Attributed


@dataclass(frozen=True, slots=True)
class Found:
    """What the portable route finds; columns of credits are in the order of `groups`.

    conversions, value: of all conversions; what the attributed ones lack to them had no touch in its window.
    nulls: open journeys, with moves and sets only as the models needed them.
    """

    groups: tuple[str, ...]
    credits: dict[str, Credits]
    conversions: int
    value: int
    attributed_conversions: int
    attributed_value: int
    nulls: NullJourneys


def read_credits(
    source: TouchSource, rule: JourneyRule, models: Sequence[str], settings: ModelSettings, *, engine: str = "duckdb"
) -> Found:
    """Return the credits of each model as `core.attribution.models.attribute` defines them, computed inside an engine.

    `engine` is `duckdb`, `spark` for this machine or `spark:MASTER` for a cluster.

    Raises: ValueProblem "unknown_model"; ValueError for an unknown engine, or for shapley_rate of more than 62 groups.
    """
    check_models(tuple(models), settings)
    if RATE in models and len(source.groups) > MOST_SET_GROUPS:
        raise ValueError(f"sets of {len(source.groups)} groups cannot be counted: at most {MOST_SET_GROUPS}")
    with opened(source, engine) as opened_engine:
        return _Run(opened_engine, source, rule, settings, tuple(models)).found()


class _Run:
    """One reading: the tables of journeys are kept in the engine, and each question asks them."""

    def __init__(
        self, engine: Engine, source: TouchSource, rule: JourneyRule, settings: ModelSettings, models: tuple[str, ...]
    ) -> None:
        self._engine, self._source = engine, source
        self._settings, self._models = settings, models
        self._size = len(source.groups)
        given = (engine.touches.op(), None if engine.conversions is None else engine.conversions.op())
        self._plan = plan_of(*given, rule, models, settings, source.groups, source.ends_at - rule.window)
        names = {"channel": pa.array(source.groups, pa.string()), "code": np.arange(self._size)}
        engine.put("groups", pa.table(names))
        engine.keep("ends", self._plan.ends)
        engine.keep("steps", self._plan.steps)

    def found(self) -> Found:
        """Return everything that was asked for."""
        counted = self._engine.fetch(self._plan.counts).to_pylist()[0]
        nulls = self._nulls()
        credits = self._by_rule()
        credits |= self._markov(nulls, counted["attributed_conversions"], counted["attributed_value"])
        if RATE in self._models:
            credits[RATE] = self._rate(nulls, counted["attributed_value"])
        return Found(
            groups=self._source.groups,
            credits={model: credits[model] for model in self._models},
            nulls=nulls,
            **counted,
        )

    def _by_rule(self) -> dict[str, Credits]:
        """Return the credits of the models that look at one journey at a time."""
        if self._plan.by_rule is None:
            return {}
        return self._credits(self._engine.fetch(self._plan.by_rule), models_by_rule(self._models))

    def _markov(self, nulls: NullJourneys, conversions: int, value: int) -> dict[str, Credits]:
        if self._plan.contexts is None:
            return {}
        rows = self._engine.fetch(self._plan.contexts)
        effects = {
            model: effects_of(_converting(rows, MARKOV_ORDERS[model], self._size), nulls, self._size)
            for model in self._models
            if model in MARKOV_ORDERS
        }
        if self._settings.markov_share == "per_journey":
            return self._per_journey(effects)
        return {model: global_share(model, found, conversions, value, self._size) for model, found in effects.items()}

    def _per_journey(self, effects: dict[str, Effects]) -> dict[str, Credits]:
        models = list(effects)
        columns = {
            "model": np.repeat(np.arange(len(models)), self._size),
            "code": np.tile(np.arange(self._size), len(models)),
            "effect": np.concatenate([effects[model].conversions for model in models]),
        }
        self._engine.put("effects", pa.table(columns))
        rows = self._engine.fetch(self._plan.by_effects)
        return {
            model: replace(
                found,
                removal_effects=effects[model].conversions,
                value_removal_effects=effects[model].value,
                normalisation=PER_JOURNEY,
            )
            for model, found in self._credits(rows, models).items()
        }

    def _nulls(self) -> NullJourneys:
        """Return the open journeys: one pass over them for sets and numbers, one for the moves of all orders."""
        sets = self._engine.fetch(self._plan.open_sets)
        count, is_censored = _ints(sets, "count"), sets["is_censored"].to_numpy().astype(bool)
        return NullJourneys(
            paths=int(count[~is_censored].sum()),
            censored=int(count[is_censored].sum()),
            moves=self._open_moves(),
            coalitions=_coalitions(sets) if RATE in self._models else None,
        )

    def _open_moves(self) -> dict[int, Moves]:
        if self._plan.open_contexts is None:
            return {}
        rows = self._engine.fetch(self._plan.open_contexts)
        orders = [MARKOV_ORDERS[model] for model in self._models if model in MARKOV_ORDERS]
        return {order: _moves(rows, order, self._size, NULL)[0] for order in orders}

    def _rate(self, nulls: NullJourneys, value: int) -> Credits:
        """Return the credits of the rate game, which asks for no more of a journey than the set of its groups."""
        rows = self._engine.fetch(self._plan.sets)
        shares = rate_shares(_as_journeys(rows, self._source.groups), nulls.coalitions, nulls.paths + nulls.censored)
        return Credits(RATE, shares.conversions, shares.whole_value(value), normalisation=BY_RATE, folded=shares.folded)

    def _credits(self, rows: pa.Table, models: Sequence[str]) -> dict[str, Credits]:
        """Return rows by model and code as credits, with 0 for groups that no journey saw."""
        conversions = np.zeros((len(models), self._size))
        value = np.zeros((len(models), self._size), np.int64)
        cells = _ints(rows, "model"), _ints(rows, "code")
        conversions[cells] = rows["conversions"].to_numpy()
        value[cells] = _ints(rows, "value")
        return {model: Credits(model, conversions[place], value[place]) for place, model in enumerate(models)}


def _ints(rows: pa.Table, name: str) -> Ints:
    return rows[name].to_numpy().astype(np.int64)


def _converting(contexts: pa.Table, order: int, groups: int) -> Converting:
    return Converting(*_moves(contexts, order, groups, CONVERSION))


def _moves(contexts: pa.Table, order: int, groups: int, end: int) -> tuple[Moves, Ints]:
    """Return the moves of one order of the chain, not yet added up, and the value that came with each."""
    digits = [_ints(contexts, f"d{back}") for back in range(order + 1)]
    count, is_last = _ints(contexts, "count"), contexts["is_last"].to_numpy().astype(bool)
    powers = [(groups + 1) ** back for back in range(order)]
    state = sum(digit * power for digit, power in zip(digits, powers, strict=False))
    before = sum(digit * power for digit, power in zip(digits[1:], powers, strict=True))
    source = np.where(digits[order] > 0, before, START)
    is_step = is_last | (digits[order - 1] > 0)
    value = _ints(contexts, "value")[is_last] if "value" in contexts.column_names else np.zeros(is_last.sum(), np.int64)
    moves = Moves(
        order,
        np.concatenate((source[is_step], state[is_last])),
        np.concatenate((state[is_step], np.full(len(value), end))),
        np.concatenate((count[is_step], count[is_last])),
        np.zeros(is_step.sum() + len(value), np.int16),
    )
    return moves, np.concatenate((np.zeros(is_step.sum(), np.int64), value))


def _coalitions(sets: pa.Table) -> Coalitions:
    """Return the sets of open journeys, censored ones with the others."""
    mask, place = np.unique(_ints(sets, "mask"), return_inverse=True)
    count = np.zeros(len(mask), np.int64)
    np.add.at(count, place, _ints(sets, "count"))
    return Coalitions(mask, count, np.zeros(len(mask), np.int16))


def _as_journeys(sets: pa.Table, groups: tuple[str, ...]) -> Attributed:
    """Return one journey for each set of groups, standing for all conversions that saw it."""
    mask = np.sort(_ints(sets, "mask"))
    order = np.argsort(_ints(sets, "mask"))
    members = (mask[:, None] >> np.arange(len(groups))) & 1
    return Attributed(
        groups=groups,
        starts=np.concatenate(([0], np.cumsum(members.sum(axis=1)))),
        group=np.nonzero(members)[1].astype(np.int32),
        age=np.zeros(int(members.sum()), np.int64),
        conversions=_ints(sets, "count")[order],
        value=_ints(sets, "value")[order],
        lead_age=np.full(len(mask), -1),
        bucket=np.zeros(len(mask), np.int16),
    )
