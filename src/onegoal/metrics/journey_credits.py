"""What each group is credited with by the models that look at one journey at a time, as expressions on any engine.

Every journey's shares add up to 1, and its value is shared in whole minor units by the largest remainder. Models are rows,
not columns, so that the sharing is written and planned once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import ibis
import ibis.expr.types as ir

from onegoal.core.attribution.settings import CustomWeights, ModelSettings
from onegoal.metrics.journeys import JOURNEY

MICRO = 1_000_000
"""Remainders are compared in millionths of a unit, so that engines whose last bits differ still agree."""
BY_GROUPS = ("linear_distinct", "shapley")
"""Models that share a conversion equally over the groups it met: two names for the same figures."""


def model_credits(steps: ir.Table, models: Sequence[str], settings: ModelSettings, groups: Sequence[str]) -> ir.Table:
    """Return model (its place in `models`), code, conversions and value, for each code that a journey has.

    `steps` are journey touches. `models` are built-in models that look at one journey at a time, and custom ones.
    """
    by_groups = [place for place, model in enumerate(models) if model in BY_GROUPS]
    by_touches = [place for place in range(len(models)) if place not in by_groups]
    parts = [_weighed(steps, by_touches, models, settings, groups)] if by_touches else []
    parts += [_parts(groups_met(steps), ibis.literal(place, "int64"), ibis.literal(1.0)) for place in by_groups]
    return _shared(ibis.union(*parts) if len(parts) > 1 else parts[0])


def effect_credits(steps: ir.Table, effects: ir.Table) -> ir.Table:
    """Return the same with each conversion shared over the groups it met, in proportion to effects.

    `effects`: model, code and effect, not negative, for every pair. Where the groups of a journey have no effect at all, they
    share equally.
    """
    met = groups_met(steps).join(effects, "code")
    return _shared(_parts(met, met.model, met.effect))


def groups_met(steps: ir.Table) -> ir.Table:
    """Return a row for each journey and group: JOURNEY, code, value, and position in the order in which they were met."""
    met = steps.group_by(*JOURNEY, "code").aggregate(value=steps.value.max(), met_at=steps.position.min())
    order = ibis.window(group_by=[met[name] for name in JOURNEY], order_by=met.met_at)
    return met.mutate(position=ibis.row_number().over(order))


def _weighed(
    steps: ir.Table, places: Sequence[int], models: Sequence[str], settings: ModelSettings, groups: Sequence[str]
) -> ir.Table:
    """Return every touch once for each of these models, with its weight."""
    marked = _with_marks(steps, [models[place] for place in places], settings, groups)
    each = marked.mutate(model=ibis.array([ibis.literal(place, "int64") for place in places]).unnest())
    weights = [(place, _weight(each, models[place], settings, groups)) for place in places]
    return _parts(each, each.model, each.model.cases(*weights))


def _parts(rows: ir.Table, model: ir.Value, weight: ir.Value) -> ir.Table:
    return rows.select(*JOURNEY, "value", "code", "position", model=model, weight=weight)


def _with_marks(steps: ir.Table, models: Sequence[str], settings: ModelSettings, groups: Sequence[str]) -> ir.Table:
    """Add what weights look at beside a touch itself, each only if a model needs it."""
    of_journey = ibis.window(group_by=[steps[name] for name in JOURNEY])
    marks: dict[str, ir.Value] = {}
    if "last_non_direct" in models:
        direct = [code for code, name in enumerate(groups) if settings.is_direct(name)]
        chosen = ibis.cases((steps.code.notin(direct), steps.position)) if direct else steps.position
        marks["chosen_place"] = chosen.max().over(of_journey).fill_null(steps.length - 1)
    if "w_shaped" in models:
        before = ibis.cases((steps.age >= steps.lead_age, steps.position))
        marks["lead_place"] = before.max().over(of_journey).fill_null(0)
    if "time_decay" in models:
        marks["youngest"] = steps.age.min().over(of_journey)
    return steps.mutate(**marks) if marks else steps


def _weight(touch: ir.Table, model: str, settings: ModelSettings, groups: Sequence[str]) -> ir.FloatingValue:
    """Return the weight of a touch, still to be scaled within its journey."""
    custom = settings.custom_weights(model)
    if custom is not None:
        return _custom_weight(touch, custom, groups)
    if model == "linear":
        return ibis.literal(1.0)
    if model == "position":
        return _position_weight(touch, settings.position)
    if model == "w_shaped":
        return _w_weight(touch, settings)
    if model == "time_decay":
        return ibis.literal(2.0).pow((touch.age - touch.youngest) / -float(settings.half_life))
    chosen = {"first": 0, "last": touch.length - 1}
    place = touch.chosen_place if model == "last_non_direct" else chosen[model]
    return ibis.cases((touch.position == place, 1.0), else_=0.0)


def _position_weight(touch: ir.Table, shares: tuple[float, float]) -> ir.FloatingValue:
    first, last = shares
    return ibis.cases(
        (touch.length == 1, 1.0),
        (touch.position == 0, float(first)),
        (touch.position == touch.length - 1, float(last)),
        else_=ibis.literal(_rest(shares)) / (touch.length - 2),
    )


def _w_weight(touch: ir.Table, settings: ModelSettings) -> ir.FloatingValue:
    """Return the weight of a touch that adds up the parts it has; without any it takes its part of the rest."""
    last = touch.length - 1
    flags = [(touch.position == place).cast("int64") for place in (0, touch.lead_place, last)]
    parts = [flag * share for flag, share in zip(flags, settings.w_shape, strict=True)]
    others = last - (touch.lead_place > 0).cast("int64") - (touch.lead_place < last).cast("int64")
    return ibis.cases(
        (touch.lead_age < 0, _position_weight(touch, settings.position)),
        (flags[0] + flags[1] + flags[2] > 0, parts[0] + parts[1] + parts[2]),
        else_=ibis.literal(_rest(settings.w_shape)) / others,
    )


def _custom_weight(touch: ir.Table, custom: CustomWeights, groups: Sequence[str]) -> ir.FloatingValue:
    """Return the weight of a touch's place times that of its group."""
    from_end = touch.length - 1 - touch.position
    is_outer = (touch.position < len(custom.first)) | (from_end < len(custom.last))
    outer = _picked(touch.position, custom.first) + _picked(from_end, custom.last[::-1])
    place = ibis.cases((is_outer, outer), else_=float(custom.middle))
    by_group = dict(custom.groups)
    factors = [(touch.code == code, float(by_group[name])) for code, name in enumerate(groups) if name in by_group]
    return place * ibis.cases(*factors, else_=1.0) if factors else place


