"""What a month comes to: each person's lines with the deals and payments they were counted from, and one digest of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import orjson

from onegoal.apps.pay.queries.inputs import Inputs, Problem
from onegoal.apps.pay.queries.items import Item
from onegoal.apps.pay.queries.names import ITEMISED
from onegoal.core.pay import Line, Part, pay_of, split_signed


class Traced(NamedTuple):
    """One deal or payment behind a line, and how much of the line it made."""

    item: Item
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A line with its sources, whose amounts add up to the line's where there are any, and how it came about."""

    line: Line
    sources: tuple[Traced, ...]
    explanation: Mapping[str, Any]


@dataclass(frozen=True)
class Paid:
    """What one person is paid by the schemes; adjustments come on top of it."""

    user_id: int
    lines: tuple[PaidLine, ...]
    total_minor: int


def calculated(inputs: Inputs) -> list[Paid]:
    """Return what everybody is paid, by person."""
    return [_paid(inputs, user_id) for user_id in inputs.people]


def problems_of(inputs: Inputs, paid: Iterable[Paid]) -> list[Problem]:
    """Return everything that forbids approving: what is amiss with the figures, then lines that could not be counted."""
    lines = [
        Problem(
            one.line.problem, each.user_id, inputs.users[each.user_id].name, one.line.part.name,
            one.line.problem_name, one.line.problem_at, one.line.in_gate,
        )
        for each in paid
        for one in each.lines
        if one.line.problem
    ]  # fmt: skip
    return [*inputs.problems, *lines]


def explanation_of(line: Line) -> dict[str, Any]:
    """Return the formula with its values as a statement keeps it: exact fractions as text."""
    part = line.part
    told: dict[str, Any] = {
        "formula": part.formula.text,
        "gate": part.gate.text if part.gate else "",
        "values": {name: str(value) for name, value in sorted(line.values.items())},
        "share": str(line.share),
        "raw": str(line.raw),
        "counted": str(line.counted),
        "bound": line.bound,
        "floor": _text(part.floor),
        "cap": _text(part.cap),
    }
    if line.problem:
        told["problem"] = {
            "code": line.problem, "at": line.problem_at, "name": line.problem_name, "in_gate": line.in_gate
        }  # fmt: skip
    return told


def digest_of(paid: Sequence[Paid], adjustments: Sequence[tuple[int, int, int]]) -> str:
    """Return the SHA-256 of all that is paid; `adjustments` are (id, person, amount). The same inputs give the same."""
    told = [
        [
            each.user_id,
            [
                [
                    one.line.part.ref, one.line.part.name, one.line.starts_on.isoformat(),
                    one.line.ends_on.isoformat(), one.line.amount_minor, one.explanation,
                    [[s.item.metric, s.item.deal_id, s.item.payment_id, s.item.counted, s.amount_minor]
                     for s in one.sources],
                ]
                for one in each.lines
            ],
        ]
        for each in paid
    ]  # fmt: skip
    return hashlib.sha256(orjson.dumps([told, sorted(adjustments)], option=orjson.OPT_SORT_KEYS)).hexdigest()


def _paid(inputs: Inputs, user_id: int) -> Paid:
    month = inputs.people[user_id]
    pay = pay_of(month, digits=inputs.digits)
    by_key: dict[str, Part] = {part.key: part for stretch in month.stretches for part in stretch.parts}
    lines = tuple(PaidLine(line, _sources(inputs, user_id, line, by_key), explanation_of(line)) for line in pay.lines)
    return Paid(user_id, lines, pay.total_minor)


def _sources(inputs: Inputs, user_id: int, line: Line, by_key: dict[str, Part]) -> tuple[Traced, ...]:
    """Trace a line: money carries the amount before counts; other deals that were asked about stand beside it with nought."""
    names = [name for name in _asked(line.part, by_key) if name in ITEMISED]
    if not names:
        return ()
    found = {name: inputs.items.of(user_id, name, line.starts_on, line.ends_on) for name in names}
    carriers = sorted((name for name in names if found[name]), key=lambda name: name in ("deals_won", "payments"))
    traced: list[Traced] = []
    for name in names:
        items = found[name]
        if not items:
            continue
        is_carrier = name == carriers[0]
        amounts = split_signed(line.amount_minor, [item.counted for item in items]) if is_carrier else [0] * len(items)
        traced += [Traced(item, amount) for item, amount in zip(items, amounts, strict=True)]
    return tuple(traced)


def _asked(part: Part, by_key: dict[str, Part]) -> list[str]:
    """Return the names a part hangs on, those of earlier parts it calls included; the formula's before the gate's."""
    found: dict[str, None] = {}
    waiting = list(part.asked)
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        found[name] = None
        if name in by_key and name != part.key:
            waiting += by_key[name].asked
    return list(found)


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
