"""What journeys step through, and which sets of groups they see, counted by expressions on any engine."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from onegoal.metrics.journeys import JOURNEY


def contexts(steps: ir.Table, journey: Sequence[str], order: int, *, value: bool) -> ir.Table:
    """Return how often each touch with the `order` touches before it was seen: one pass from which all orders follow.

    d0 is the touch, d1 the one before it, … as digits (code + 1; 0: the path had not begun); is_last; count; and value,
    summed over the touches that end a path, if asked for. `steps`: `journey`, code, value, and position or at and sequence.
    """
    places = ("position",) if "position" in steps.columns else ("at", "sequence", "code")
    path = ibis.window(group_by=[steps[name] for name in journey], order_by=[steps[name] for name in places])
    digit = steps.code + 1
    seen = steps.select(
        d0=digit,
        **{f"d{back}": digit.lag(back).over(path).fill_null(0) for back in range(1, order + 1)},
        is_last=digit.lead(1).over(path).isnull(),
        **({"value": steps.value} if value else {}),
    )
    sums = {"value": ibis.cases((seen.is_last, seen.value), else_=0).sum()} if value else {}
    return seen.group_by(*(f"d{back}" for back in range(order + 1)), "is_last").aggregate(count=seen.count(), **sums)


def open_sets(steps: ir.Table, players: Sequence[int], *, censored_after: int) -> ir.Table:
    """Return open journeys by the set of groups they saw: mask, is_censored, count.

    Bit i of the mask stands for the code `players[i]`; without players there is one set, the empty one. A journey is
    censored when its last touch is later than `censored_after`.
    """
    seen = steps.group_by("person").aggregate(mask=_mask(steps, players), last_at=steps.at.max())
    sets = seen.select(seen.mask, is_censored=seen.last_at > censored_after)
    return sets.group_by("mask", "is_censored").aggregate(count=sets.count())


def converting_sets(steps: ir.Table, players: Sequence[int]) -> ir.Table:
    """Return converting journeys by the set of groups they saw: mask, count, value."""
    journey = [steps[name] for name in JOURNEY]
    seen = steps.group_by(journey).aggregate(mask=_mask(steps, players), value=steps.value.max())
    return seen.group_by("mask").aggregate(count=seen.count(), value=seen.value.sum())


def _mask(steps: ir.Table, players: Sequence[int]) -> ir.IntegerValue:
    """Return the set as bits; a flag for each player, because not every engine has a bitwise or of a column."""
    total: ir.IntegerValue = ibis.literal(0, "int64")
    for bit, code in enumerate(players):
        total = total + (steps.code == code).cast("int64").max() * 2**bit
    return total