def _picked(place: ir.IntegerValue, weights: Sequence[float]) -> ir.FloatingValue:
    """Return the weight at a place, 0 beyond the last."""
    found = [(place == number, float(weight)) for number, weight in enumerate(weights)]
    return ibis.cases(*found, else_=0.0) if found else ibis.literal(0.0)


def _rest(shares: Sequence[float]) -> float:
    """Return 1 minus the shares, without the noise of binary fractions: 0.2 of (0.4, 0.4)."""
    return max(float(1 - sum(Fraction(str(share)) for share in shares)), 0.0)


def _shared(parts: ir.Table) -> ir.Table:
    """Add up, by model and code, the shares and the whole units of value of each journey.

    Equal shares come out exact at any size. Unequal ones of more than 9e9 units are as exact as a float; their sum is exact
    always.
    """
    ranked = _ranked(_scaled(parts))
    everyone = ranked.left // ranked.members
    lucky = (ranked.place < ranked.left - everyone * ranked.members).cast("int64")
    cents = (ranked.whole + everyone + lucky) * ranked.value.sign().cast("int64")
    return ranked.group_by("model", "code").aggregate(conversions=ranked.share.sum(), value=cents.sum())


def _scaled(parts: ir.Table) -> ir.Table:
    """Add share, adding up to 1 in each journey, equal ones where all weights are 0; and members, how many share."""
    of_journey = ibis.window(group_by=[parts[name] for name in (*JOURNEY, "model")])
    weights, members = parts.weight.sum().over(of_journey), parts.count().over(of_journey)
    share = (parts.weight / weights.nullif(0)).fill_null(1 / members)
    return parts.mutate(share=share, members=members)


def _ranked(shared: ir.Table) -> ir.Table:
    """Add whole units, how many of a journey's units nobody has yet, and a place: 0 for who takes the first of them.

    The largest remainder is first, the earlier touch among those that are equal to a millionth.
    """
    exact = shared.value.abs() * shared.share
    divided = shared.mutate(whole=exact.floor().cast("int64"), micro=((exact % 1) * MICRO).round())
    journey = [divided[name] for name in (*JOURNEY, "model")]
    order = ibis.window(group_by=journey, order_by=[divided.micro.desc(), divided.position])
    taken = divided.whole.sum().over(ibis.window(group_by=journey))
    return divided.mutate(place=ibis.row_number().over(order), left=divided.value.abs() - taken)
